import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { copyOctets, copyOf } from '../../src/bytes/copy.ts';

describe('copyOctets', () => {
  for (const length of [0, 1, 24, 25, 1_000]) {
    it(`copies ${length} octets, and nothing beside them`, () => {
      const from = countingFrom(1, length + 2);
      const to = new Uint8Array(length + 3);
      copyOctets(from, 1, length + 1, to, 2);
      assert.deepEqual(to, Uint8Array.from([0, 0, ...from.subarray(1, length + 1), 0]));
    });
  }
});

describe('copyOf', () => {
  for (const length of [0, 64, 65, 1_024, 1_025]) {
    it(`copies ${length} octets again and again`, () => {
      const octets = countingFrom(length, length + 300);
      const starts = Array.from({ length: 300 }, (_, start) => start);
      const copies = starts.map((start) => copyOf(octets, start, start + length));
      const expected = starts.map((start) => octets.slice(start, start + length));
      octets.fill(0);
      assert.deepEqual(copies, expected);
    });
  }

  it('shares memory among copies of one array, and with nothing else', () => {
    const [one, other] = [countingFrom(0, 1_000), countingFrom(1, 1_000)];
    const copies = [one, one, one, other, other, other].map((octets) => copyOf(octets, 100, 230));
    const [, second, third, fourth, fifth, sixth] = copies.map(({ buffer }) => buffer);
    assert.equal(second, third);
    assert.equal(fifth, sixth);
    assert.equal(new Set([second, fourth, fifth]).size, 3);
  });

  it('lets numbers of eight octets be seen in a copy that begins on shared memory', () => {
    const octets = countingFrom(0, 1_000);
    for (const length of [65, 66, 72, 80]) {
      const { buffer, byteOffset } = copyOf(octets, 1, 1 + length);
      assert.equal(new Float64Array(buffer, byteOffset, 8).length, 8);
    }
  });

  it('keeps no more memory alive than was copied, or 8 KiB', () => {
    const octets = new Uint8Array(65_536);
    for (const length of [10, 100, 100, 1_000, 1_000, 2_000, 2_000]) {
      const { buffer } = copyOf(octets, 0, length);
      assert.ok(buffer.byteLength <= Math.max(length, 8_192), `${length}: ${buffer.byteLength}`);
    }
  });
});

// Helpers

function countingFrom(first: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => first + i);
}
