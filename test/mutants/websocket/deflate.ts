/**
 * permessage-deflate by node's zlib, a message at a time: what was sent or received before is the
 * dictionary of the next message.
 *
 * @module
 */

import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';

import type { Parameters } from '../../../spec/models/permessage-deflate.ts';

/** What the sender of a compressed message leaves away. @see RFC 7692 §7.2.1 */
export const TAIL = Buffer.of(0x00, 0x00, 0xff, 0xff);

/** One direction of a connection that compresses. */
export interface Stream {
  readonly windowBits: number;
  /** Whether a message may refer to those before. */
  readonly takesOver: boolean;
  /** The end of all messages before. */
  before: Uint8Array;
}

/** What the server sends by, as its answer says. */
export function outgoing(answer: string): Stream {
  const windowBits = Number(/server_max_window_bits="?(\d+)/.exec(answer)?.[1] ?? 15);
  return { windowBits, takesOver: !answer.includes('server_no_context'), before: Buffer.of() };
}

/** What the client sends by. */
export function incoming(): Stream {
  return { windowBits: 15, takesOver: true, before: Buffer.of() };
}

/** Whether what is asked for can be done: zlib has no window of 256 octets. */
export function isPossible(parameters: Parameters): boolean {
  return !parameters.some(([name, value]) => name === 'server_max_window_bits' && value === '8');
}

/** The blocks of a message, the last of them empty. */
export function deflated(message: Uint8Array, stream: Stream): Buffer {
  const payload = deflateRawSync(message, {
    windowBits: stream.windowBits,
    finishFlush: constants.Z_SYNC_FLUSH,
    ...dictionary(stream),
  });
  remember(message, stream);
  return payload;
}

/** A message in a block with BFINAL, whose last octet is filled up with this bit, and an empty block behind it. */
export function withFinalBlock(message: Uint8Array, bit: 0 | 1): Buffer {
  const block = deflateRawSync(message, { strategy: constants.Z_FIXED });
  // What the probe sends ends in the middle of an octet, and its topmost bits are padding.
  if (bit === 1) block[block.length - 1]! |= 0x80;
  return Buffer.concat([block, Buffer.of(0), TAIL]);
}

/** The message of a payload. @throws when it is no DEFLATE. */
export function inflated(payload: Uint8Array, stream: Stream, tail: Buffer = TAIL): Buffer {
  const message = inflateRawSync(Buffer.concat([payload, tail]), {
    windowBits: stream.windowBits,
    finishFlush: constants.Z_SYNC_FLUSH,
    ...dictionary(stream),
  });
  remember(message, stream);
  return message;
}

/** What a message may refer to; zlib takes no empty one. */
function dictionary({ before, windowBits, takesOver }: Stream): { dictionary?: Uint8Array } {
  if (!takesOver || before.length === 0) return {};
  return { dictionary: before.subarray(-(2 ** windowBits)) };
}

function remember(message: Uint8Array, stream: Stream): void {
  stream.before = Buffer.concat([stream.before, message]).subarray(-32_768);
}
