import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { windowSize } from '../../src/deflate/window-size.ts';

describe('windowSize', () => {
  it('is a power of two, from 2^8 to 2^15', () => {
    assert.equal(windowSize(8), 256);
    assert.equal(windowSize(15), 32_768);
    for (const bits of [7, 16, 8.5, Number.NaN]) {
      assert.throws(() => windowSize(bits), RangeError);
    }
  });
});
