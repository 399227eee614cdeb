import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { constants, inflateRawSync } from 'node:zlib';

import { BlockEncoder, matchOf } from '../../src/deflate/block-encoder.ts';

describe('BlockEncoder', () => {
  it('takes the fixed codes for a few contents', () => {
    const { type, content } = encoded([0x61, 0x62, matchOf(258, 2)], 'ab'.repeat(130));
    assert.equal(type, 1);
    assert.equal(content, 'ab'.repeat(130));
  });

  it('takes codes of its own where they pay', () => {
    const text = 'abcdefgh'.repeat(40);
    const { type, content } = encoded([...Buffer.from(text)], text);
    assert.equal(type, 2);
    assert.equal(content, text);
  });

  it('keeps to the fixed codes where its own would save less than they take', () => {
    const octets = Array.from({ length: 110 }, (_, i) => (i * i) % 139);
    const { type, content } = encoded(octets, Buffer.from(octets).toString('latin1'));
    assert.equal(type, 1);
    assert.equal(content, Buffer.from(octets).toString('latin1'));
  });

  it('stores what has no short codes', () => {
    const octets = Array.from({ length: 256 }, (_, i) => 255 - i);
    const text = Buffer.from(octets).toString('latin1');
    const { type, content } = encoded(octets, text);
    assert.equal(type, 0);
    assert.equal(content, text);
  });

  it('has a symbol for each length and each distance', () => {
    const lengths = Array.from({ length: 256 }, (_, i) => i + 3);
    const distances = Array.from({ length: 15 }, (_, i) => [
      2 ** i,
      2 ** i + 1,
      2 ** (i + 1),
    ]).flat();
    const content = Array.from({ length: 32_768 }, (_, i) => (i * 167) % 251);
    const contents = [...content];
    for (const [i, length] of lengths.entries()) {
      const distance = distances[i % distances.length]!;
      contents.push(matchOf(length, distance));
      for (let k = 0; k < length; k++) content.push(content.at(-distance)!);
    }
    const text = Buffer.from(content).toString('latin1');
    assert.equal(encoded(contents, text).content, text);
  });
});

/** The type of the block that is written, and what zlib reads in it. */
function encoded(contents: readonly number[], text: string): { type: number; content: string } {
  const encoder = new BlockEncoder();
  const octets = Buffer.from(` ${text}`, 'latin1');
  encoder.write(Int32Array.from(contents), contents.length, octets, 1, octets.length);
  encoder.flush();
  const stream = encoder.writer.octets.subarray(0, encoder.writer.length);
  const content = inflateRawSync(stream, { finishFlush: constants.Z_SYNC_FLUSH });
  return { type: (stream[0]! >> 1) & 3, content: content.toString('latin1') };
}
