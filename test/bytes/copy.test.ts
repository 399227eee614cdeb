import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { copyOctets, copyOf } from '../../src/bytes/copy.ts';

describe('copyOctets', () => {
  for (const length of [0, 1, 32, 33, 1000]) {
    it(`copies ${length} octets, and nothing beside them`, () => {
      const from = Uint8Array.from({ length: length + 2 }, (_, i) => i + 1);
      const to = new Uint8Array(length + 3);
      copyOctets(from, 1, length + 1, to, 2);
      assert.deepEqual(to, Uint8Array.from([0, 0, ...from.subarray(1, length + 1), 0]));
    });
  }
});

describe('copyOf', () => {
  it('has memory of its own, and no more than it needs', () => {
    const octets = Buffer.from('abcdef');
    const copy = copyOf(octets, 1, 4);
    octets.fill(0);
    assert.deepEqual(copy, Uint8Array.from(Buffer.from('bcd')));
    assert.equal(copy.buffer.byteLength, 3);
  });
});
