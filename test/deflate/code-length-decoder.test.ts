import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { constants, deflateRawSync } from 'node:zlib';

import { BitReader } from '../../src/deflate/bit-reader.ts';
import { CodeLengthDecoder } from '../../src/deflate/code-length-decoder.ts';
import { DeflateError } from '../../src/errors.ts';

/** A dynamic block, as zlib makes it of text in which octets are not equally frequent. */
const BLOCK = deflateRawSync(Buffer.from('comet 2P/Encke, period 3.3 years; '.repeat(40)), {
  strategy: constants.Z_HUFFMAN_ONLY,
});

describe('CodeLengthDecoder', () => {
  it('has the same codes, whether they come at once or octet by octet', () => {
    const whole = decodeIn([BLOCK]);
    const pieces = decodeIn(Array.from(BLOCK, (octet) => Uint8Array.of(octet)));
    assert.ok(whole.literals.lookup.some((entry) => entry !== 0));
    assert.deepEqual(pieces.literals.lookup, whole.literals.lookup);
    assert.deepEqual(pieces.distances.lookup, whole.distances.lookup);
  });

  it('forgets the block before', () => {
    const input = new BitReader();
    const codes = new CodeLengthDecoder(input);
    for (let i = 0; i < 2; i++) {
      codes.begin();
      beginBlock(input, BLOCK);
      assert.equal(codes.decode(), true);
    }
    assert.deepEqual(codes.literals.lookup, decodeIn([BLOCK]).literals.lookup);
  });

  it('refuses more literals and lengths than there are', () => {
    // HLIT is 31: 288 codes, of which two stand for nothing.
    const tooMany = Uint8Array.of(0b11111_10_1, 0, 0, 0);
    assert.throws(
      () => decodeIn([tooMany]),
      (error) => error instanceof DeflateError && error.code === 'DEFLATE_SYMBOL_COUNT',
    );
  });
});

// Helpers

/** The codes of a dynamic block whose octets come in pieces. */
function decodeIn(pieces: readonly Uint8Array[]): CodeLengthDecoder {
  const input = new BitReader();
  const codes = new CodeLengthDecoder(input);
  codes.begin();
  beginBlock(input, pieces[0]!);
  for (const piece of pieces.slice(1)) {
    if (codes.decode()) return codes;
    input.feed(piece, 0, piece.length);
  }
  assert.equal(codes.decode(), true);
  return codes;
}

/** Goes behind BFINAL and BTYPE. */
function beginBlock(input: BitReader, octets: Uint8Array): void {
  input.begin();
  input.feed(octets, 0, octets.length);
  assert.equal(input.need(3), true);
  assert.equal(input.take(3) >>> 1, 2);
}
