/**
 * Compressed messages, as a client sends and takes them.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7692#section-6 | RFC 7692 §6, §7.2}
 * @module
 */

import { finding, notApplicable, offer, type Probe } from '../probe.ts';
import { COMPRESSIBLE, inflated } from '../rfc7692/judgements.ts';
import { FAR, LARGE, VARIOUS } from '../rfc7692/messages.ts';
import { listed } from '../websocket-judgements.ts';
import { binary, text } from '../websocket-wire.ts';
import {
  deflates,
  echoedBinary,
  echoes,
  FAR_BACK,
  FAR_BACK_MEANS,
  failsDeflated,
  COMPRESSED_HELLO as HELLO,
  HELLO_AGAIN,
} from './deflating.ts';
import { serverFrame } from './judgements.ts';
import { clientProbes, type WebSocketClientSubject } from './subject.ts';

const TWICE = [text('Hello'), text('Hello')];

export const compressedMessages: readonly Probe<WebSocketClientSubject>[] = clientProbes({
  '7692-5-15': {
    'takes a compressed message once that is agreed on': echoes([HELLO], [text('Hello')]),
  },
  '7692-6-1': {
    'takes a message without RSV1 as it is': echoes(['81 05 48656c6c6f'], [text('Hello')]),
  },
  '7692-6.1-1': {
    'sets RSV1 on the first frame of a compressed message': echoedBinary(
      [COMPRESSIBLE],
      'RSV1, and a payload that inflates to the message',
      ([echo]) => inflated(echo!.payload)?.equals(COMPRESSIBLE) === true,
    ),
  },
  '7692-6.1-2': {
    'sends a message without RSV1 as it is': deflates(
      ['81 01 61'],
      'clear text without RSV1, or compressed with it',
      async (talk) => {
        const happened = await talk.next();
        const isRight = happened === text('a');
        return finding(isRight, 'clear text without RSV1, or compressed with it', happened);
      },
    ),
  },
  '7692-6.1-3': {
    'never sets RSV1 on a control frame': deflates(
      [serverFrame(0x82, COMPRESSIBLE), '89 00 88 02 03e8'],
      'control frames without RSV1',
      async (talk, { patience }) => {
        const happened = await talk.toEndAsServer(patience);
        const control = talk.frames.filter(({ opcode }) => opcode >= 8);
        const isRight = control.length > 0 && control.every(({ reserved }) => reserved === 0);
        return finding(isRight, 'control frames without RSV1', listed(happened));
      },
    ),
  },
  '7692-6.1-4': {
    'never sets RSV1 on a continuation frame': deflates(
      [serverFrame(0x82, LARGE)],
      'continuation frames without RSV1, if there are any',
      async (talk) => {
        const happened = await talk.next();
        const later = talk.frames.filter(({ opcode }) => opcode === 0);
        const isRight = happened === binary(LARGE) && later.every(({ reserved }) => reserved === 0);
        return finding(isRight, 'continuation frames without RSV1, if there are any', happened);
      },
    ),
  },
  '7692-6.1-5': {
    'fails on a Ping with RSV1': failsDeflated([1002], 'c9 00'),
    'fails on a Close with RSV1': failsDeflated([1002], 'c8 00'),
    'fails on a continuation frame with RSV1': failsDeflated([1002], '41 03 f248cd c0 04 c9c90700'),
  },
  '7692-6.1-6': {
    'takes the opcode of the first frame': echoes(
      ['c2 07 f248cdc9c90700'],
      [binary(Buffer.from('Hello'))],
    ),
  },
  '7692-6.1-7': {
    'fails on text that is not UTF-8 once it is inflated': failsDeflated(
      [1007],
      'c1 07 00 0100 feff ff 00',
    ),
  },
  '7692-6.2-1': {
    'inflates all fragments as one': echoes(['41 03 f248cd 80 04 c9c90700'], [text('Hello')]),
    'inflates fragments of no octets and of one': echoes(
      ['41 00 00 01 f2 00 00 00 05 48cdc9c907 80 01 00'],
      [text('Hello')],
    ),
  },
  '7692-6.2-2': {
    'takes plain messages between compressed ones': echoes(
      [HELLO, '81 05 48656c6c6f', HELLO],
      [...TWICE, text('Hello')],
    ),
  },
  '7692-7.2.1-1': {
    'leaves the end of the last block away': echoedBinary(
      [COMPRESSIBLE],
      'a payload that does not end in 0000ffff, and inflates with it',
      ([echo]) =>
        echo!.payload.subarray(-4).toString('hex') !== '0000ffff' &&
        inflated(echo!.payload)?.equals(COMPRESSIBLE) === true,
    ),
  },
  '7692-7.2.1-2': {
    'inflates several blocks': echoes(['c1 0d f248050000 00ffffcac9c90700'], [text('Hello')]),
  },
  '7692-7.2.1-3': {
    'inflates a stored block': echoes(['c1 0b 000500faff48656c6c6f00'], [text('Hello')]),
  },
  '7692-7.2.1-4': {
    'inflates a block with BFINAL, and the next message': echoes(
      ['c1 08 f348cdc9c9070000', HELLO],
      TWICE,
    ),
  },
  '7692-7.2.1-6': {
    'inflates an empty message': echoes(['c1 01 00'], [text('')]),
  },
  '7692-7.2.1-7': {
    'leaves nothing away of fragments that are not the last': echoedBinary(
      [LARGE],
      'fragments that inflate as one',
      ([echo]) =>
        echo!.frames.length === 1
          ? notApplicable('fragments that inflate as one', 'it sends no fragments')
          : inflated(echo!.payload)?.equals(LARGE) === true,
    ),
  },
  '7692-7.2.1-8': {
    'refers 32,768 octets back at most': echoedBinary(
      [Buffer.concat([FAR, COMPRESSIBLE])],
      'a payload that inflates with a window of 32,768 octets',
      ([echo]) => inflated(echo!.payload) !== undefined,
    ),
  },
  '7692-7.2.1-9': {
    'refers to no other message where that is agreed on': echoedBinary(
      [COMPRESSIBLE, COMPRESSIBLE],
      'messages that inflate each by itself',
      (all) => all.every(({ payload }) => inflated(payload)?.equals(COMPRESSIBLE) === true),
      { answer: 'permessage-deflate; client_no_context_takeover' },
    ),
  },
  '7692-7.2.1-10': {
    'may refer to the message before': echoedBinary(
      [COMPRESSIBLE, COMPRESSIBLE],
      'a message that refers to the one before, or not',
      ([, second]) =>
        offer(
          inflated(second!.payload)?.equals(COMPRESSIBLE) !== true,
          'a message that refers to the one before, or not',
          `${second!.payload.length} octets`,
        ),
    ),
  },
  '7692-7.2.1-14': {
    'refers as far back as was agreed at most': echoedBinary(
      [Buffer.concat([COMPRESSIBLE, VARIOUS.subarray(0, 1_000), COMPRESSIBLE])],
      'a payload that inflates with a window of 512 octets',
      ([echo]) => inflated(echo!.payload, 9) !== undefined,
      {
        answer: 'permessage-deflate; client_max_window_bits=9',
        offering: ['client_max_window_bits'],
      },
    ),
  },
  '7692-7.2.2-1': {
    'inflates with the octets that were left away': echoes([HELLO], [text('Hello')]),
  },
  '7692-7.2.2-2': {
    'fails on what is not DEFLATE': failsDeflated([1002, 1007], 'c1 02 ffff'),
    'fails on a distance that leads nowhere': failsDeflated([1002, 1007], HELLO_AGAIN),
  },
  '7692-7.2.2-4': {
    'keeps the window from one message to the next': echoes([HELLO, HELLO_AGAIN], TWICE),
  },
  '7692-7.2.2-8': {
    'inflates what refers 32,768 octets back': echoes([FAR_BACK], [binary(FAR_BACK_MEANS)], {
      unless: ['server_max_window_bits'],
    }),
  },
  '7692-7.2.3.2-1': {
    'leaves the window as it is over plain messages': echoes(
      [HELLO, '81 03 616263', HELLO_AGAIN],
      [text('Hello'), text('abc'), text('Hello')],
    ),
  },
});
