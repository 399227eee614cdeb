/**
 * Frames: their octets, and what a server does with those that break the rules.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-5.2 | RFC 6455 §5}
 * @module
 */

import { type Case, eachOf } from '../each-of.ts';
import { finding, offer, type Probe } from '../probe.ts';
import {
  converses,
  ends,
  happens,
  type Judgement,
  SERVER,
  sendsWell,
  serverProbes,
} from '../websocket-judgements.ts';
import {
  type Converses,
  conclude,
  isFailed,
  type JudgementOf,
  listed,
  type Role,
  type TableOf,
} from '../websocket-role.ts';
import { binary, closeCodeOf, type Framing, text } from '../websocket-wire.ts';
import { largeFrames } from './volume.ts';

const RESERVED_OPCODES = ['3', '4', '5', '6', '7', 'b', 'c', 'd', 'e', 'f'];

export const framing: readonly Probe[] = serverProbes(framingOf(SERVER), {
  '6455-5.1-2': {
    'closes the connection on a text that is not masked': closesOn(converses, '81 05 48656c6c6f'),
    'closes the connection on a Ping that is not masked': closesOn(converses, '89 00'),
  },
  '6455-5.1-3': {
    'may say 1002 when a frame is not masked': mayClose(converses, 1002, '81 05 48656c6c6f'),
  },
  '6455-5.1-4': {
    'masks no frame': sendsWell('6455-5.1-4', 'frames without a masking key'),
  },
  '6455-5.2-3': {
    'fails on any of the reserved bits, in any frame': anyReservedBits(),
  },
  '6455-5.2-4': {
    'fails on any reserved opcode with a payload, behind a message': anyReservedOpcode(),
  },
  '6455-5.2-7': {
    'reads the lengths of texts up to 16 MiB': largeFrames('text'),
    'reads the lengths of binary messages up to 16 MiB': largeFrames('binary'),
  },
  '6455-5.3-5': Object.fromEntries(
    Array.from({ length: 10 }, (_, length) => [`unmasks ${length} octets`, unmasks(length)]),
  ),
  '6455-6.2-7': {
    'removes the masking of a binary message': happens(
      ['82 84 01020304 01020304'],
      [binary(Buffer.alloc(4))],
    ),
  },
});

/** What is asked of both roles. */
export function framingOf<Peer>(role: Role<Peer>): TableOf<Peer> {
  const { fails, failsWith, frame, happens, sendsWell } = role;
  return {
    '6455-5.1-7': {
      'takes messages while it is sending others': bothDirections(role, 100),
    },
    '6455-5.2-1': {
      'takes a message in a single frame': happens(['81 85 k 48656c6c6f'], [text('Hello')]),
    },
    '6455-5.2-2': {
      'sets no reserved bit': sendsWell('6455-5.2-2', 'reserved bits of 0'),
    },
    '6455-5.2-3': {
      'fails on RSV1 when there is no extension': fails([1002], 'c1 80 k'),
      'fails on RSV2': fails([1002], 'a1 80 k'),
      'fails on RSV3': fails([1002], '91 80 k'),
      'fails on RSV1 in a Ping': fails([1002], 'c9 80 k'),
      'fails on RSV1 in a later fragment': fails([1002], '01 81 k 61', 'c0 80 k'),
    },
    '6455-5.2-4': Object.fromEntries(
      RESERVED_OPCODES.flatMap((opcode) => [
        [`fails on opcode ${opcode}`, fails([1002], `8${opcode} 80 k`)],
        [
          `fails on opcode ${opcode} inside a message`,
          fails([1002], '01 81 k 61', `8${opcode} 80 k`),
        ],
      ]),
    ),
    '6455-5.2-6': {
      'fails on a 64-bit length with its first bit set, without waiting for the payload': fails(
        [1002, 1009],
        '82 ff ffffffffffffffff k',
      ),
      'fails on the smallest length with its first bit set': fails(
        [1002, 1009],
        '82 ff 8000000000000000 k',
      ),
    },
    '6455-5.2-7': {
      'writes every length in the fewest octets': sendsWell('6455-5.2-7', 'the shortest lengths'),
      ...Object.fromEntries(
        [125, 126, 65_535, 65_536].map((length) => [
          `reads a length of ${length} octets`,
          echoesOctets(role, length),
        ]),
      ),
    },
    '6455-5.2-8': {
      'fails on a length of 5 in 16 bits': failsWith([1002], '81 fe 0005 k 48656c6c6f'),
      'fails on a length of 5 in 64 bits': failsWith([1002], '81 ff 0000000000000005 k 48656c6c6f'),
      'fails on a length of 65,535 in 64 bits': failsWith([1002], inTooManyBits(frame)),
    },
    '6455-5.2-9': {
      'takes an empty message': happens(['81 80 k'], [text('')]),
    },
  };
}

