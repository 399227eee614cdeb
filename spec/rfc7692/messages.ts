/**
 * Compressed messages: their frames, what they may consist of, and what they may refer to.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7692#section-6 | RFC 7692 §6 and §7.2}
 * @module
 */

import { paddingsOf } from '../models/deflate.ts';
import { finding, notApplicable, type Probe } from '../probe.ts';
import { type Judgement, serverProbes } from '../websocket-judgements.ts';
import { listed, type TableOf } from '../websocket-role.ts';
import { binary, clientFrame, type Happening, text } from '../websocket-wire.ts';
import { everyCombination, everyCombinationAtLength, everySize } from './combinations.ts';
import {
  COMPRESSIBLE,
  type Deflating,
  deflates,
  echoed,
  echoes,
  inflateAlone,
  inflated,
  mayRefer,
  nextEcho,
  SERVER,
} from './judgements.ts';

/** `Hello` in a compressed frame, and a frame that says it again by referring to the first. */
export const HELLO = 'c1 87 k f248cdc9c90700';
export const HELLO_AGAIN = 'c1 85 k f200110000';
export const TWICE: readonly Happening[] = [text('Hello'), text('Hello')];

/** Where the server keeps what a client has sent. */
const KEEPING = { suits: /^(?!.*client_no_context_takeover)/ };

/** Octets that do not repeat within 32 KiB, and then do. */
export const VARIOUS: Buffer = Buffer.from(
  Uint32Array.from({ length: 8_192 }, (_, i) => Math.imul(i + 1, 0x9e3779b1)).buffer,
);
export const FAR: Buffer = Buffer.concat([VARIOUS, VARIOUS]);

/** More than a server with small frames sends in one. */
export const LARGE: Buffer = Buffer.alloc(200_000, COMPRESSIBLE);

export const messages: readonly Probe[] = serverProbes(messagesOf(SERVER), {
  '7692-6.1-1': {
    'sets RSV1 on the first frame of a compressed message': saysThatItCompresses(),
  },
  '7692-6.1-3': {
    'sets no RSV1 on control frames': deflates(
      [clientFrame(0x82, COMPRESSIBLE), '89 80 k 88 82 k 03e8'],
      'a Pong and a Close without reserved bits',
      async (conversation) => {
        const happened = await conversation.toEnd();
        const controls = conversation.frames.filter(({ opcode }) => opcode >= 8);
        const isClear = controls.length === 2 && controls.every(({ reserved }) => reserved === 0);
        return finding(isClear, 'a Pong and a Close without reserved bits', listed(happened));
      },
    ),
  },
  '7692-6.1-4': {
    'sets no RSV1 on continuation frames': echoed(
      [LARGE],
      'RSV1 on the first frame alone',
      ([echo]) => echo!.frames.slice(1).every(({ reserved }) => reserved === 0),
    ),
  },
  '7692-6.2-1': {
    'takes and returns messages by every combination of the parameters': everyCombination(),
    'takes and returns messages of every size, in fragments of every size, by every combination of the parameters':
      { ...everyCombinationAtLength(), long: true },
    'takes and returns many messages of every size and kind, in fragments and whole': {
      ...everySize(100),
      long: true,
    },
  },
  '7692-7.2.1-5': {
    'fills up a last block with zeros': echoed(
      [COMPRESSIBLE],
      'bits of 0 behind a block with BFINAL',
      ([echo]) => {
        const expected = 'bits of 0 behind a block with BFINAL';
        const paddings = paddingsOf(echo!.payload);
        if (paddings.length === 0) return notApplicable(expected, 'it sends no block with BFINAL');
        return finding(
          paddings.every((bits) => bits === 0),
          expected,
          paddings.join(', '),
        );
      },
    ),
  },
  '7692-7.2.1-12': {
    'refers to no other message where it said so': echoed(
      [COMPRESSIBLE, COMPRESSIBLE],
      'messages that inflate each by itself',
      inflateAlone,
      {
        offers: 'permessage-deflate; server_no_context_takeover',
        suits: /server_no_context_takeover/,
      },
    ),
  },
  '7692-7.2.1-13': {
    'may refer to the message before': echoed(
      [COMPRESSIBLE, COMPRESSIBLE],
      'a message that refers to the one before, or not',
      mayRefer,
    ),
  },
  '7692-7.2.1-16': {
    'refers as far back as was agreed at most': echoed(
      [Buffer.concat([COMPRESSIBLE, VARIOUS.subarray(0, 1_000), COMPRESSIBLE])],
      'a payload that inflates with a window of 512 octets',
      ([echo]) => inflated(echo!.payload, 9) !== undefined,
      {
        offers: 'permessage-deflate; server_max_window_bits=9',
        suits: /server_max_window_bits="?[89]\b/,
      },
    ),
  },
  '7692-7.2.2-6': {
    'keeps the window of a client that only hinted at not using it': echoes(
      [HELLO, HELLO_AGAIN],
      TWICE,
      { offers: 'permessage-deflate; client_no_context_takeover', ...KEEPING },
    ),
    'keeps the window from one message to the next': echoes([HELLO, HELLO_AGAIN], TWICE, KEEPING),
  },
  '7692-7.2.2-10': {
    'inflates what refers 32,768 octets back': echoes(
      [clientFrame(0xc2, Buffer.concat([stored(VARIOUS), farMatch()]))],
      [binary(Buffer.concat([VARIOUS, VARIOUS.subarray(0, 3)]))],
      { offers: 'permessage-deflate', suits: /^(?!.*client_max_window_bits)/ },
    ),
  },
  '7692-7.2.3.2-1': {
    'leaves the window as it is over plain messages': echoes(
      [HELLO, '81 83 k 616263', HELLO_AGAIN],
      [text('Hello'), text('abc'), text('Hello')],
      KEEPING,
    ),
  },
});

