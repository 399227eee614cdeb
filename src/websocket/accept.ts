import { hash } from 'node:crypto';

/** What tells the hash of a WebSocket server from anything else that hashes. @see RFC 6455 §1.3 */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/**
 * The value of Sec-WebSocket-Accept, by which a server proves that it has understood the opening
 * handshake with `key`: both joined, hashed with SHA-1, in base64.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-4.2.2 | RFC 6455 §4.2.2}
 */
export function acceptValue(key: string): string {
  return hash('sha1', key + GUID, 'base64');
}
