import { MAX_CODE_LENGTH, reversed } from './alphabets.ts';

/**
 * The codes of an alphabet, for a writer.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc1951#section-3.2.2 | RFC 1951 §3.2.2}
 */
export class HuffmanCode {
  /** How many bits each symbol's code has; 0 when it has none. */
  readonly lengths: Uint8Array;
  /** The codes, the bit that is sent first lowest. */
  readonly codes: Uint16Array;

  /** @param lengths - Those of the codes, or of as many zeros as there are symbols. */
  constructor(lengths: Uint8Array) {
    this.lengths = lengths;
    this.codes = new Uint16Array(lengths.length);
    this.#assign();
  }

  /**
   * Takes the code that is the shortest for symbols that occur so often, with codes of up to `longest`
   * bits.
   */
  fit(frequencies: Uint32Array, longest: number): void {
    const { lengths } = this;
    lengths.fill(0);
    const count = sortByFrequency(frequencies, lengths.length);
    if (count < 2) {
      // A code of one bit leaves the other: it gets a symbol that does not occur.
      if (count === 1) lengths[0] = lengths[SORTED[0]! & SYMBOL || 1] = 1;
    } else {
      weighTree(count);
      countLengths(count, longest);
      this.#giveLengths(count);
    }
    this.#assign();
  }

  /** How many bits the symbols take that occur so often. */
  cost(frequencies: Uint32Array): number {
    let bits = 0;
    for (let i = 0; i < frequencies.length; i++) bits += frequencies[i]! * this.lengths[i]!;
    return bits;
  }

  /** The most frequent symbols get the shortest codes. */
  #giveLengths(count: number): void {
    let i = count;
    for (let length = 1; i > 0; length++) {
      for (let left = COUNTS[length]!; left > 0; left--) {
        this.lengths[SORTED[--i]! & SYMBOL] = length;
      }
    }
  }

  /** Codes of the same length follow each other in the order of their symbols. */
  #assign(): void {
    const { lengths, codes } = this;
    COUNTS.fill(0);
    for (let i = 0; i < lengths.length; i++) COUNTS[lengths[i]!]!++;
    COUNTS[0] = 0;
    let code = 0;
    for (let length = 1; length <= MAX_CODE_LENGTH; length++) {
      code = (code + COUNTS[length - 1]!) << 1;
      NEXT[length] = code;
    }
    for (let i = 0; i < lengths.length; i++) {
      const length = lengths[i]!;
      if (length > 0) codes[i] = reversed(NEXT[length]!++, length);
    }
  }
}

/** The part of a number in {@link SORTED} that is the symbol; its frequency stands above. */
const SYMBOL = 0x1ff;

/** The symbols that occur, the least frequent first. */
const SORTED = new Uint32Array(288);

/** Weights and parents of the nodes of a tree, and in the end the depths of its leaves. */
const TREE = new Uint32Array(288);

/** How many codes there are of each length; a tree can be as deep as it has leaves. */
const COUNTS = new Uint16Array(288);
const NEXT = new Uint16Array(MAX_CODE_LENGTH + 1);

/** Sorts the symbols that occur, and returns how many there are. */
function sortByFrequency(frequencies: Uint32Array, size: number): number {
  let count = 0;
  for (let i = 0; i < size; i++) {
    const frequency = frequencies[i]!;
    if (frequency > 0) SORTED[count++] = (frequency << 9) | i;
  }
  SORTED.subarray(0, count).sort();
  for (let i = 0; i < count; i++) TREE[i] = SORTED[i]! >>> 9;
  return count;
}

/**
 * Turns sorted weights into the depths of a Huffman tree's leaves, in place.
 *
 * @see A. Moffat, J. Katajainen: In-place calculation of minimum-redundancy codes (1995)
 */
function weighTree(count: number): void {
  joinNodes(count);
  // From the root down: a node is one deeper than its parent.
  TREE[count - 2] = 0;
  for (let i = count - 3; i >= 0; i--) TREE[i] = TREE[TREE[i]!]! + 1;
  let available = 1;
  let node = count - 2;
  let leaf = count - 1;
  for (let depth = 0; available > 0; depth++) {
    let inner = 0;
    for (; node >= 0 && TREE[node] === depth; node--) inner++;
    for (; available > inner; available--) TREE[leaf--] = depth;
    available = 2 * inner;
  }
}

/** Joins the two lightest until one is left. An inner node takes the place of its first leaf. */
function joinNodes(count: number): void {
  let leaf = 0;
  let node = 0;
  for (let next = 0; next < count - 1; next++) {
    let weight = 0;
    for (let child = 0; child < 2; child++) {
      if (leaf >= count || (node < next && TREE[node]! < TREE[leaf]!)) {
        weight += TREE[node]!;
        TREE[node++] = next;
      } else {
        weight += TREE[leaf++]!;
      }
    }
    TREE[next] = weight;
  }
}

/**
 * Counts the codes of each length. Those too long become as long as may be, and as many short ones
 * longer as it takes that all have room: not the best code, but close, and seldom needed.
 */
function countLengths(count: number, longest: number): void {
  COUNTS.fill(0);
  for (let i = 0; i < count; i++) COUNTS[Math.min(TREE[i]!, longest)]!++;
  let room = 2 ** longest;
  for (let length = 1; length <= longest; length++) room -= COUNTS[length]! << (longest - length);
  for (; room < 0; room++) {
    let length = longest - 1;
    while (COUNTS[length] === 0) length--;
    COUNTS[length]!--;
    COUNTS[length + 1]! += 2;
    COUNTS[longest]!--;
  }
}
