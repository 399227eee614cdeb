import { type FieldLine, readSection } from './field-section.ts';
import { alphabet, recognise } from './grammar.ts';
import { chunkLine, HEXDIG } from './http-grammar.ts';
import { type Cursor, type Reading, read } from './reading.ts';
import type { Limits } from './request-head.ts';

/** What a chunked body holds. */
export interface ChunkedBodyMeaning {
  readonly content: string;
  readonly trailers: readonly FieldLine[];
}

const DIGITS = alphabet(HEXDIG);

/**
 * Reads the chunked body at the beginning of `octets`.
 *
 * @see RFC 9112 §7.1
 */
export function readChunkedBody(octets: Uint8Array, limits: Limits): Reading<ChunkedBodyMeaning> {
  return read(octets, (cursor) => {
    const allowance = { left: limits.head };
    let content = '';
    for (;;) {
      const size = readChunkLine(cursor, allowance);
      if (size === 0) break;
      for (let i = 0; i < size; i++) content += cursor.take();
      for (const character of '\r\n') cursor.expect(character, 'HTTP_CHUNK_DATA');
    }
    cursor.limit(limits.head, 'HTTP_TRAILER_LIMIT');
    return { content, trailers: readSection(cursor, { maxLines: limits.fields }) };
  });
}

/** `chunk-size [ chunk-ext ] CRLF`: the size. */
function readChunkLine(cursor: Cursor, allowance: { left: number }): number {
  let line = '';
  for (;;) {
    line += cursor.take();
    if (isPadding(line) && allowance.left-- === 0) cursor.fail('HTTP_CHUNK_LINE_LIMIT');
    const { matches, isPrefix, captures } = recognise(chunkLine, Buffer.from(line, 'latin1'));
    if (!matches && !isPrefix) cursor.fail(faultOf(line));
    const size = sizeOf(line);
    if (size >= 2n ** 53n) cursor.fail('HTTP_CHUNK_SIZE');
    if (matches) return Number(`0x${captures[0]![1]}`);
  }
}

/** The number that the digits at the beginning of the line are. */
function sizeOf(line: string): bigint {
  const digits = digitsOf(line);
  return digits === '' ? 0n : BigInt(`0x${digits}`);
}

function digitsOf(line: string): string {
  const end = Array.from(line).findIndex((character) => !DIGITS.has(character.charCodeAt(0)));
  return end === -1 ? line : line.slice(0, end);
}

/** Whether the line's last octet says nothing: a zero more than needed, or part of an extension. */
function isPadding(line: string): boolean {
  const before = line.slice(0, -1);
  const digits = digitsOf(line);
  if (digits === line) return /^0+$/.test(before);
  const isLineEnd = mayEnd(line) || mayEnd(before);
  return /[; \t]/.test(line[digits.length]!) && !isLineEnd;
}

/** Whether the line is a chunk line up to its CR, so that only LF is missing. */
function mayEnd(line: string): boolean {
  return line.endsWith('\r') && recognise(chunkLine, Buffer.from(`${line}\n`, 'latin1')).matches;
}

/** What is wrong with the line's last octet. */
function faultOf(line: string): string {
  const before = line.slice(0, -1);
  if (before.endsWith('\r')) return 'HTTP_BARE_CR';
  if (line.endsWith('\n')) return 'HTTP_BARE_LF';
  return digitsOf(before) === before ? 'HTTP_CHUNK_SIZE' : 'HTTP_CHUNK_EXT';
}
