import { writeLatin1 } from '../bytes/latin1.ts';
import { COPY_LIMIT, type Output } from '../bytes/output.ts';
import type { FieldLine } from './field-line.ts';
import { isFieldValue, isToken } from './field-values.ts';

/**
 * Writes content as one chunk; a string as UTF-8. No content is no chunk: one of size 0 would be
 * the last.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-7.1 | RFC 9112 §7.1}
 */
export function writeChunk(output: Output, content: Uint8Array | string): void {
  if (content.length === 0) return;
  const octets = typeof content === 'string' ? Buffer.from(content) : content;
  write(output, `${octets.length.toString(16)}\r\n`);
  if (octets.length > COPY_LIMIT) output.append(octets);
  else {
    const start = output.reserve(octets.length);
    output.octets.set(octets, start);
  }
  write(output, '\r\n');
}

/**
 * Writes what ends a chunked body: the last chunk and the trailer section.
 *
 * @throws TypeError when a trailer's name is not a token or its value not a field value.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-7.1.2 | RFC 9112 §7.1.2}
 */
export function writeLastChunk(output: Output, trailers: readonly FieldLine[] = []): void {
  let lines = '';
  for (const { name, value } of trailers) {
    if (!isToken(name)) throw new TypeError(`invalid field name: ${JSON.stringify(name)}`);
    if (!isFieldValue(value)) throw new TypeError(`invalid value for the trailer field ${name}`);
    lines += `${name}: ${value}\r\n`;
  }
  write(output, `0\r\n${lines}\r\n`);
}

function write(output: Output, text: string): void {
  const start = output.reserve(text.length);
  writeLatin1(output.octets, text, start);
}
