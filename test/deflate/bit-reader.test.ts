import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { BitReader } from '../../src/deflate/bit-reader.ts';

describe('BitReader', () => {
  it('takes bits from the lowest on, over the seams of octets', () => {
    const reader = readerOf(0b10000_011, 0b10000_111, 0b111);
    assert.equal(reader.need(19), true);
    assert.deepEqual(
      [reader.take(1), reader.take(2), reader.take(16)],
      [1, 0b01, 0b1111_0000_1111_0000],
    );
  });

  it('says that bits are missing, and goes on when more octets have come', () => {
    const reader = readerOf(0xff);
    assert.equal(reader.need(9), false);
    reader.feed(Uint8Array.of(0, 0x01), 1, 2);
    assert.equal(reader.need(9), true);
    assert.equal(reader.take(9), 0x1ff);
  });

  it('leaves out what is left of an octet, and nothing of a whole one', () => {
    const reader = readerOf(0xff, 0xab);
    reader.need(16);
    reader.take(3);
    reader.align();
    reader.align();
    assert.equal(reader.take(8), 0xab);
  });

  it('holds 32 bits', () => {
    const reader = readerOf(0xff, 0xff, 0xff, 0xff);
    assert.equal(reader.need(32), true);
    assert.deepEqual([reader.take(16), reader.take(16), reader.count], [0xffff, 0xffff, 0]);
  });

  it('begins anew without what was left', () => {
    const reader = readerOf(0xff);
    reader.need(1);
    reader.begin();
    assert.equal(reader.need(1), false);
  });
});

// Helpers

function readerOf(...octets: readonly number[]): BitReader {
  const reader = new BitReader();
  reader.feed(Uint8Array.from(octets), 0, octets.length);
  return reader;
}
