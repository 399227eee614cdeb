import type { Output } from '../bytes/output.ts';
import { encodeFieldLines } from './encode-head.ts';
import type { FieldLine } from './field-line.ts';
import { contentLength, writeHead, writeMessage } from './write-content.ts';

/**
 * Writes content as one chunk; a string as UTF-8. No content is no chunk: one of size 0 would be
 * the last.
 *
 * ```abnf
 * chunk = chunk-size [ chunk-ext ] CRLF chunk-data CRLF
 * ```
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-7.1 | RFC 9112 §7.1}
 */
export function writeChunk(output: Output, content: Uint8Array | string): void {
  const size = contentLength(content);
  if (size === 0) return;
  writeMessage(output, `${size.toString(16)}\r\n`, content, size);
  writeHead(output, '\r\n');
}

/**
 * Content as a chunk, for many responses that are sent the same octets.
 *
 * @param octets - Not empty.
 */
export function encodeChunk(octets: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`${octets.length.toString(16)}\r\n`), octets, CRLF]);
}

const CRLF = Buffer.from('\r\n');

/**
 * Writes what ends a chunked body.
 *
 * ```abnf
 * last-chunk      = 1*("0") [ chunk-ext ] CRLF
 * trailer-section = *( field-line CRLF )
 * ```
 *
 * @throws TypeError when a trailer's name is not a token or its value not a field value.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-7.1.2 | RFC 9112 §7.1.2}
 */
export function writeLastChunk(output: Output, trailers: readonly FieldLine[] = []): void {
  const lines = encodeFieldLines(trailers.map(({ name, value }) => [name, value] as const));
  writeHead(output, `0\r\n${lines}\r\n`);
}
