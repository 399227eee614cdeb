import { DeflateError } from '../errors.ts';
import {
  CODE_LENGTH_ORDER,
  CODE_LENGTHS,
  END_OF_BLOCK,
  LITERALS,
  REPEAT_BASES,
  REPEAT_EXTRA_BITS,
  REPEAT_LAST,
} from './alphabets.ts';
import type { BitReader } from './bit-reader.ts';
import { HuffmanTable } from './huffman-table.ts';
import {
  CODE_LENGTH_MEANINGS,
  DISTANCE_LOOKUP,
  DISTANCE_MEANINGS,
  LENGTH_LOOKUP,
  LITERAL_LOOKUP,
  LITERAL_MEANINGS,
} from './meanings.ts';

/** How many codes of distances a block may have: two more than there are distances. */
const MAX_DISTANCE_CODES = 32;

/**
 * Decodes the codes of a dynamic block, which are sent as the lengths of the codes of its symbols, in
 * codes whose own lengths come first.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc1951#section-3.2.7 | RFC 1951 §3.2.7}
 */
export class CodeLengthDecoder {
  /** The codes of the last block. */
  readonly literals: HuffmanTable = new HuffmanTable(LITERAL_LOOKUP, LITERAL_MEANINGS);
  readonly distances: HuffmanTable = new HuffmanTable(DISTANCE_LOOKUP, DISTANCE_MEANINGS);
  readonly #input: BitReader;
  #place: 'sizes' | 'length codes' | 'lengths' = 'sizes';
  /** How many lengths there will be, and how many there are. */
  readonly #lengths = new Uint8Array(LITERALS + MAX_DISTANCE_CODES);
  #literalCount = 0;
  #distanceCount = 0;
  #lengthCodeCount = 0;
  #known = 0;
  readonly #lengthCodes = new HuffmanTable(LENGTH_LOOKUP, CODE_LENGTH_MEANINGS);

  constructor(input: BitReader) {
    this.#input = input;
  }

  /** Begins with another block. */
  begin(): void {
    this.#place = 'sizes';
  }

  /**
   * Goes on, and says whether the codes are all there.
   *
   * @throws {@link DeflateError} when the lengths can't be right.
   */
  decode(): boolean {
    if (this.#place === 'sizes' && !this.#takeSizes()) return false;
    if (this.#place === 'length codes' && !this.#takeLengthCodes()) return false;
    return this.#takeLengths();
  }

  /** `HLIT`, `HDIST` and `HCLEN`. */
  #takeSizes(): boolean {
    const input = this.#input;
    if (!input.need(14)) return false;
    this.#literalCount = 257 + input.take(5);
    this.#distanceCount = 1 + input.take(5);
    this.#lengthCodeCount = 4 + input.take(4);
    if (this.#literalCount > LITERALS) throw new DeflateError('DEFLATE_SYMBOL_COUNT');
    this.#lengths.fill(0, 0, CODE_LENGTHS);
    this.#known = 0;
    this.#place = 'length codes';
    return true;
  }

  /** The lengths of the codes in which the code lengths are sent. */
  #takeLengthCodes(): boolean {
    while (this.#known < this.#lengthCodeCount) {
      if (!this.#input.need(3)) return false;
      this.#lengths[CODE_LENGTH_ORDER[this.#known++]!] = this.#input.take(3);
    }
    this.#lengthCodes.build(this.#lengths, 0, CODE_LENGTHS, 2);
    this.#known = 0;
    this.#place = 'lengths';
    return true;
  }

  #takeLengths(): boolean {
    const wanted = this.#literalCount + this.#distanceCount;
    while (this.#known < wanted) {
      const entry = this.#lengthEntry();
      if (entry === 0) return false;
      this.#input.take(entry & 15);
      const symbol = entry >>> 8;
      if (symbol < REPEAT_LAST) this.#lengths[this.#known++] = symbol;
      else this.#repeat(symbol, wanted);
    }
    this.#build(wanted);
    return true;
  }

  /** The entry of the next code length once it and its extra bits have come, or 0. */
  #lengthEntry(): number {
    const input = this.#input;
    input.need(14);
    const entry = this.#lengthCodes.lookup[input.bits & (LENGTH_LOOKUP - 1)]!;
    const size = (entry & 15) + ((entry >>> 4) & 15);
    return size > input.count ? 0 : entry;
  }

  /** Repeats the length before, or 0. */
  #repeat(symbol: number, wanted: number): void {
    const kind = symbol - REPEAT_LAST;
    const count = REPEAT_BASES[kind]! + this.#input.take(REPEAT_EXTRA_BITS[kind]!);
    const isLast = symbol === REPEAT_LAST;
    if (this.#known + count > wanted || (isLast && this.#known === 0)) {
      throw new DeflateError('DEFLATE_REPEAT');
    }
    const length = isLast ? this.#lengths[this.#known - 1]! : 0;
    this.#lengths.fill(length, this.#known, this.#known + count);
    this.#known += count;
  }

  #build(end: number): void {
    const start = this.#literalCount;
    if (this.#lengths[END_OF_BLOCK] === 0) throw new DeflateError('DEFLATE_CODE_LENGTHS');
    this.literals.build(this.#lengths, 0, start, 1);
    this.distances.build(this.#lengths, start, end, 0);
  }
}
