import {
  CODE_LENGTH_ORDER,
  CODE_LENGTHS,
  DISTANCES,
  LITERALS,
  MAX_LENGTH_CODE_LENGTH,
  REPEAT_BASES,
  REPEAT_EXTRA_BITS,
  REPEAT_LAST,
  REPEAT_ZERO,
  REPEAT_ZERO_LONG,
} from './alphabets.ts';
import type { BitWriter } from './bit-writer.ts';
import { HuffmanCode } from './huffman-code.ts';

/** The fewest codes that a block may announce of each kind. */
const FEWEST_LITERALS = 257;
const FEWEST_DISTANCES = 1;
const FEWEST_LENGTH_CODES = 4;

/** How often each repeat may be said to repeat at most. */
const MOST_REPEATED = REPEAT_BASES.map((base, i) => base + 2 ** REPEAT_EXTRA_BITS[i]! - 1);

/**
 * Writes the codes that a block has of its own: the lengths of the codes, themselves in a code.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc1951#section-3.2.7 | RFC 1951 §3.2.7}
 */
export class CodeLengthEncoder {
  readonly #code = new HuffmanCode(new Uint8Array(CODE_LENGTHS));
  readonly #frequencies = new Uint32Array(CODE_LENGTHS);
  /** The lengths of all codes, one behind the other. */
  readonly #lengths = new Uint8Array(LITERALS + DISTANCES);
  /** The symbols that say them, each with its extra bits above the lowest five. */
  readonly #symbols = new Uint16Array(LITERALS + DISTANCES);
  #symbolCount = 0;
  #literalCount = 0;
  #distanceCount = 0;
  #codeCount = 0;

  /** Takes two codes, and returns how many bits they will take. */
  fit(literals: HuffmanCode, distances: HuffmanCode): number {
    this.#literalCount = countCoded(literals.lengths, FEWEST_LITERALS);
    this.#distanceCount = countCoded(distances.lengths, FEWEST_DISTANCES);
    const count = this.#literalCount + this.#distanceCount;
    for (let i = 0; i < this.#literalCount; i++) this.#lengths[i] = literals.lengths[i]!;
    for (let i = 0; i < this.#distanceCount; i++) {
      this.#lengths[this.#literalCount + i] = distances.lengths[i]!;
    }
    this.#frequencies.fill(0);
    this.#symbolCount = 0;
    for (let i = 0; i < count; ) i = this.#takeRun(i, count);
    this.#code.fit(this.#frequencies, MAX_LENGTH_CODE_LENGTH);
    this.#codeCount = CODE_LENGTHS;
    while (this.#isLastUnused()) this.#codeCount--;
    return this.#size();
  }

  /** Writes them. */
  write(writer: BitWriter): void {
    writer.put(this.#literalCount - FEWEST_LITERALS, 5);
    writer.put(this.#distanceCount - FEWEST_DISTANCES, 5);
    writer.put(this.#codeCount - FEWEST_LENGTH_CODES, 4);
    const { codes, lengths } = this.#code;
    for (let i = 0; i < this.#codeCount; i++) writer.put(lengths[CODE_LENGTH_ORDER[i]!]!, 3);
    for (let i = 0; i < this.#symbolCount; i++) {
      const symbol = this.#symbols[i]! & 31;
      writer.put(codes[symbol]!, lengths[symbol]!);
      if (symbol < REPEAT_LAST) continue;
      writer.put(this.#symbols[i]! >> 5, REPEAT_EXTRA_BITS[symbol - REPEAT_LAST]!);
    }
  }

  /** Says the lengths from `start` on that are the same, and returns where others begin. */
  #takeRun(start: number, end: number): number {
    const length = this.#lengths[start]!;
    let i = start + 1;
    while (i < end && this.#lengths[i] === length) i++;
    let left = i - start;
    if (length > 0) {
      this.#say(length, 0);
      left = this.#sayRepeats(REPEAT_LAST, left - 1);
    } else {
      left = this.#sayRepeats(REPEAT_ZERO_LONG, left);
      left = this.#sayRepeats(REPEAT_ZERO, left);
    }
    for (; left > 0; left--) this.#say(length, 0);
    return i;
  }

  /** Says as many of `count` as `symbol` can, and returns how many are left. */
  #sayRepeats(symbol: number, count: number): number {
    const least = REPEAT_BASES[symbol - REPEAT_LAST]!;
    const most = MOST_REPEATED[symbol - REPEAT_LAST]!;
    let left = count;
    while (left >= least) {
      const repeated = Math.min(left, most);
      this.#say(symbol, repeated - least);
      left -= repeated;
    }
    return left;
  }

  #say(symbol: number, extra: number): void {
    this.#symbols[this.#symbolCount++] = (extra << 5) | symbol;
    this.#frequencies[symbol]!++;
  }

  #isLastUnused(): boolean {
    return this.#code.lengths[CODE_LENGTH_ORDER[this.#codeCount - 1]!] === 0;
  }

  #size(): number {
    let bits = 5 + 5 + 4 + 3 * this.#codeCount + this.#code.cost(this.#frequencies);
    REPEAT_EXTRA_BITS.forEach((extraBits, i) => {
      bits += extraBits * this.#frequencies[REPEAT_LAST + i]!;
    });
    return bits;
  }
}

/** How many symbols there are up to the last that has a code. */
function countCoded(lengths: Uint8Array, fewest: number): number {
  let count = lengths.length;
  while (count > fewest && lengths[count - 1] === 0) count--;
  return count;
}
