/**
 * The octets of a WebSocket client, for tests that send them over a connection of their own.
 *
 * @module
 */

/** An opening handshake. @see RFC 6455 §1.3 */
export function openingHandshake(path = '/'): Buffer {
  return Buffer.from(
    [
      `GET ${path} HTTP/1.1`,
      'Host: localhost',
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Version: 13',
      '\r\n',
    ].join('\r\n'),
  );
}

/** A binary message in one masked frame, of up to 125 octets. @see RFC 6455 §5.2 */
export function binaryFrame(payload: Uint8Array): Buffer {
  const maskingKey = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);
  const masked = payload.map((octet, i) => octet ^ maskingKey[i & 3]!);
  return Buffer.concat([Buffer.from([0x82, 0x80 | payload.length]), maskingKey, masked]);
}
