/**
 * Octets as Unicode text, and text as UTF-8.
 *
 * What is ASCII is read and written as latin1, which costs the least. `utf8Slice`, `ucs2Slice` and
 * `utf8Write` are methods of Node's Buffer that its documentation leaves out; where they are missing,
 * the documented ones do the same.
 *
 * @module
 */

import { latin1, writeLatin1 } from './latin1.ts';
import { transcodeUtf8 } from './transcode-utf8.ts';
import { isTail, Utf8State, validateUtf8 } from './utf8.ts';

/** The methods of Buffer that text is made with, as far as it has them. */
interface TextMethods {
  utf8Slice?(this: Uint8Array, start: number, end: number): string;
  ucs2Slice?(this: Uint8Array, start: number, end: number): string;
  utf8Write?(this: Uint8Array, text: string, start: number, length: number): number;
}

/** Reads the octets from `start` to `end` as UTF-8, or nothing when they are not. */
type Decode = (octets: Uint8Array, start: number, end: number) => string | undefined;

/** Writes `text`, which takes `length` octets, at `start`. */
type Write = (octets: Uint8Array, text: string, start: number, length: number) => void;

/** Buffer's methods, as they are called on any `Uint8Array`. */
const prototype = Buffer.prototype as unknown as TextMethods;

/** Up to this many characters, a loop over them is faster than a call into V8. */
const SHORT = 12;

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
  if (all >= 0x80) return decodeUtf8(octets, start, end);
  return end - start > SHORT ? latin1(octets, start, end) : shortText(octets, start, end);
}

/** How many octets `text` takes in UTF-8. A surrogate without its other half counts as U+FFFD. */
export function textLength(text: string): number {
  const { length } = text;
  if (length > 2 * SHORT) return Buffer.byteLength(text);
  let all = 0;
  for (let i = 0; i < length; i++) all |= text.charCodeAt(i);
  return all < 0x80 ? length : Buffer.byteLength(text);
}

/** Writes `text`, which takes `length` octets, at `start`. */
export function writeText(octets: Uint8Array, text: string, start: number, length: number): void {
  if (length !== text.length) writeUtf8(octets, text, start, length);
  else if (length > 2 * SHORT) writeLatin1(octets, text, start);
  else for (let i = 0; i < length; i++) octets[start + i] = text.charCodeAt(i);
}

/** As much of `text` as fits in `limit` octets of UTF-8, cut between characters. */
export function shortenText(text: string, limit: number): string {
  const octets = Buffer.from(text);
  if (octets.length <= limit) return text;
  let end = limit;
  while (isTail(octets[end]!)) end--;
  return octets.toString('utf8', 0, end);
}

/** Four characters a turn: V8 joins up to twelve by copying them. */
function shortText(octets: Uint8Array, start: number, end: number): string {
  let text = '';
  let i = start;
  for (; i < end - 3; i += 4) {
    text += String.fromCharCode(octets[i]!, octets[i + 1]!, octets[i + 2]!, octets[i + 3]!);
  }
  for (; i < end; i++) text += String.fromCharCode(octets[i]!);
  return text;
}

/**
 * @internal Decodes by V8's own decoder, which reads what is not UTF-8 as U+FFFD: where there is
 * none, the octets need no further look.
 */
export function decodingNatively({ utf8Slice }: TextMethods): Decode {
  const read = utf8Slice === undefined ? reader('utf8') : callable(utf8Slice);
  return (octets, start, end) => {
    const text = read(octets, start, end);
    const isUtf8 =
      !text.includes('\ufffd') ||
      validateUtf8(octets, start, end, Utf8State.Character) === Utf8State.Character;
    return isUtf8 ? text : undefined;
  };
}

/** How many octets are transcoded at once. */
const PIECE = 16_384;

/** @internal Decodes piece by piece into UTF-16 code units, and makes text of those. */
export function decodingByTranscoder({ ucs2Slice }: TextMethods): Decode {
  const read = ucs2Slice === undefined ? reader('utf16le') : callable(ucs2Slice);
  const units = new Uint16Array(PIECE);
  const unitOctets = new Uint8Array(units.buffer);
  return (octets, start, end) => {
    let text = '';
    for (let i = start; i < end; ) {
      const pieceEnd = endOfPiece(octets, i, end);
      const count = transcodeUtf8(octets, i, pieceEnd, units);
      if (count < 0) return undefined;
      text += read(unitOctets, 0, 2 * count);
      i = pieceEnd;
    }
    return text;
  };
}

/** Where to cut what begins at `start`: before a character, or where there is none. */
function endOfPiece(octets: Uint8Array, start: number, end: number): number {
  if (end - start <= PIECE) return end;
  let last = start + PIECE;
  for (let tails = 0; tails < 3 && isTail(octets[last]!); tails++) last--;
  return last;
}

/** @internal Writes UTF-8. */
export function utf8Writer({ utf8Write }: TextMethods): Write {
  if (utf8Write !== undefined) {
    return (octets, text, start, length) => {
      utf8Write.call(octets, text, start, length);
    };
  }
  return (octets, text, start, length) => {
    Buffer.from(octets.buffer, octets.byteOffset, octets.length).write(text, start, length, 'utf8');
  };
}

type Read = (octets: Uint8Array, start: number, end: number) => string;

function callable(slice: (this: Uint8Array, start: number, end: number) => string): Read {
  return (octets, start, end) => slice.call(octets, start, end);
}

function reader(encoding: BufferEncoding): Read {
  return (octets, start, end) =>
    Buffer.from(octets.buffer, octets.byteOffset + start, end - start).toString(encoding);
}

/**
 * @internal Chooses how to decode: from 13 on (Node 24), V8's own decoder is three to ten times as
 * fast as transcoding; before, it is half as fast (bench/utf8.bench.ts).
 */
export function decodingOf(v8: string, methods: TextMethods): Decode {
  const isFast = Number.parseInt(v8, 10) >= 13;
  return isFast ? decodingNatively(methods) : decodingByTranscoder(methods);
}

const decodeUtf8 = decodingOf(process.versions.v8, prototype);
const writeUtf8 = utf8Writer(prototype);
