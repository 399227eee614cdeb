import { MAX_MATCH } from './alphabets.ts';
import { BlockEncoder, matchOf } from './block-encoder.ts';
import type { DeflateWindow } from './deflate-window.ts';

/** The largest window; what a window holds ends here, and what is new begins. */
const START = 32_768;

/** How many octets a block has at most. */
const BLOCK = 32_768;

/** The shortest match that is looked for. One of three octets seldom saves anything. */
const SHORTEST = 4;

/** A place's hash is taken from so many octets. */
const HASHED = 4;

/** How many places of the same hash are looked at. */
const MAX_TRIES = 8;

/** Matches of so many octets are good enough to look no further. */
const GOOD_MATCH = 64;

/**
 * Deflates, one message after the other, of any number of connections: what belongs to a connection
 * is in its window.
 *
 * ```ts
 * deflater.begin(window);
 * deflater.write(octets);
 * deflater.flush();
 * deflater.keep();
 * send(deflater.octets.subarray(0, deflater.length));
 * ```
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc1951#section-4 | RFC 1951 §4}
 */
export class Deflater {
  #window: DeflateWindow | undefined;
  readonly #encoder = new BlockEncoder();
  /** What may be referred to, up to `#at`, and what is to be deflated, up to `#end`. */
  readonly #octets = new Uint8Array(START + BLOCK);
  #first = START;
  #at = START;
  #end = START;
  /** What is added to an index of `#octets` to get its place, modulo 2^16. */
  #offset = 0;
  /** How many octets of the message were deflated, and are no longer behind `START`. */
  #gone = 0;
  /** The literals and matches of a block. */
  readonly #contents = new Int32Array(BLOCK);

  /** What the message has become so far: the first {@link Deflater.length | length} octets, lent until the next one begins. */
  get octets(): Uint8Array {
    return this.#encoder.writer.octets;
  }

  /** How many octets it has become. */
  get length(): number {
    return this.#encoder.writer.length;
  }

  /** Begins a message behind those that `window` has kept, and forgets the one before. */
  begin(window: DeflateWindow): void {
    window.open();
    this.#window = window;
    this.#encoder.writer.begin();
    this.#first = START - window.length;
    this.#octets.set(window.octets.subarray(0, window.length), this.#first);
    this.#at = START;
    this.#end = START;
    this.#offset = window.place - START;
    this.#gone = 0;
  }

  /** Deflates the octets from `start` to `end`. */
  write(octets: Uint8Array, start = 0, end: number = octets.length): void {
    for (let i = start; i < end; ) {
      const count = Math.min(end - i, START + BLOCK - this.#end);
      this.#octets.set(octets.subarray(i, i + count), this.#end);
      this.#end += count;
      i += count;
      if (this.#end === START + BLOCK) this.#shift();
    }
  }

  /**
   * Makes all that was written whole octets, by an empty stored block.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc7692#section-7.2.1 | RFC 7692 §7.2.1}
   */
  flush(): void {
    this.#writeBlock();
    this.#encoder.flush();
  }

  /** Lets what follows refer to the message. Without it, the message is as if it had never been. */
  keep(): void {
    this.#window!.keep(this.#octets, this.#end, this.#gone + this.#end - START);
  }

  /** Writes a block, and makes room behind it. */
  #shift(): void {
    this.#writeBlock();
    this.#octets.copyWithin(0, BLOCK);
    this.#first = Math.max(0, this.#first - BLOCK);
    this.#at = START;
    this.#end = START;
    this.#offset += BLOCK;
    this.#gone += BLOCK;
  }

  #writeBlock(): void {
    const start = this.#at;
    const end = this.#end;
    if (start === end) return;
    const count = this.#findMatches(start, end);
    this.#encoder.write(this.#contents, count, this.#octets, start, end);
    this.#at = end;
  }

  /** Finds what is repeated from `start` to `end`, and returns how many literals and matches it makes. */
  #findMatches(start: number, end: number): number {
    const contents = this.#contents;
    const octets = this.#octets;
    const { heads, chains, hashShift, size } = this.#window!;
    const offset = this.#offset;
    const first = this.#first;
    const mask = size - 1;
    const hashedEnd = end - HASHED + 1;
    let count = 0;
    let at = start;
    while (at < hashedEnd) {
      const hash = hashAt(octets, at, hashShift);
      const place = (at + offset) & 0xffff;
      const head = heads[hash]!;
      heads[hash] = place;
      chains[place & mask] = head;

      const reach = Math.min(size, at - first);
      const longest = Math.min(MAX_MATCH, end - at);
      let best = SHORTEST - 1;
      let bestDistance = 0;
      let last = 0;
      let distance = (place - head) & 0xffff;
      for (let tries = MAX_TRIES; tries > 0 && distance > last && distance <= reach; tries--) {
        const length = matchLength(octets, at - distance, at, best, longest);
        if (length > best) {
          best = length;
          bestDistance = distance;
          if (best >= GOOD_MATCH || best === longest) break;
        }
        last = distance;
        distance = (place - chains[(place - distance) & mask]!) & 0xffff;
      }

      if (bestDistance === 0) {
        contents[count++] = octets[at++]!;
        continue;
      }
      contents[count++] = matchOf(best, bestDistance);
      const behind = at + best;
      const stop = Math.min(behind, hashedEnd);
      for (at++; at < stop; at++) {
        const hash = hashAt(octets, at, hashShift);
        const place = (at + offset) & 0xffff;
        chains[place & mask] = heads[hash]!;
        heads[hash] = place;
      }
      at = behind;
    }
    while (at < end) contents[count++] = octets[at++]!;
    return count;
  }
}

/** The hash of the octets that stand at `at`. */
function hashAt(octets: Uint8Array, at: number, shift: number): number {
  const word =
    octets[at]! | (octets[at + 1]! << 8) | (octets[at + 2]! << 16) | (octets[at + 3]! << 24);
  return Math.imul(word, 0x9e3779b1) >>> shift;
}

/** How many octets are the same from `one` and from `other` on; 0 when no more than `best`. */
function matchLength(
  octets: Uint8Array,
  one: number,
  other: number,
  best: number,
  longest: number,
): number {
  if (octets[one + best] !== octets[other + best]) return 0;
  let length = 0;
  while (length < longest && octets[one + length] === octets[other + length]) length++;
  return length;
}
