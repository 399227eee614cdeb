import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

import { EXIT_CODES, REPORT_FORMATS, VERDICTS } from '../../spec/conformance.ts';
import { OPTIONS } from '../../src/cli/conform-arguments.ts';

const GUIDE = readFileSync('docs/conformance.md', 'utf8');

describe('docs/conformance.md', () => {
  it('has each option of the command, and no other', () => {
    const rows = Array.from(GUIDE.matchAll(/^\| (`--.*?) \|/gm), ([, cell]) => cell!);
    const named = rows.flatMap((cell) =>
      Array.from(cell.matchAll(/`--([a-z-]+)/g), ([, name]) => name!),
    );
    assert.deepEqual(named.sort(), Object.keys(OPTIONS).sort());
  });

  it('says what each verdict, exit code and form is', () => {
    for (const verdict of VERDICTS) assert.ok(GUIDE.includes(`\`${verdict}\``), verdict);
    for (const format of REPORT_FORMATS) assert.ok(GUIDE.includes(`\`${format}\``), format);
    const codes = Array.from(GUIDE.matchAll(/^\| (\d) \|/gm), ([, code]) => Number(code));
    assert.deepEqual(codes, Object.values(EXIT_CODES).sort());
  });

  it('describes all that is asked of a reflector', () => {
    const described = (text: string) =>
      Array.from(
        text.matchAll(/^(?: \*)? ?\| (`\w+`(?:, `\w+`)?) \| (.*?) \|$/gm),
        ([, names]) => names!,
      );
    const spec = described(readFileSync('spec/reflector.ts', 'utf8'));
    assert.ok(spec.length > 10);
    for (const names of spec) assert.ok(GUIDE.includes(`| ${names} |`), names);
  });
});
