import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { mask, rotateKey } from '../../src/bytes/mask.ts';

describe('mask', () => {
  it('unmasks the example of RFC 6455 §5.7', () => {
    const octets = Buffer.from('7f9f4d5158', 'hex');
    mask(octets, 0, 5, 0x37fa213d);
    assert.equal(octets.toString(), 'Hello');
  });
});

describe('rotateKey', () => {
  it('begins with the octet that masks what follows', () => {
    const keys = [0, 1, 2, 3, 4].map((count) => rotateKey(0x01020384, count) >>> 0);
    assert.deepEqual(keys, [0x01020384, 0x02038401, 0x03840102, 0x84010203, 0x01020384]);
  });
});
