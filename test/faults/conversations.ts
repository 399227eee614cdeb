/**
 * What a peer may send in good order: the material that attacks cut short and change.
 *
 * @module
 */

import type { Random } from './random.ts';

/** The octets of a peer that does everything right, of a kind chosen by chance. */
export function anyConversation(random: Random): Buffer {
  return random.among([pipelinedRequests, requestWithAnyContent, chunkedRequest, webSocket])(
    random,
  );
}

/** An opening handshake and some messages, whole or in fragments, and control frames between. */
export function webSocket(random: Random): Buffer {
  const frames = Array.from({ length: 1 + random.below(20) }, () => anyFrames(random));
  return Buffer.concat([openingHandshake(), ...frames, frame(random, 0x88, Buffer.from([3, 232]))]);
}

/** A client's opening handshake. @see RFC 6455 §1.3 */
export function openingHandshake(): Buffer {
  return head(
    'GET / HTTP/1.1',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
  );
}

/** A request whose content is sent back. */
export function requestWithContent(content: Uint8Array, ...fields: readonly string[]): Buffer {
  const length = `Content-Length: ${content.length}`;
  return Buffer.concat([head('POST /echo HTTP/1.1', length, ...fields), content]);
}

/** A masked frame whose first octet is `first`. @see RFC 6455 §5.2 */
export function frame(random: Random, first: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  const header = Buffer.from([first, 0x80 | (length > 65_535 ? 127 : length > 125 ? 126 : length)]);
  const extended = Buffer.alloc(length > 65_535 ? 8 : length > 125 ? 2 : 0);
  if (extended.length > 0)
    extended.writeUIntBE(length, Math.max(0, extended.length - 6), Math.min(6, extended.length));
  const maskingKey = random.octets(4);
  const masked = Buffer.from(payload);
  for (let i = 0; i < length; i++) masked[i]! ^= maskingKey[i & 3]!;
  return Buffer.concat([header, extended, maskingKey, masked]);
}

function anyFrames(random: Random): Buffer {
  const payload = random.octets(
    random.oneIn(50) ? 70_000 : random.among([0, 1, 20, 125, 126, 1_000]),
  );
  const text = Buffer.from(payload.toString('latin1'));
  return random.among([
    () => frame(random, 0x82, payload),
    () => frame(random, 0x81, text),
    () => frame(random, 0x89, payload.subarray(0, 125)),
    () =>
      Buffer.concat([
        frame(random, 0x01, text),
        frame(random, 0x89, payload.subarray(0, 9)),
        frame(random, 0x80, text),
      ]),
  ])();
}

function pipelinedRequests(random: Random): Buffer {
  const requests = [
    'GET / HTTP/1.1',
    'HEAD / HTTP/1.1',
    'GET /absent?a=b HTTP/1.1',
    'OPTIONS * HTTP/1.1',
  ];
  return Buffer.concat(
    Array.from({ length: 1 + random.below(30) }, () => head(random.among(requests), 'Accept: */*')),
  );
}

function requestWithAnyContent(random: Random): Buffer {
  const expect = random.oneIn(3) ? ['Expect: 100-continue'] : [];
  return requestWithContent(random.octets(random.among([0, 1, 100, 20_000])), ...expect);
}

function chunkedRequest(random: Random): Buffer {
  const chunks = Array.from({ length: random.below(20) }, () => {
    const data = random.octets(1 + random.below(300));
    return Buffer.concat([
      Buffer.from(`${data.length.toString(16)};a="b"\r\n`),
      data,
      Buffer.from('\r\n'),
    ]);
  });
  const end = Buffer.from(random.oneIn(2) ? '0\r\nTrailer: yes\r\n\r\n' : '0\r\n\r\n');
  return Buffer.concat([head('POST /echo HTTP/1.1', 'Transfer-Encoding: chunked'), ...chunks, end]);
}

function head(requestLine: string, ...fields: readonly string[]): Buffer {
  return Buffer.from([requestLine, 'Host: localhost', ...fields, '\r\n'].join('\r\n'));
}
