import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { inOrderOf } from '../../spec/order.ts';

const THINGS = Array.from({ length: 100 }, (_, index) => index);

describe('inOrderOf', () => {
  it('leaves things as they are without a seed', () => {
    assert.deepEqual(inOrderOf(THINGS, undefined), THINGS);
  });

  it('gives the same order for the same seed, with all things in it', () => {
    const ordered = inOrderOf(THINGS, 7);
    assert.deepEqual(inOrderOf(THINGS, 7), ordered);
    assert.deepEqual(
      [...ordered].sort((a, b) => a - b),
      THINGS,
    );
  });

  it('gives other orders for other seeds', () => {
    const orders = [0, 1, 2, 3].map((seed) => inOrderOf(THINGS, seed).join());
    assert.equal(new Set([...orders, THINGS.join()]).size, 5);
  });
});
