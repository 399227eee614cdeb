import { randomBytes } from 'node:crypto';

/** A client's opening handshake, always the same. @see RFC 6455 §1.3 */
export const OPENING_HANDSHAKE = [
  'GET / HTTP/1.1',
  'Host: localhost:80',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
  '\r\n',
].join('\r\n');

/** A whole message of up to 125 octets in one masked frame. @see RFC 6455 §5.2 */
export function encodeMaskedFrame(opcode: number, payload: Uint8Array): Buffer {
  const maskingKey = randomBytes(4);
  const masked = payload.map((octet, i) => octet ^ maskingKey[i & 3]!);
  return Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length]), maskingKey, masked]);
}
