import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { HuffmanTable, RESERVED } from '../../src/deflate/huffman-table.ts';

/** What symbols stand for here: themselves. */
const MEANINGS = Int32Array.from({ length: 20 }, (_, i) => i << 4);

describe('HuffmanTable', () => {
  it('finds the symbols of the example of RFC 1951 §3.2.2', () => {
    const table = tableOf([3, 3, 3, 3, 3, 2, 4, 4]);
    for (const [code, symbol] of [
      ['00', 5],
      ['010', 0],
      ['110', 4],
      ['1110', 6],
      ['1111', 7],
    ] as const) {
      assert.equal(find(table, code), symbol);
    }
  });

  it('finds codes that are longer than what it looks up at once', () => {
    const lengths = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15];
    const table = tableOf(lengths);
    lengths.forEach((length, symbol) => {
      const code = '1'.repeat(length - 1) + (symbol === 15 ? '1' : '0');
      assert.equal(find(table, code), symbol);
      if (length > 3) assert.equal(table.search(bitsOf(code), length - 1), 0);
    });
  });

  it('knows where there is only one symbol, or none, that some bits are no code', () => {
    const alone = tableOf([0, 1, 0], 1);
    assert.equal(find(alone, '0'), 1);
    assert.equal(alone.search(1, 0), 0);
    assert.throws(() => alone.search(1, 1), { code: 'DEFLATE_SYMBOL' });
    const none = tableOf([0, 0, 0], 0);
    assert.throws(() => none.search(0, 0), { code: 'DEFLATE_SYMBOL' });
  });

  it('refuses a symbol that may not occur, once all of its code is there', () => {
    const table = new HuffmanTable(8, Int32Array.of(0, 16, RESERVED, RESERVED));
    table.build(Uint8Array.of(1, 2, 3, 3), 0, 4, 2);
    assert.equal(table.search(0b011, 2), 0);
    assert.throws(() => table.search(0b011, 3), { code: 'DEFLATE_SYMBOL' });
  });

  for (const [what, lengths, fewest] of [
    ['too many codes of one length', [1, 1, 1], 0],
    ['too many codes', [1, 2, 2, 3], 0],
    ['too few codes', [1, 2, 3], 0],
    ['one code alone that has two bits', [2], 0],
    ['no code', [0, 0], 1],
    ['one code', [1, 0], 2],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(() => tableOf(lengths, fewest), { code: 'DEFLATE_CODE_LENGTHS' });
    });
  }
});

/** A table that looks up three bits at once. */
function tableOf(lengths: readonly number[], fewest = 2): HuffmanTable {
  const table = new HuffmanTable(8, MEANINGS);
  table.build(Uint8Array.of(99, ...lengths, 99), 1, 1 + lengths.length, fewest);
  return table;
}

/** The symbol of a code, which is its beginning too when other bits follow. */
function find(table: HuffmanTable, code: string): number {
  const bits = bitsOf(code);
  const entry = table.lookup[bits & 7]! || table.search(bits, code.length);
  assert.equal(entry & 15, code.length);
  return entry >> 4;
}

/** The bits of a code as they come, the first one lowest. */
function bitsOf(code: string): number {
  return Number.parseInt([...code].reverse().join(''), 2);
}
