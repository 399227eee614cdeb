import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { BitWriter } from '../../src/deflate/bit-writer.ts';

describe('BitWriter', () => {
  it('packs bits from the lowest on, and fills the last octet with zeros', () => {
    const writer = new BitWriter(8);
    writer.put(0b1, 1);
    writer.put(0b01, 2);
    writer.put(0b1111_0000_1111_0000, 16);
    assert.equal(writer.bitLength, 19);
    writer.align();
    assert.deepEqual(writtenBy(writer), [0b10000_011, 0b10000_111, 0b111]);
    assert.equal(writer.bitLength, 24);
  });

  it('has nothing to fill behind a whole octet', () => {
    const writer = new BitWriter(8);
    writer.align();
    writer.put(0xff, 8);
    writer.align();
    writer.align();
    assert.deepEqual(writtenBy(writer), [0xff]);
  });

  it('gets more memory where it lacks some, and keeps what is there', () => {
    const writer = new BitWriter(2);
    for (const value of [0x0201, 0x0403, 0x0605]) {
      writer.reserve(2);
      writer.put(value, 16);
    }
    assert.deepEqual(writtenBy(writer), [1, 2, 3, 4, 5, 6]);
  });

  it('begins anew', () => {
    const writer = new BitWriter(8);
    writer.put(0x7fff, 15);
    writer.begin();
    writer.put(0, 8);
    writer.align();
    assert.deepEqual(writtenBy(writer), [0]);
  });
});

function writtenBy({ octets, length }: BitWriter): number[] {
  return [...octets.subarray(0, length)];
}
