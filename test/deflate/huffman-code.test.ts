import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { HuffmanCode } from '../../src/deflate/huffman-code.ts';

describe('HuffmanCode', () => {
  it('gives the codes of the example of RFC 1951 §3.2.2', () => {
    const { codes, lengths } = new HuffmanCode(Uint8Array.of(3, 3, 3, 3, 3, 2, 4, 4));
    const written = Array.from(codes, (code, i) =>
      [...code.toString(2).padStart(lengths[i]!, '0')].reverse().join(''),
    );
    assert.deepEqual(written, ['010', '011', '100', '101', '110', '00', '1110', '1111']);
  });

  it('has no code for what does not occur, and a whole one for a symbol alone', () => {
    const code = new HuffmanCode(new Uint8Array(4));
    for (const [frequencies, lengths] of [
      [
        [0, 0, 0, 0],
        [0, 0, 0, 0],
      ],
      [
        [9, 0, 0, 0],
        [1, 1, 0, 0],
      ],
      [
        [0, 0, 9, 0],
        [1, 0, 1, 0],
      ],
      [
        [1, 0, 9, 0],
        [1, 0, 1, 0],
      ],
    ] as const) {
      code.fit(Uint32Array.from(frequencies), 15);
      assert.deepEqual([...code.lengths], lengths);
    }
  });

  it('has codes as short as a Huffman tree has, where they may be long', () => {
    fc.assert(
      fc.property(anyFrequencies(), (frequencies) => {
        const code = new HuffmanCode(new Uint8Array(frequencies.length));
        code.fit(frequencies, 15);
        // A tree of forty leaves that weigh less than 900 each is not as deep as that.
        assert.equal(code.cost(frequencies), costOfTree(frequencies));
      }),
    );
  });

  it('leaves nothing free and nothing twice, however short the longest may be', () => {
    const fibonacci = [1, 1];
    while (fibonacci.length < 25) fibonacci.push(fibonacci.at(-1)! + fibonacci.at(-2)!);
    const steep = fc.constant(Uint32Array.from(fibonacci));
    fc.assert(
      fc.property(
        fc.oneof(anyFrequencies(), steep),
        fc.integer({ min: 6, max: 15 }),
        (frequencies, longest) => {
          const code = new HuffmanCode(new Uint8Array(frequencies.length));
          code.fit(frequencies, longest);
          const used = code.lengths.filter((length) => length > 0);
          assert.ok(used.every((length) => length <= longest));
          assert.equal(
            used.reduce((sum, length) => sum + 2 ** -length, 0),
            1,
          );
          frequencies.forEach((frequency, i) => {
            if (frequency > 0) assert.ok(code.lengths[i]! > 0);
          });
        },
      ),
    );
  });
});

/** How often each of some symbols occurs; some do not. */
function anyFrequencies(): fc.Arbitrary<Uint32Array> {
  const frequency = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 900 }));
  return fc
    .array(frequency, { minLength: 2, maxLength: 40 })
    .filter((all) => all.some((one) => one > 0))
    .map((all) => Uint32Array.from(all));
}

/** Joins the two lightest trees until there is one: each joining puts a bit before all its leaves. */
function costOfTree(frequencies: Uint32Array): number {
  const weights = [...frequencies].filter((one) => one > 0);
  if (weights.length === 1) return weights[0]!;
  let bits = 0;
  while (weights.length > 1) {
    weights.sort((a, b) => b - a);
    const joined = weights.pop()! + weights.pop()!;
    bits += joined;
    weights.push(joined);
  }
  return bits;
}
