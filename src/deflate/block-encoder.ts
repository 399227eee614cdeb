import {
  DISTANCE_BASES,
  DISTANCE_EXTRA_BITS,
  DISTANCES,
  END_OF_BLOCK,
  FIXED_DISTANCE_LENGTHS,
  FIXED_LITERAL_LENGTHS,
  LENGTH_BASES,
  LENGTH_EXTRA_BITS,
  LITERALS,
  MAX_CODE_LENGTH,
  MAX_MATCH,
} from './alphabets.ts';
import { BitWriter } from './bit-writer.ts';
import { CodeLengthEncoder } from './code-length-encoder.ts';
import { HuffmanCode } from './huffman-code.ts';

/** Below so many literals and matches, codes of their own would take more room than they save. */
const FEWEST_FOR_OWN_CODES = 96;

/** What an octet and a match are in the list of a block's contents. */
export const MATCH_LENGTH_BITS = 9;
const MATCH_LENGTH = 2 ** MATCH_LENGTH_BITS - 1;

/** A match as one number. One below 256 is a literal. */
export function matchOf(length: number, distance: number): number {
  return (distance << MATCH_LENGTH_BITS) | length;
}

/**
 * Writes blocks: stored, with the fixed codes, or with codes of their own, whatever is the shortest.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc1951#section-3.2.3 | RFC 1951 §3.2.3}
 */
export class BlockEncoder {
  readonly writer: BitWriter = new BitWriter(65_536);
  readonly #literals = new HuffmanCode(new Uint8Array(LITERALS));
  readonly #distances = new HuffmanCode(new Uint8Array(DISTANCES));
  readonly #literalFrequencies = new Uint32Array(LITERALS);
  readonly #distanceFrequencies = new Uint32Array(DISTANCES);
  readonly #codeLengths = new CodeLengthEncoder();

  /**
   * Writes a block that is not the last.
   *
   * @param contents - The first `count` are its literals and matches.
   * @param octets - From `start` to `end` stands what they make, up to 65,535 octets.
   */
  write(contents: Int32Array, count: number, octets: Uint8Array, start: number, end: number): void {
    const { writer } = this;
    // Fixed codes make an octet of 9 bits, and a match, of four octets at least, of up to 31.
    writer.reserve(2 * (end - start) + 16);
    const { length, bits, count: bitCount, bitLength } = writer;
    if (count >= FEWEST_FOR_OWN_CODES && this.#ownCodesPay(contents, count)) {
      writer.put(BLOCK_OF_OWN_CODES, 3);
      this.#codeLengths.write(writer);
      writeContents(writer, contents, count, this.#literals, this.#distances);
    } else {
      writer.put(BLOCK_OF_FIXED_CODES, 3);
      writeContents(writer, contents, count, FIXED_LITERALS, FIXED_DISTANCES);
    }
    if (writer.bitLength - bitLength <= 8 * (end - start) + STORED_BITS) return;
    writer.length = length;
    writer.bits = bits;
    writer.count = bitCount;
    writeStored(writer, octets, start, end);
  }

  /** Writes an empty stored block, so that all that came before is there in whole octets. */
  flush(): void {
    this.writer.reserve(16);
    writeStored(this.writer, this.writer.octets, 0, 0);
  }

  /** Finds the codes for these contents, and whether they are worth what they take themselves. */
  #ownCodesPay(contents: Int32Array, count: number): boolean {
    const literals = this.#literalFrequencies.fill(0);
    const distances = this.#distanceFrequencies.fill(0);
    for (let i = 0; i < count; i++) {
      const content = contents[i]!;
      if (content < END_OF_BLOCK) {
        literals[content]!++;
      } else {
        literals[END_OF_BLOCK + LENGTH_SYMBOLS[content & MATCH_LENGTH]!]!++;
        distances[distanceSymbol(content >> MATCH_LENGTH_BITS)]!++;
      }
    }
    literals[END_OF_BLOCK] = 1;
    this.#literals.fit(literals, MAX_CODE_LENGTH);
    this.#distances.fit(distances, MAX_CODE_LENGTH);
    const own = this.#literals.cost(literals) + this.#distances.cost(distances);
    const fixed = FIXED_LITERALS.cost(literals) + FIXED_DISTANCES.cost(distances);
    return own + this.#codeLengths.fit(this.#literals, this.#distances) < fixed;
  }
}

// BFINAL, which is 0, and BTYPE.
const STORED_BLOCK = 0b000;
const BLOCK_OF_FIXED_CODES = 0b010;
const BLOCK_OF_OWN_CODES = 0b100;

/** What a stored block takes besides its octets, at most. */
const STORED_BITS = 3 + 7 + 32;

const FIXED_LITERALS = new HuffmanCode(FIXED_LITERAL_LENGTHS);
const FIXED_DISTANCES = new HuffmanCode(FIXED_DISTANCE_LENGTHS);

/** By the length of a match, its symbol less 256. */
const LENGTH_SYMBOLS = new Uint8Array(MAX_MATCH + 1);
LENGTH_BASES.forEach((base, i) => {
  LENGTH_SYMBOLS.fill(i + 1, base);
});

/** By a distance less one, up to 255, its symbol; behind them, by the rest divided by 128. */
const DISTANCE_SYMBOLS = new Uint8Array(512);
DISTANCE_BASES.forEach((base, i) => {
  if (base <= 256) DISTANCE_SYMBOLS.fill(i, base - 1, 256);
  if (base > 256) DISTANCE_SYMBOLS.fill(i, 256 + ((base - 1) >> 7));
});

function distanceSymbol(distance: number): number {
  const rest = distance - 1;
  return DISTANCE_SYMBOLS[rest < 256 ? rest : 256 + (rest >> 7)]!;
}

/** @see RFC 1951 §3.2.4 */
function writeStored(writer: BitWriter, octets: Uint8Array, start: number, end: number): void {
  const length = end - start;
  writer.put(STORED_BLOCK, 3);
  writer.align();
  writer.put(length, 16);
  writer.put(length ^ 0xffff, 16);
  writer.octets.set(octets.subarray(start, end), writer.length);
  writer.length += length;
}

/** Writes the symbols of a block, and that it ends. The hot loop. */
function writeContents(
  writer: BitWriter,
  contents: Int32Array,
  count: number,
  literals: HuffmanCode,
  distances: HuffmanCode,
): void {
  const { codes, lengths } = literals;
  for (let i = 0; i < count; i++) {
    const content = contents[i]!;
    if (content < END_OF_BLOCK) {
      writer.put(codes[content]!, lengths[content]!);
    } else {
      const length = content & MATCH_LENGTH;
      const symbol = LENGTH_SYMBOLS[length]!;
      writer.put(codes[END_OF_BLOCK + symbol]!, lengths[END_OF_BLOCK + symbol]!);
      writer.put(length - LENGTH_BASES[symbol - 1]!, LENGTH_EXTRA_BITS[symbol - 1]!);
      writeDistance(writer, content >> MATCH_LENGTH_BITS, distances);
    }
  }
  writer.put(codes[END_OF_BLOCK]!, lengths[END_OF_BLOCK]!);
}

function writeDistance(writer: BitWriter, distance: number, code: HuffmanCode): void {
  const symbol = distanceSymbol(distance);
  writer.put(code.codes[symbol]!, code.lengths[symbol]!);
  writer.put(distance - DISTANCE_BASES[symbol]!, DISTANCE_EXTRA_BITS[symbol]!);
}
