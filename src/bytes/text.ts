/**
 * Octets as Unicode text, and text as UTF-8.
 *
 * `utf8Slice` and `utf8Write` are methods of Node's Buffer that its documentation leaves out. Where
 * they are missing, the documented ones do the same.
 *
 * @module
 */

import { latin1, writeLatin1 } from './latin1.ts';
import { Utf8State, validateUtf8 } from './utf8.ts';

interface Utf8Methods {
  utf8Slice?(this: Uint8Array, start: number, end: number): string;
  utf8Write?(this: Uint8Array, text: string, start: number, length: number): number;
}

/** Buffer's methods, as they are called on any `Uint8Array`. */
const prototype = Buffer.prototype as unknown as Utf8Methods;

/** Reads the octets from `start` to `end`, which are known to be UTF-8. */
export const utf8: (octets: Uint8Array, start: number, end: number) => string =
  utf8Reader(prototype);

const writeUtf8: (octets: Uint8Array, text: string, start: number, length: number) => void =
  utf8Writer(prototype);

/** @internal Chooses how to read; exported so that tests run the fallback too. */
export function utf8Reader({ utf8Slice }: Utf8Methods): typeof utf8 {
  if (utf8Slice !== undefined) return (octets, start, end) => utf8Slice.call(octets, start, end);
  return (octets, start, end) =>
    Buffer.from(octets.buffer, octets.byteOffset + start, end - start).toString('utf8');
}

/** @internal Chooses how to write; exported so that tests run the fallback too. */
export function utf8Writer({ utf8Write }: Utf8Methods): typeof writeUtf8 {
  if (utf8Write !== undefined) {
    return (octets, text, start, length) => {
      utf8Write.call(octets, text, start, length);
    };
  }
  return (octets, text, start, length) => {
    Buffer.from(octets.buffer, octets.byteOffset, octets.length).write(text, start, length, 'utf8');
  };
}

/**
 * Reads the octets from `start` to `end` as UTF-8, or nothing when they are not.
 *
 * @param all - The octets ORed together, where that is known: below 0x80, they are ASCII.
 */
export function decodeText(
  octets: Uint8Array,
  start: number,
  end: number,
  all = 0x80,
): string | undefined {
  if (all < 0x80) return latin1(octets, start, end);
  const state = validateUtf8(octets, start, end, Utf8State.Character);
  return state === Utf8State.Character ? utf8(octets, start, end) : undefined;
}

/** How many octets `text` takes in UTF-8. A surrogate without its other half becomes U+FFFD. */
export function textLength(text: string): number {
  return Buffer.byteLength(text);
}

/** Writes `text`, which takes `length` octets, at `start`. */
export function writeText(octets: Uint8Array, text: string, start: number, length: number): void {
  if (length === text.length) writeLatin1(octets, text, start);
  else writeUtf8(octets, text, start, length);
}

/** As much of `text` as fits in `limit` octets of UTF-8, cut between characters. */
export function shortenText(text: string, limit: number): string {
  const octets = Buffer.from(text);
  if (octets.length <= limit) return text;
  let end = limit;
  while (isTail(octets[end]!)) end--;
  return utf8(octets, 0, end);
}

/** Whether `octet` continues a character. @see RFC 3629 §4 */
function isTail(octet: number): boolean {
  return octet >= 0x80 && octet <= 0xbf;
}