/** What is asked of both roles. */
export function messagesOf<Peer>(deflating: Deflating<Peer>): TableOf<Peer> {
  const { deflates, echoed, echoes, failsDeflated } = deflating;
  return {
    '7692-6-1': {
      'takes a message without RSV1 as it is': echoes(['81 85 k 48656c6c6f'], [text('Hello')]),
    },
    '7692-6.1-2': {
      'sends a message without RSV1 as it is': deflates(
        ['81 81 k 61'],
        'clear text without RSV1, or compressed with it',
        async (talk) => {
          const happened = await talk.next();
          return finding(happened === text('a'), text('a'), happened);
        },
      ),
    },
    '7692-6.1-5': {
      'fails on a Ping with RSV1': failsDeflated([1002], 'c9 80 k'),
      'fails on a Close with RSV1': failsDeflated([1002], 'c8 80 k'),
      'fails on a continuation frame with RSV1': failsDeflated(
        [1002],
        '41 83 k f248cd c0 84 k c9c90700',
      ),
    },
    '7692-6.1-6': {
      'takes the opcode of the first frame': echoes(
        ['c2 87 k f248cdc9c90700'],
        [binary(Buffer.from('Hello'))],
      ),
    },
    '7692-6.1-7': {
      'fails on text that is not UTF-8 once it is inflated': failsDeflated(
        [1007],
        'c1 87 k 00 0100 feff ff 00',
      ),
    },
    '7692-6.2-1': {
      'inflates all fragments as one': echoes(['41 83 k f248cd 80 84 k c9c90700'], [text('Hello')]),
      'inflates fragments of no octets and of one': echoes(
        ['41 80 k 00 81 k f2 00 80 k 00 85 k 48cdc9c907 80 81 k 00'],
        [text('Hello')],
      ),
    },
    '7692-6.2-2': {
      'takes plain messages between compressed ones': echoes(
        [HELLO, '81 85 k 48656c6c6f', HELLO],
        [...TWICE, text('Hello')],
      ),
    },
    '7692-7.2.1-1': {
      'leaves the end of the last block away': echoed(
        [COMPRESSIBLE],
        'a payload that does not end in 0000ffff, and inflates with it',
        ([echo]) =>
          echo!.payload.subarray(-4).toString('hex') !== '0000ffff' &&
          inflated(echo!.payload)?.equals(COMPRESSIBLE) === true,
      ),
    },
    '7692-7.2.1-2': {
      'inflates several blocks': echoes(['c1 8d k f248050000 00ffffcac9c90700'], [text('Hello')]),
    },
    '7692-7.2.1-3': {
      'inflates a stored block': echoes(['c1 8b k 000500faff48656c6c6f00'], [text('Hello')]),
    },
    '7692-7.2.1-4': {
      'inflates a block with BFINAL, and the next message': echoes(
        ['c1 88 k f348cdc9c9070000', HELLO],
        TWICE,
      ),
    },
    '7692-7.2.1-6': {
      'inflates an empty message': echoes(['c1 81 k 00'], [text('')]),
    },
    '7692-7.2.1-7': {
      'leaves nothing away of fragments that are not the last': echoed(
        [LARGE],
        'fragments that inflate as one',
        ([echo]) =>
          echo!.frames.length === 1
            ? notApplicable('fragments that inflate as one', 'it sends no fragments')
            : inflated(echo!.payload)?.equals(LARGE) === true,
      ),
    },
    '7692-7.2.1-8': {
      'refers 32,768 octets back at most': echoed(
        [Buffer.concat([FAR, COMPRESSIBLE])],
        'a payload that inflates with a window of 32,768 octets',
        ([echo]) => inflated(echo!.payload) !== undefined,
      ),
    },
    '7692-7.2.2-1': {
      'inflates with the octets that were left away': echoes([HELLO], [text('Hello')]),
    },
    '7692-7.2.2-2': {
      'fails on what is not DEFLATE': failsDeflated([1002, 1007], 'c1 82 k ffff'),
      'fails on a distance that leads nowhere': failsDeflated([1002, 1007], HELLO_AGAIN),
    },
  };
}

/** What comes back is the message as it is, or has RSV1 and inflates to it. */
function saysThatItCompresses(): Judgement {
  const expected = 'RSV1, and a payload that inflates to the message';
  return deflates([clientFrame(0x82, COMPRESSIBLE)], expected, async (conversation) => {
    const { payload, isCompressed } = await nextEcho(conversation);
    if (!isCompressed && payload.equals(COMPRESSIBLE)) {
      return notApplicable(expected, 'it compresses no echo');
    }
    const isMessage = inflated(payload)?.equals(COMPRESSIBLE) === true;
    const received = `${payload.length} octets ${isCompressed ? 'with' : 'without'} RSV1`;
    return finding(isCompressed && isMessage, expected, received);
  });
}

/** A stored block of up to 65,535 octets. @see RFC 1951 §3.2.4 */
export function stored(octets: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt16LE(octets.length, 1);
  head.writeUInt16LE(octets.length ^ 0xffff, 3);
  return Buffer.concat([head, octets]);
}

/** A block that repeats three octets from 32,768 back, and the beginning of an empty one. */
export function farMatch(): Buffer {
  // BFINAL and BTYPE, the length's code, the distance's and its extra bits, the end, and 000.
  const bits = `010${'0000001'}${'11101'}${'1'.repeat(13)}${'0000000'}000`;
  const groups = bits.match(/.{1,8}/g)!.map((group) => [...group].reverse().join(''));
  return Buffer.from(groups.map((group) => Number.parseInt(group, 2)));
}
