/**
 * What the symbols of DEFLATE stand for.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc1951#section-3.2.5 | RFC 1951 §3.2.5 to §3.2.7}
 * @module
 */

/** The longest code of a literal, length or distance, in bits. */
export const MAX_CODE_LENGTH = 15;

/** The longest code of a code length. */
export const MAX_LENGTH_CODE_LENGTH = 7;

/** The symbol that ends a block. Those below are literals, those above lengths. */
export const END_OF_BLOCK = 256;

/** How many symbols may occur of those that have a fixed code, 288 and 32. */
export const LITERALS = 286;
export const DISTANCES = 30;

/** The longest match, and the shortest. */
export const MAX_MATCH = 258;
export const MIN_MATCH = 3;

/** The extra bits of the length symbols, from 257 on, and of the distance symbols. */
export const LENGTH_EXTRA_BITS: Uint8Array = Uint8Array.from(
  { length: LITERALS - END_OF_BLOCK - 1 },
  (_, i) => (i < 8 || i === 28 ? 0 : (i >> 2) - 1),
);
export const DISTANCE_EXTRA_BITS: Uint8Array = Uint8Array.from({ length: DISTANCES }, (_, i) =>
  i < 4 ? 0 : (i >> 1) - 1,
);

/** The least length or distance that each of them stands for. */
export const LENGTH_BASES: Uint16Array = basesOf(LENGTH_EXTRA_BITS, MIN_MATCH);
export const DISTANCE_BASES: Uint16Array = basesOf(DISTANCE_EXTRA_BITS, 1);

// The longest has a symbol without extra bits, though that before reaches it.
LENGTH_BASES[28] = MAX_MATCH;

/** How many symbols the alphabet of code lengths has: lengths 0 to 15, then the repeats. */
export const CODE_LENGTHS = 19;

/** The symbols of that alphabet that repeat a length, by how many extra bits say how often. */
export const REPEAT_LAST = 16;
export const REPEAT_ZERO = 17;
export const REPEAT_ZERO_LONG = 18;

/** The order in which the lengths of their own codes stand in a block. */
export const CODE_LENGTH_ORDER: Uint8Array = Uint8Array.of(
  ...[16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15],
);

/** The extra bits of each repeat, and how often it repeats at least. */
export const REPEAT_EXTRA_BITS: readonly number[] = [2, 3, 7];
export const REPEAT_BASES: readonly number[] = [3, 3, 11];

/** The lengths of the fixed codes. */
export const FIXED_LITERAL_LENGTHS: Uint8Array = new Uint8Array(288)
  .fill(8, 0, 144)
  .fill(9, 144, 256)
  .fill(7, 256, 280)
  .fill(8, 280);
export const FIXED_DISTANCE_LENGTHS: Uint8Array = new Uint8Array(32).fill(5);

/** Each symbol's range begins where that of the symbol before ends. */
function basesOf(extraBits: Uint8Array, first: number): Uint16Array {
  let base = first;
  return Uint16Array.from(extraBits, (bits) => {
    const own = base;
    base += 2 ** bits;
    return own;
  });
}

/** The lowest `count` bits of `value`, in reverse: codes are sent highest bit first. */
export function reversed(value: number, count: number): number {
  let result = 0;
  for (let i = 0; i < count; i++) result |= ((value >>> i) & 1) << (count - 1 - i);
  return result;
}
