import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FIRST_BACKOFF, fullJitter, LAST_BACKOFF } from '../../src/browser/backoff.ts';

describe('fullJitter', () => {
  it('is anything up to a second after the first failure, and up to two after the second', () => {
    assert.deepEqual(
      [0, 0.25, 0.999].map((random) => fullJitter(0, () => random)),
      [0, 250, 999],
    );
    assert.equal(
      fullJitter(1, () => 0.5),
      1_000,
    );
  });

  it('for any number of failures is from nothing up to a bound that doubles, and stays at its limit', () => {
    const anyRandom = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.nat(5_000), anyRandom, (failures, random) => {
        const delay = fullJitter(failures, () => random);
        const bound = Math.min(LAST_BACKOFF, FIRST_BACKOFF * 2 ** failures);
        assert.ok(delay >= 0 && delay < bound);
        assert.equal(delay, random * bound);
      }),
    );
  });
});
