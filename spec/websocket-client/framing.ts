/**
 * Frames: their octets, and what a client does with those that break the rules.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-5.2 | RFC 6455 §5}
 * @module
 */

import { finding, inconclusive } from '../probe.ts';
import { closesOn, framingOf, mayClose } from '../rfc6455/framing.ts';
import { binary, serverFrame } from '../websocket-wire.ts';
import { CLIENT, happens, sends, serves } from './judgements.ts';
import { type ClientJudgement, type ClientProbe, clientProbes } from './subject.ts';

/** How many frames are collected to look at their masking keys. */
const MANY = 256;

export const framing: readonly ClientProbe[] = clientProbes(framingOf(CLIENT), {
  '6455-5.1-1': {
    'masks every frame': sends('frames that are masked', ({ masked }) => masked),
  },
  '6455-5.1-5': {
    'closes the connection on a text that is masked': closesOn(serves, '81 85 k 48656c6c6f'),
    'closes the connection on a Ping that is masked': closesOn(serves, '89 80 k'),
  },
  '6455-5.1-6': {
    'may say 1002 when a frame is masked': mayClose(serves, 1002, '81 85 k 48656c6c6f'),
  },
  '6455-5.2-5': {
    'sends a masking key with every frame': sends(
      'frames with a masking key',
      ({ maskingKey }) => maskingKey.length === 4,
    ),
  },
  '6455-5.3-1': {
    'says of each frame that it is masked': sends('frames with MASK 1', ({ masked }) => masked),
  },
  '6455-5.3-2': {
    'chooses a new masking key for each frame': keys(
      'masking keys that differ, with every octet of them in use',
      (all) => new Set(all).size >= all.length - 1 && [0, 2, 4, 6].every((at) => varies(all, at)),
    ),
  },
  '6455-5.3-5': {
    'masks what it sends so that it can be read': happens(
      Array.from({ length: 10 }, (_, length) => serverFrame(0x82, octets(length))),
      Array.from({ length: 10 }, (_, length) => binary(octets(length))),
    ),
  },
  '6455-5.8-1': {
    'sends only what was negotiated in the opening handshake': sends(
      'frames that no extension has changed',
      ({ reserved, opcode }) => reserved === 0 && [0, 1, 2, 8, 9, 10].includes(opcode),
    ),
  },
  '6455-6.1-6': {
    'masks what it forms': sends('frames that are masked', ({ masked }) => masked),
  },
  '6455-9.1-6': {
    'uses no extension that the server has not accepted': sends(
      'frames without RSV1',
      ({ reserved }) => reserved === 0,
    ),
  },
  '6455-10.3-1': {
    'chooses masking keys that nobody can predict': keys(
      'masking keys of which none follows from the one before',
      (all) => !isSequence(all),
    ),
  },
});

function octets(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, index) => 17 * index));
}

/** Has many small messages sent back, and judges the masking keys, in hexadecimal. */
function keys(expected: string, holds: (keys: readonly string[]) => boolean): ClientJudgement {
  const frames = Array.from({ length: MANY }, () => serverFrame(0x82, Buffer.of(0)));
  return serves([Buffer.concat(frames)], expected, {}, async (talk) => {
    await talk.take(MANY);
    const all = talk.frames.map(({ maskingKey }) => maskingKey.toString('hex'));
    if (all.length < MANY) return inconclusive(expected, `${all.length} frames came`);
    return finding(holds(all), expected, `${all.slice(0, 8).join(', ')} and so on`);
  });
}

/** Whether the octet at this place is many different ones. Of 256 at random, 162 are to be expected. */
function varies(all: readonly string[], at: number): boolean {
  return new Set(all.map((key) => key.slice(at, at + 2))).size > 64;
}

/** Whether most keys are as far from the one before as others are. */
function isSequence(all: readonly string[]): boolean {
  const numbers = all.map((key) => Number.parseInt(key, 16));
  const steps = numbers.slice(1).map((key, i) => (key - numbers[i]! + 2 ** 32) % 2 ** 32);
  return new Set(steps).size < all.length / 2;
}
