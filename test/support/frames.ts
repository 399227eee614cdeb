import fc from 'fast-check';

import type { Role } from '../../src/websocket/frame-header.ts';
import { almostUtf8, anyUtf8 } from './utf8.ts';
import { type FrameParts, frame } from './websocket.ts';

/** A masking key; 0 is as good as any. */
export function anyMaskingKey(): fc.Arbitrary<number> {
  return fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
}

/** A whole message in one frame or in fragments, with control frames between them. */
export function anyMessage(receiver: Role): fc.Arbitrary<Buffer> {
  const content = fc.oneof(
    fc.record({ opcode: fc.constant(1), payload: anyUtf8({ maxLength: 12 }) }),
    fc.record({ opcode: fc.constant(2), payload: anyOctets(200) }),
  );
  const cuts = fc.array(fc.nat(), { maxLength: 3 });
  return fc.tuple(content, cuts).chain(([{ opcode, payload }, ends]) => {
    const pieces = piecesOf(payload, ends);
    const frames = pieces.map((piece, i) => {
      const isLast = i === pieces.length - 1;
      const fragment = { opcode: i === 0 ? opcode : 0, payload: piece, fin: isLast };
      const between = isLast
        ? fc.constant([])
        : fc.array(anyControlFrame(receiver), { maxLength: 1 });
      return fc.tuple(anyFrameOf(receiver, fragment), between);
    });
    return fc.tuple(...frames).map((list) => Buffer.concat(list.flat(2)));
  });
}

/** A Ping or a Pong. */
export function anyControlFrame(receiver: Role): fc.Arbitrary<Buffer> {
  return fc
    .record({ opcode: fc.constantFrom(9, 10), payload: anyOctets(125) })
    .chain((parts) => anyFrameOf(receiver, parts));
}

/** A Close frame that may be sent. */
export function anyClose(receiver: Role): fc.Arbitrary<Buffer> {
  const code = fc.constantFrom(1000, 1001, 1003, 1007, 1014, 3000, 3999, 4000, 4999);
  const payload = fc.oneof(
    fc.constant(Buffer.alloc(0)),
    fc.tuple(code, anyUtf8({ maxLength: 3 })).map(([value, reason]) => closePayload(value, reason)),
  );
  return payload.chain((octets) => anyFrameOf(receiver, { opcode: 8, payload: octets }));
}

/** What a peer sends that breaks no rule: messages and control frames, and at times a Close. */
export function anyTraffic(receiver: Role): fc.Arbitrary<Buffer> {
  const frames = fc.array(fc.oneof(anyMessage(receiver), anyControlFrame(receiver)), {
    maxLength: 5,
  });
  const end = fc.oneof(fc.constant(Buffer.alloc(0)), anyClose(receiver));
  return fc.tuple(frames, end).map(([list, close]) => Buffer.concat([...list, close]));
}

/** What a peer sends that breaks few rules: each part of a frame is right more often than not. */
export function almostTraffic(receiver: Role): fc.Arbitrary<Buffer> {
  const frames = fc.array(
    fc.oneof(
      { weight: 3, arbitrary: anyMessage(receiver) },
      { weight: 2, arbitrary: almostFrame(receiver) },
      { weight: 2, arbitrary: anyBeginning(receiver) },
      { weight: 1, arbitrary: anyControlFrame(receiver) },
      { weight: 1, arbitrary: anyAnnouncement(receiver) },
    ),
    { minLength: 1, maxLength: 4 },
  );
  const end = fc.oneof(fc.constant(Buffer.alloc(0)), anyClose(receiver), anyOctets(20));
  return fc.tuple(frames, end).map(([list, rest]) => Buffer.concat([...list, rest]));
}

/** The first fragment of a message, and behind it any frame, which may not go on with it. */
function anyBeginning(receiver: Role): fc.Arbitrary<Buffer> {
  const first = fc
    .record({ opcode: fc.constantFrom(1, 2), payload: anyUtf8({ maxLength: 3 }) })
    .chain((parts) => anyFrameOf(receiver, { ...parts, fin: false }));
  return fc.tuple(first, almostFrame(receiver)).map((frames) => Buffer.concat(frames));
}

function almostFrame(receiver: Role): fc.Arbitrary<Buffer> {
  const code = fc.constantFrom(0, 999, 1000, 1003, 1004, 1005, 1006, 1014, 1015, 2999, 3000, 5000);
  const closing = fc
    .tuple(code, almostUtf8())
    .map(([value, reason]) => closePayload(value, reason));
  const half = fc.constant(Buffer.from([0x03]));
  return fc
    .record({
      opcode: mostly(fc.constantFrom(0, 1, 2, 8, 8, 9, 10), fc.nat(15)),
      payload: fc.oneof(almostUtf8(), anyUtf8({ maxLength: 5 }), closing, half, anyOctets(130)),
      fin: mostly(fc.constant(true), fc.boolean()),
      reserved: mostly(fc.constant(0), fc.nat(7)),
      lengthSize: mostly(fc.constant(undefined), fc.constantFrom(2, 8)),
    })
    .chain((parts) => mostly(anyFrameOf(receiver, parts), anyFrameOf(otherEnd(receiver), parts)));
}

/** A header that announces any length, and little behind it. */
function anyAnnouncement(receiver: Role): fc.Arbitrary<Buffer> {
  const masked = receiver === 'server' ? 0x80 : 0;
  const length = fc
    .tuple(fc.constantFrom(2, 8), fc.nat(8), fc.array(anyOctet(), { minLength: 8, maxLength: 8 }))
    .map(([size, zeros, octets]) => {
      const begun = [...new Array<number>(Math.min(zeros, size)).fill(0), ...octets];
      return [masked | (size === 2 ? 126 : 127), ...begun.slice(0, size)];
    });
  return fc
    .tuple(fc.constantFrom(0x00, 0x01, 0x02, 0x80, 0x81, 0x82, 0x89), length, anyOctets(12))
    .map(([first, octets, rest]) => Buffer.concat([Buffer.from([first, ...octets]), rest]));
}

function otherEnd(role: Role): Role {
  return role === 'server' ? 'client' : 'server';
}

/** The frame as the receiver's peer sends it: to a server, masked with any key. */
function anyFrameOf(receiver: Role, parts: FrameParts): fc.Arbitrary<Buffer> {
  if (receiver === 'client') return fc.constant(frame(parts));
  return anyMaskingKey().map((maskingKey) => frame({ ...parts, maskingKey }));
}

function mostly<T>(usual: fc.Arbitrary<T>, other: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: other });
}

function anyOctets(maxLength: number): fc.Arbitrary<Buffer> {
  return fc.uint8Array({ maxLength }).map((octets) => Buffer.from(octets));
}

function closePayload(code: number, reason: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([code >> 8, code & 0xff]), reason.subarray(0, 123)]);
}

/** Any octet, and more often one at a bound of something. */
function anyOctet(): fc.Arbitrary<number> {
  return fc.oneof(fc.constantFrom(0, 1, 0x7d, 0x7e, 0x7f, 0x80, 0xff), fc.nat(255));
}

/** The octets cut at each of `cuts`, which may be anywhere: pieces can be empty. */
function piecesOf(octets: Buffer, cuts: readonly number[]): Buffer[] {
  const places = cuts.map((cut) => cut % (octets.length + 1)).sort((a, b) => a - b);
  const bounds = [0, ...places, octets.length];
  return bounds.slice(1).map((end, i) => octets.subarray(bounds[i], end));
}
