import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { constants, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';

import { BitWriter } from '../../src/deflate/bit-writer.ts';
import { CodeLengthEncoder } from '../../src/deflate/code-length-encoder.ts';
import { HuffmanCode } from '../../src/deflate/huffman-code.ts';

describe('CodeLengthEncoder', () => {
  it('writes codes that zlib reads, in as many bits as it said', () => {
    fc.assert(
      fc.property(anyCode(286), anyCode(30), ([literals, literalSymbols], [distances]) => {
        const encoder = new CodeLengthEncoder();
        const writer = new BitWriter(4_096);
        writer.put(0b100, 3);
        const bits = encoder.fit(literals, distances);
        encoder.write(writer);
        assert.equal(writer.bitLength, 3 + bits);

        const content = literalSymbols.filter((symbol) => symbol < 256);
        for (const symbol of [...content, 256]) {
          writer.put(literals.codes[symbol]!, literals.lengths[symbol]!);
        }
        writer.align();
        const stream = writer.octets.subarray(0, writer.length);
        const read = inflateRawSync(stream, { finishFlush: constants.Z_SYNC_FLUSH });
        assert.deepEqual([...read], content);
      }),
    );
  });
});

/** A code for some symbols, among which is the end of a block, and these symbols. */
function anyCode(size: number): fc.Arbitrary<[HuffmanCode, number[]]> {
  const runs = fc.array(fc.tuple(fc.nat(size - 1), fc.nat(160), fc.nat(99)), { maxLength: 4 });
  return runs.map((all) => {
    const frequencies = new Uint32Array(size);
    for (const [start, count, frequency] of all) frequencies.fill(frequency, start, start + count);
    if (size > 256) frequencies[256] = 1;
    const code = new HuffmanCode(new Uint8Array(size));
    code.fit(frequencies, 15);
    return [code, [...frequencies.keys()].filter((symbol) => frequencies[symbol]! > 0)];
  });
}
