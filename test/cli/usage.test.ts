import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { OPTIONS } from '../../src/cli/conform-arguments.ts';
import { CONFORM_HELP, HELP } from '../../src/cli/usage.ts';

describe('the help', () => {
  it('names each option, and none that there is not', () => {
    const named = new Set(
      Array.from(CONFORM_HELP.matchAll(/^ {2}--([a-z-]+)/gm), ([, name]) => name),
    );
    named.add('help');
    assert.deepEqual([...named].sort(), Object.keys(OPTIONS).sort());
  });

  it('fits on a terminal', () => {
    for (const line of (HELP + CONFORM_HELP).split('\n')) assert.ok(line.length <= 100, line);
  });
});
