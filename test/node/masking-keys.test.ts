import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { MaskingKeys } from '../../src/node/masking-keys.ts';

describe('MaskingKeys', () => {
  it('hands out each 32 bits of what it draws once, in order', () => {
    let drawn = 0;
    const { next } = new MaskingKeys((size) => {
      drawn += size;
      return Buffer.alloc(size, Uint8Array.from([0xff, 0, 0, 1, 0, 0, 0, 2]));
    });
    assert.deepEqual([next(), next(), next()], [0xff000001, 2, 0xff000001]);
    assert.equal(drawn, 4_096);
  });

  it('draws again when all are used', () => {
    let draws = 0;
    const { next } = new MaskingKeys((size) => Buffer.alloc(size, ++draws));
    for (let i = 0; i < 1_024; i++) assert.equal(next(), 0x01010101);
    assert.equal(next(), 0x02020202);
  });
});
