import {
  CODE_LENGTHS,
  DISTANCE_BASES,
  DISTANCE_EXTRA_BITS,
  END_OF_BLOCK,
  FIXED_DISTANCE_LENGTHS,
  FIXED_LITERAL_LENGTHS,
  LENGTH_BASES,
  LENGTH_EXTRA_BITS,
  MIN_MATCH,
  REPEAT_EXTRA_BITS,
  REPEAT_LAST,
} from './alphabets.ts';
import { HuffmanTable, RESERVED } from './huffman-table.ts';

/** How many entries the lookup tables have: of literals and of distances have. */
export const LITERAL_LOOKUP = 1_024;
export const DISTANCE_LOOKUP = 256;

/** Code lengths have codes of up to seven bits, which are all in their table. */
export const LENGTH_LOOKUP = 128;

/** What is added to a length, so that it is no literal. */
export const LENGTH_OFFSET = END_OF_BLOCK + 1 - MIN_MATCH;

/**
 * What the symbols stand for, as the tables hold it: a value from bit 8 on, and from bit 4 on how many
 * extra bits are added to it.
 */
export const LITERAL_MEANINGS: Int32Array = new Int32Array(FIXED_LITERAL_LENGTHS.length).fill(
  RESERVED,
);
for (let i = 0; i <= END_OF_BLOCK; i++) LITERAL_MEANINGS[i] = i << 8;
LENGTH_EXTRA_BITS.forEach((extraBits, i) => {
  const value = LENGTH_OFFSET + LENGTH_BASES[i]!;
  LITERAL_MEANINGS[END_OF_BLOCK + 1 + i] = (value << 8) | (extraBits << 4);
});

export const DISTANCE_MEANINGS: Int32Array = new Int32Array(FIXED_DISTANCE_LENGTHS.length).fill(
  RESERVED,
);
DISTANCE_EXTRA_BITS.forEach((extraBits, i) => {
  DISTANCE_MEANINGS[i] = (DISTANCE_BASES[i]! << 8) | (extraBits << 4);
});

export const CODE_LENGTH_MEANINGS: Int32Array = Int32Array.from(
  { length: CODE_LENGTHS },
  (_, i) => {
    const extraBits = i < REPEAT_LAST ? 0 : REPEAT_EXTRA_BITS[i - REPEAT_LAST]!;
    return (i << 8) | (extraBits << 4);
  },
);

export const FIXED_LITERALS: HuffmanTable = fixedTable(
  LITERAL_LOOKUP,
  LITERAL_MEANINGS,
  FIXED_LITERAL_LENGTHS,
);
export const FIXED_DISTANCES: HuffmanTable = fixedTable(
  DISTANCE_LOOKUP,
  DISTANCE_MEANINGS,
  FIXED_DISTANCE_LENGTHS,
);

function fixedTable(size: number, meanings: Int32Array, lengths: Uint8Array): HuffmanTable {
  const table = new HuffmanTable(size, meanings);
  table.build(lengths, 0, lengths.length, 2);
  return table;
}
