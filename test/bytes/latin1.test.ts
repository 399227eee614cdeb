import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { latin1, latin1Reader, latin1Writer, writeLatin1 } from '../../src/bytes/latin1.ts';

const ALL_OCTETS = Uint8Array.from({ length: 256 }, (_, octet) => octet);
const ALL_CHARACTERS = String.fromCharCode(...ALL_OCTETS);

for (const [how, read] of [
  ['latin1', latin1],
  ['latin1, where Buffer lacks latin1Slice', latin1Reader({})],
] as const) {
  describe(how, () => {
    it('reads each octet as the character of the same number', () => {
      assert.equal(read(ALL_OCTETS, 0, 256), ALL_CHARACTERS);
    });

    it('for any view and any part of it: reads that part alone', () => {
      fc.assert(
        fc.property(anyPart(), ({ octets, start, end }) => {
          const expected = ALL_CHARACTERS.slice(octets[0]!).slice(start, end);
          assert.equal(read(octets, start, end), expected);
        }),
      );
    });
  });
}

for (const [how, write] of [
  ['writeLatin1', writeLatin1],
  ['writeLatin1, where Buffer lacks latin1Write', latin1Writer({})],
] as const) {
  describe(how, () => {
    it('writes each character as the octet of the same number', () => {
      const octets = new Uint8Array(256);
      write(octets, ALL_CHARACTERS, 0);
      assert.deepEqual(octets, ALL_OCTETS);
    });

    it('writes at `start` of a view, and nothing around it', () => {
      const memory = new Uint8Array(8).fill(0x2e);
      write(memory.subarray(2), 'ab', 1);
      assert.equal(Buffer.from(memory).toString(), '...ab...');
    });
  });
}

// Helpers

/** A view that does not begin where its memory does, and a part of it. */
function anyPart(): fc.Arbitrary<{ octets: Uint8Array; start: number; end: number }> {
  return fc.tuple(fc.nat(127), fc.nat(128), fc.nat(128)).map(([offset, a, b]) => ({
    octets: ALL_OCTETS.subarray(offset),
    start: Math.min(a, b),
    end: Math.max(a, b),
  }));
}
