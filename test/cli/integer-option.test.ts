import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { integerOption } from '../../src/cli/integer-option.ts';
import { UsageError } from '../../src/cli/usage.ts';

describe('integerOption', () => {
  it('takes whole numbers from the least on', () => {
    assert.equal(integerOption('--seed', '0', 0), 0);
    assert.equal(integerOption('--timeout', '1', 1), 1);
  });

  for (const text of ['', 'x', '-1', '1.5', '0', '1e3', '99999999999999999']) {
    it(`says what it takes when it is given ${JSON.stringify(text)}`, () => {
      const said = `--timeout takes a whole number from 1 on, and was given ${text}`;
      assert.throws(() => integerOption('--timeout', text, 1), new UsageError(said));
    });
  }
});
