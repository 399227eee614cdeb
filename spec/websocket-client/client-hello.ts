/**
 * The first message of a TLS handshake, as far as it tells whom the client wants to talk to.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8446#section-4.1.2 | RFC 8446 §4.1.2}
 * @module
 */

/** What a ClientHello says. */
export interface ClientHello {
  /** The host name; absent when none is named. @see RFC 6066 §3 */
  readonly serverName: string | undefined;
}

const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const SERVER_NAME = 0;

/** Reads the ClientHello at the beginning of what was received; nothing when it is none, or not whole. */
export function readClientHello(octets: Buffer): ClientHello | undefined {
  if (octets.length < 9 || octets[0] !== HANDSHAKE || octets[1] !== 3) return undefined;
  const message = octets.subarray(5, 5 + octets.readUInt16BE(3));
  const length = message.readUIntBE(1, 3);
  if (message[0] !== CLIENT_HELLO || message.length < 4 + length) return undefined;
  return { serverName: serverNameIn(extensionsOf(message.subarray(4, 4 + length))) };
}

/** Behind the version and the random octets come three vectors: session id, suites, compression. */
function extensionsOf(hello: Buffer): Buffer {
  let position = 2 + 32;
  position += 1 + hello[position]!;
  position += 2 + hello.readUInt16BE(position);
  position += 1 + hello[position]!;
  return hello.subarray(position + 2);
}

function serverNameIn(extensions: Buffer): string | undefined {
  for (let position = 0; position + 4 <= extensions.length; ) {
    const type = extensions.readUInt16BE(position);
    const end = position + 4 + extensions.readUInt16BE(position + 2);
    // A list with one name in it: the length of the list, the kind of name, its length, the name.
    if (type === SERVER_NAME) return extensions.toString('latin1', position + 9, end);
    position = end;
  }
  return undefined;
}
