/**
 * UTF-8 by RFC 3629's two tables: which octets may follow each other, and which character they are.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc3629#section-4 | RFC 3629 §4}
 * @module
 */

/** The octets from the first to the last, both included. */
export type OctetRange = readonly [first: number, last: number];

const TAIL: OctetRange = [0x80, 0xbf];

/** Every alternative of `UTF8-char`, a range for each of its octets. */
export const UTF8_CHAR: readonly (readonly OctetRange[])[] = [
  // UTF8-1
  [[0x00, 0x7f]],
  // UTF8-2
  [[0xc2, 0xdf], TAIL],
  // UTF8-3
  [[0xe0, 0xe0], [0xa0, 0xbf], TAIL],
  [[0xe1, 0xec], TAIL, TAIL],
  [[0xed, 0xed], [0x80, 0x9f], TAIL],
  [[0xee, 0xef], TAIL, TAIL],
  // UTF8-4
  [[0xf0, 0xf0], [0x90, 0xbf], TAIL, TAIL],
  [[0xf1, 0xf3], TAIL, TAIL, TAIL],
  [[0xf4, 0xf4], [0x80, 0x8f], TAIL, TAIL],
];

/** Which of an octet's bits are the character's, for a first octet that begins so many octets. */
const BITS_OF_FIRST: readonly number[] = [0x7f, 0x1f, 0x0f, 0x07];

/** A text that is read octet by octet. */
export class Utf8Reader {
  /** The characters that have come. */
  text = '';
  /** The octets of the character that has begun. */
  #begun: number[] = [];

  /** Whether a character has begun and is not complete. */
  get isCut(): boolean {
    return this.#begun.length > 0;
  }

  /** Reads one octet more, and returns whether any text goes on with it. */
  read(octet: number): boolean {
    this.#begun.push(octet);
    const possible = UTF8_CHAR.filter((ranges) => begins(ranges, this.#begun));
    if (possible.length === 0) return false;
    const isWhole = possible.some((ranges) => ranges.length === this.#begun.length);
    if (isWhole) {
      this.text += String.fromCodePoint(characterOf(this.#begun));
      this.#begun = [];
    }
    return true;
  }
}

/** Reads a whole text; nothing when the octets are none. */
export function readUtf8(octets: Iterable<number>): string | undefined {
  const reader = new Utf8Reader();
  for (const octet of octets) if (!reader.read(octet)) return undefined;
  return reader.isCut ? undefined : reader.text;
}

function begins(ranges: readonly OctetRange[], octets: readonly number[]): boolean {
  return octets.every((octet, i) => {
    const range = ranges[i];
    return range !== undefined && octet >= range[0] && octet <= range[1];
  });
}

/** Joins the bits that the octets have to give. @see RFC 3629 §3 */
function characterOf([first, ...tails]: readonly number[]): number {
  const bits = first! & BITS_OF_FIRST[tails.length]!;
  return tails.reduce((character, tail) => character * 64 + (tail & 0x3f), bits);
}