/** The first octets of `Hello, wo`, masked with the key of the example in the standard. */
function unmasks(length: number): Judgement {
  const masked = '7f9f4d5158d6014a58'.slice(0, 2 * length);
  const frame = `81 ${(0x80 + length).toString(16)} 37fa213d ${masked}`;
  return happens([frame], [text('Hello, wo'.slice(0, length))]);
}

function echoesOctets<Peer>({ frame, happens }: Role<Peer>, length: number): JudgementOf<Peer> {
  const payload = Buffer.alloc(length, 'octets ');
  return happens([frame(0x82, payload)], [binary(payload)]);
}

/** A frame of 65,535 octets, which says so in 64 bits in place of 16. */
function inTooManyBits(frame: Framing): Buffer {
  const octets = frame(0x82, Buffer.alloc(65_536));
  octets.writeBigUInt64BE(65_535n, 2);
  return octets.subarray(0, -1);
}

/** Sends `count` messages, each a segment of its own, while the answers to the first of them come. */
function bothDirections<Peer>({ frame, happens }: Role<Peer>, count: number): JudgementOf<Peer> {
  const contents = Array.from({ length: count }, (_, index) => `message ${index}`);
  const frames = contents.map((content) => frame(0x81, Buffer.from(content)));
  return happens(frames, contents.map(text));
}

/** Each value of the three bits but 0, in each kind of frame, behind a message and before a Ping. */
function anyReservedBits(): Judgement {
  const frames: Readonly<Record<string, string>> = {
    'a text': '1',
    'a binary message': '2',
    'a Close': '8',
    'a Ping': '9',
    'a Pong': 'a',
  };
  return eachOf('frames with reserved bits, behind a text and before a Ping', () =>
    Object.entries(frames).flatMap(([kind, opcode]) =>
      Array.from({ length: 7 }, (_, bits): Case => {
        const frame = `${(9 + bits).toString(16)}${opcode} 82 k 03e8`;
        return [`${kind} with the bits ${bits + 1}`, failsBehindText(frame)];
      }),
    ),
  );
}

function anyReservedOpcode(): Judgement {
  return eachOf('frames with reserved opcodes, behind a text and before a Ping', () =>
    RESERVED_OPCODES.map((opcode) => [opcode, failsBehindText(`8${opcode} 85 k 48656c6c6f`)]),
  );
}

/** The text may have come back before the connection is failed; nothing else may. */
function failsBehindText(frame: string): Judgement {
  const segments = ['81 85 k 48656c6c6f', `${frame} 89 80 k`];
  return ends(segments, 'the text, then Close 1002 or the end', (conclusion) => {
    const before = conclusion.before.filter((happening) => happening !== text('Hello'));
    return isFailed({ ...conclusion, before }, [1002, undefined]);
  });
}

/** The connection is closed, with whatever code, and nothing else happens. */
export function closesOn<Peer>(converses: Converses<Peer>, segment: string): JudgementOf<Peer> {
  const expected = 'the end, perhaps behind a Close frame';
  return converses([segment], expected, {}, async (talk) => {
    const happened = await talk.toEnd();
    const conclusion = conclude(happened);
    return finding(isFailed(conclusion, [conclusion.code]), expected, listed(happened));
  });
}

/** Whether the peer sends a Close frame with this code where it might just hang up. */
export function mayClose<Peer>(
  converses: Converses<Peer>,
  code: number,
  segment: string,
): JudgementOf<Peer> {
  const expected = `Close ${code}, or the end alone`;
  return converses([segment], expected, {}, async (talk) => {
    const happened = await talk.toEnd();
    return offer(closeCodeOf(happened[0]!) === code, expected, listed(happened));
  });
}
