/**
 * Frames: their octets, and what a client does with those that break the rules.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-5.2 | RFC 6455 §5}
 * @module
 */

import { finding, inconclusive, offer, type Probe } from '../probe.ts';
import { isFailed, listed } from '../websocket-judgements.ts';
import { binary, closeCodeOf, text } from '../websocket-wire.ts';
import { ends, fails, failsWith, happens, sendsWell, serverFrame, serves } from './judgements.ts';
import { type ClientJudgement, clientProbes, type WebSocketClientSubject } from './subject.ts';

const HELLO = '81 05 48656c6c6f';

/** How many frames are collected to look at their masking keys. */
const MANY = 256;

export const framing: readonly Probe<WebSocketClientSubject>[] = clientProbes({
  '6455-5.1-1': {
    'masks every frame': sendsWell('frames that are masked', ({ masked }) => masked),
  },
  '6455-5.1-5': {
    'closes the connection on a text that is masked': closesOn('81 85 k 48656c6c6f'),
    'closes the connection on a Ping that is masked': closesOn('89 80 k'),
  },
  '6455-5.1-6': {
    'may say 1002 when a frame is masked': mayClose(1002, '81 85 k 48656c6c6f'),
  },
  '6455-5.1-7': {
    'takes messages while it is sending others': bothDirections(100),
  },
  '6455-5.2-1': {
    'takes a message in a single frame': happens([HELLO], [text('Hello')]),
  },
  '6455-5.2-2': {
    'sets no reserved bit': sendsWell('reserved bits of 0', ({ reserved }) => reserved === 0),
  },
  '6455-5.2-3': {
    'fails on RSV1 when there is no extension': fails([1002], 'c1 00'),
    'fails on RSV2': fails([1002], 'a1 00'),
    'fails on RSV3': fails([1002], '91 00'),
    'fails on RSV1 in a Ping': fails([1002], 'c9 00'),
    'fails on RSV1 in a later fragment': fails([1002], '01 01 61', 'c0 00'),
  },
  '6455-5.2-4': Object.fromEntries(
    ['3', '4', '5', '6', '7', 'b', 'c', 'd', 'e', 'f'].flatMap((opcode) => [
      [`fails on opcode ${opcode}`, fails([1002], `8${opcode} 00`)],
      [`fails on opcode ${opcode} inside a message`, fails([1002], '01 01 61', `8${opcode} 00`)],
    ]),
  ),
  '6455-5.2-5': {
    'sends a masking key with every frame': sendsWell(
      'frames with a masking key',
      ({ maskingKey }) => maskingKey.length === 4,
    ),
  },
  '6455-5.2-6': {
    'fails on a 64-bit length with its first bit set, without waiting for the payload': fails(
      [1002, 1009],
      '82 7f ffffffffffffffff',
    ),
    'fails on the smallest length with its first bit set': fails(
      [1002, 1009],
      '82 7f 8000000000000000',
    ),
  },
  '6455-5.2-7': {
    'writes every length in the fewest octets': sendsWell('the shortest lengths', ({ faults }) =>
      faults.every(({ clause }) => clause !== '6455-5.2-7'),
    ),
    ...Object.fromEntries(
      [125, 126, 65_535, 65_536].map((length) => [
        `reads a length of ${length} octets`,
        echoesOctets(length),
      ]),
    ),
  },
  '6455-5.2-8': {
    'fails on a length of 5 in 16 bits': failsWith([1002], '81 7e 0005 48656c6c6f'),
    'fails on a length of 5 in 64 bits': failsWith([1002], '81 7f 0000000000000005 48656c6c6f'),
    'fails on a length of 65,535 in 64 bits': failsWith(
      [1002],
      Buffer.concat([Buffer.from('827f000000000000ffff', 'hex'), Buffer.alloc(65_535)]),
    ),
  },
  '6455-5.2-9': {
    'takes an empty message': happens(['81 00'], [text('')]),
  },
  '6455-5.3-1': {
    'says of each frame that it is masked': sendsWell('frames with MASK 1', ({ masked }) => masked),
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
    'sends only what was negotiated in the opening handshake': sendsWell(
      'frames that no extension has changed',
      ({ reserved, opcode }) => reserved === 0 && [0, 1, 2, 8, 9, 10].includes(opcode),
    ),
  },
  '6455-6.1-6': {
    'masks what it forms': sendsWell('frames that are masked', ({ masked }) => masked),
  },
  '6455-9.1-6': {
    'uses no extension that the server has not accepted': sendsWell(
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

function echoesOctets(length: number): ClientJudgement {
  const payload = Buffer.alloc(length, 'octets ');
  return happens([serverFrame(0x82, payload)], [binary(payload)]);
}

/** Sends `count` messages, each a segment of its own, while the answers to the first of them come. */
function bothDirections(count: number): ClientJudgement {
  const contents = Array.from({ length: count }, (_, index) => `message ${index}`);
  const frames = contents.map((content) => serverFrame(0x81, Buffer.from(content)));
  return happens(frames, contents.map(text));
}

/** The connection is closed, with whatever code, and nothing else happens. */
function closesOn(segment: string): ClientJudgement {
  return ends([segment], 'the end, perhaps behind a Close frame', (conclusion) =>
    isFailed(conclusion, [conclusion.code]),
  );
}

/** Whether the client sends a Close frame with this code where it might just hang up. */
function mayClose(code: number, segment: string): ClientJudgement {
  const expected = `Close ${code}, or the end alone`;
  return serves([segment], expected, {}, async (talk, { patience }) => {
    const happened = await talk.toEndAsServer(patience);
    return offer(closeCodeOf(happened[0]!) === code, expected, listed(happened));
  });
}
