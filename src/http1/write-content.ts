import { writeLatin1 } from '../bytes/latin1.ts';
import { COPY_LIMIT, type Output } from '../bytes/output.ts';
import { textLength, writeText } from '../bytes/text.ts';

/** Writes `text`, all of whose characters are below 256, an octet for each. */
export function writeHead(output: Output, text: string): void {
  const start = output.reserve(text.length);
  writeLatin1(output.octets, text, start);
}

/** Writes content without any framing; a string as UTF-8. Few octets are copied, many are not. */
export function writeContent(output: Output, content: string | Uint8Array): void {
  const octets = typeof content === 'string' ? Buffer.from(content) : content;
  if (octets.length > COPY_LIMIT) {
    output.append(octets);
    return;
  }
  const start = output.reserve(octets.length);
  output.octets.set(octets, start);
}

/** How many octets the content has. */
export function contentLength(content: string | Uint8Array): number {
  return typeof content === 'string' ? textLength(content) : content.length;
}

/**
 * Writes a head and the whole content behind it: most responses are one short string, and one write
 * into the slab is what they cost.
 */
export function writeMessage(
  output: Output,
  head: string,
  content: string | Uint8Array,
  length: number,
): void {
  const isAscii = typeof content === 'string' && content.length === length;
  if (isAscii && length <= COPY_LIMIT) {
    const start = output.reserve(head.length + length);
    writeLatin1(output.octets, head, start);
    writeText(output.octets, content, start + head.length, length);
  } else {
    writeHead(output, head);
    if (length > 0) writeContent(output, content);
  }
}
