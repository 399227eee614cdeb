/**
 * Frames of HTTP/2, for what no client of `node:http2` sends.
 *
 * @see RFC 9113 §4.1, §6
 * @module
 */

/** What a client begins with: the preface, and settings of which it has none. @see RFC 9113 §3.4 */
export const PREFACE: Buffer = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  http2Frame(4, 0, 0, ''),
]);

/** The head of a request whose content follows, each line as a literal without Huffman coding. */
export function headersFrame(stream: number, fields: Readonly<Record<string, string>>): Buffer {
  const lines = Object.entries(fields).map(([name, value]) =>
    Buffer.concat([Buffer.from([0]), text(name), text(value)]),
  );
  return http2Frame(1, 4, stream, Buffer.concat(lines));
}

export function dataFrame(stream: number, content: Uint8Array | string): Buffer {
  return http2Frame(0, 0, stream, content);
}

export function resetFrame(stream: number, code: number): Buffer {
  return http2Frame(3, 0, stream, Buffer.from([0, 0, 0, code]));
}

function http2Frame(
  type: number,
  flags: number,
  stream: number,
  content: Uint8Array | string,
): Buffer {
  const payload = Buffer.from(content as string);
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header.writeUInt8(type, 3);
  header.writeUInt8(flags, 4);
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, payload]);
}

/** At most 126 octets. @see RFC 7541 §5.2 */
function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
}
