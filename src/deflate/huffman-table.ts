import { DeflateError } from '../errors.ts';
import { MAX_CODE_LENGTH, reversed } from './alphabets.ts';

/** The meaning of a symbol that has a code and may not occur. */
export const RESERVED = -1;

/**
 * Finds symbols by their codes.
 *
 * Codes that are not too long are looked up at once; longer ones, which stand for what is rare, are
 * found bit by bit among the codes of each length, which follow each other.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc1951#section-3.2.2 | RFC 1951 §3.2.2}
 */
export class HuffmanTable {
  /**
   * By the next bits of the stream, the symbol's meaning and in the lowest four bits how long its code
   * is; 0 where a longer code begins, or none.
   */
  readonly lookup: Int32Array;
  /** What each symbol stands for, its lowest four bits free. */
  readonly #meanings: Int32Array;
  /** How many codes there are of each length. */
  readonly #counts = new Uint16Array(MAX_CODE_LENGTH + 1);
  /** The symbols in the order of their codes. */
  readonly #symbols: Uint16Array;
  #longest = 0;

  /** @param size - How many entries are looked up at once: a power of two. */
  constructor(size: number, meanings: Int32Array) {
    this.#meanings = meanings;
    this.lookup = new Int32Array(size);
    this.#symbols = new Uint16Array(meanings.length);
  }

  /**
   * Takes the code whose lengths, symbol by symbol, stand in `lengths` from `start` to `end`.
   *
   * @param fewest - The fewest symbols that may have a code. When there are none, or one, some bits are
   * the beginning of no code; else they all must be.
   * @throws {@link DeflateError} when the lengths are those of no code.
   */
  build(lengths: Uint8Array, start: number, end: number, fewest: number): void {
    const counts = this.#counts.fill(0);
    for (let i = start; i < end; i++) counts[lengths[i]!]!++;
    const coded = end - start - counts[0]!;
    counts[0] = 0;
    this.#longest = MAX_CODE_LENGTH;
    while (this.#longest > 0 && counts[this.#longest] === 0) this.#longest--;
    judgeCounts(counts, coded, fewest);
    this.#sort(lengths, start, end);
    this.#fillLookup();
  }

  /**
   * The entry of the code that begins with the lowest `count` of `bits`, though {@link lookup} has
   * none; 0 when more bits are needed.
   *
   * @throws {@link DeflateError} when no code begins so.
   */
  search(bits: number, count: number): number {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= this.#longest; length++) {
      if (length > count) return 0;
      code |= (bits >>> (length - 1)) & 1;
      const ofLength = this.#counts[length]!;
      if (code - first < ofLength) return this.#entry(index + code - first, length);
      index += ofLength;
      first = (first + ofLength) << 1;
      code <<= 1;
    }
    throw new DeflateError('DEFLATE_SYMBOL');
  }

  #entry(index: number, length: number): number {
    const meaning = this.#meanings[this.#symbols[index]!]!;
    if (meaning === RESERVED) throw new DeflateError('DEFLATE_SYMBOL');
    return meaning | length;
  }

  /** Codes of the same length follow each other in the order of their symbols. */
  #sort(lengths: Uint8Array, start: number, end: number): void {
    let next = 0;
    NEXT[0] = 0;
    for (let length = 1; length <= this.#longest; length++) {
      NEXT[length] = next;
      next += this.#counts[length]!;
    }
    for (let i = start; i < end; i++) {
      const length = lengths[i]!;
      if (length !== 0) this.#symbols[NEXT[length]!++] = i - start;
    }
  }

  /** Every sequence of bits that begins with a code leads to its symbol. */
  #fillLookup(): void {
    const { lookup } = this;
    lookup.fill(0);
    let code = 0;
    let index = 0;
    for (let length = 1; 1 << length <= lookup.length; length++) {
      for (let i = this.#counts[length]!; i > 0; i--) {
        const meaning = this.#meanings[this.#symbols[index++]!]!;
        const entry = meaning === RESERVED ? 0 : meaning | length;
        const step = 1 << length;
        for (let at = reversed(code++, length); at < lookup.length; at += step) lookup[at] = entry;
      }
      code <<= 1;
    }
  }
}

/** Where the next symbol of each length goes. */
const NEXT = new Uint16Array(MAX_CODE_LENGTH + 1);

/**
 * A code leaves no sequence of bits without a symbol, and none with two. But where there is only one
 * symbol, it has a code of one bit, and where there are no distances, none has a code.
 *
 * @see RFC 1951 §3.2.7
 */
function judgeCounts(counts: Uint16Array, coded: number, fewest: number): void {
  let free = 1;
  for (let length = 1; length <= MAX_CODE_LENGTH; length++) {
    free = 2 * free - counts[length]!;
    if (free < 0) throw new DeflateError('DEFLATE_CODE_LENGTHS');
  }
  const isAlone = coded <= 1 && coded >= fewest && counts[1] === coded;
  if (free > 0 && !isAlone) throw new DeflateError('DEFLATE_CODE_LENGTHS');
}
