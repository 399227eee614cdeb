import fc from 'fast-check';

import { DeflateWindow } from '../../src/deflate/deflate-window.ts';
import type { Role } from '../../src/websocket/frame-header.ts';
import type { DeflateParameters } from '../../src/websocket/permessage-deflate.ts';
import { deflated } from './deflate.ts';
import { almostTraffic, anyControlFrame, anyMaskingKey, anyMessage } from './frames.ts';
import { anyUtf8 } from './utf8.ts';
import { frame } from './websocket.ts';

/** RSV1, as the frames of the tests have it. */
const RSV1 = 4;

/** What both ends may do as they like, but for windows of 2^8 octets. */
export const SMALL_WINDOWS: DeflateParameters = {
  serverNoContextTakeover: false,
  clientNoContextTakeover: false,
  serverMaxWindowBits: 8,
  clientMaxWindowBits: 8,
};

/** A message, and how it is sent. */
interface Sending {
  readonly opcode: number;
  readonly content: Buffer;
  /** Where it is cut into frames. */
  readonly cuts: readonly number[];
  readonly maskingKey: number;
  /** An octet of the payload that is changed, and how; mostly by nothing. */
  readonly changed: readonly [place: number, by: number];
  /** What else is sent behind it. */
  readonly behind: Buffer;
}

/**
 * What a peer sends that compresses its messages, each of which may refer to those before: mostly
 * right, with plain messages and control frames between them.
 */
export function almostCompressedTraffic(receiver: Role): fc.Arbitrary<Buffer> {
  return fc.array(anySending(receiver), { minLength: 1, maxLength: 4 }).map((sendings) => {
    const window = new DeflateWindow(8);
    return Buffer.concat(
      sendings.flatMap(({ opcode, content, cuts, maskingKey, changed, behind }) => {
        const payload = deflated([content], window).subarray(0, -4);
        payload[changed[0] % payload.length]! ^= changed[1];
        const places = cuts.map((cut) => cut % (payload.length + 1)).sort((a, b) => a - b);
        const bounds = [0, ...places, payload.length];
        const frames = bounds.slice(1).map((end, i) =>
          frame({
            opcode: i === 0 ? opcode : 0,
            payload: payload.subarray(bounds[i], end),
            fin: i === places.length,
            reserved: i === 0 ? RSV1 : 0,
            maskingKey: receiver === 'server' ? maskingKey : undefined,
          }),
        );
        return [...frames, behind];
      }),
    );
  });
}

function anySending(receiver: Role): fc.Arbitrary<Sending> {
  const repeated = fc.tuple(anyUtf8({ maxLength: 12 }), fc.nat(9), fc.nat(255));
  const text = repeated.map(([octets, times, octet]) => ({
    opcode: 1,
    content: Buffer.concat([...Array<Buffer>(times).fill(octets), Buffer.of(octet & 0x7f)]),
  }));
  const binary = repeated.map(([octets, times, octet]) => ({
    opcode: 2,
    content: Buffer.concat([octets, Buffer.alloc(30 * times, octet), octets]),
  }));
  const nothing = fc.constant(Buffer.alloc(0));
  return fc
    .record({
      message: fc.oneof(
        text,
        binary,
        text.map(({ content }) => ({ opcode: 2, content })),
      ),
      cuts: fc.oneof(fc.constant([]), fc.array(fc.nat(), { maxLength: 3 })),
      maskingKey: anyMaskingKey(),
      changed: fc.tuple(
        fc.nat(),
        fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(255) }),
      ),
      behind: fc.oneof(
        { weight: 4, arbitrary: nothing },
        { weight: 2, arbitrary: anyMessage(receiver) },
        { weight: 1, arbitrary: anyControlFrame(receiver) },
        { weight: 1, arbitrary: almostTraffic(receiver) },
      ),
    })
    .map(({ message, ...rest }) => ({ ...message, ...rest }));
}
