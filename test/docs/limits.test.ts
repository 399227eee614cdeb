import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

import { DEFAULT_LIMITS } from '../../src/hub/limits.ts';

/** A row of the table: the name of a limit and the number that its default begins with. */
const ROW = /^\| `(\w+)` \| ([\d,]+)/gm;

describe('docs/limits.md', () => {
  it('has each limit with its default, and no other', () => {
    const rows = readFileSync('docs/limits.md', 'utf8').matchAll(ROW);
    const documented = Array.from(rows, ([, name, value]) => [
      name!,
      Number(value!.replaceAll(',', '')),
    ]);
    assert.deepEqual(Object.fromEntries(documented), DEFAULT_LIMITS);
  });
});
