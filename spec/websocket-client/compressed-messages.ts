/**
 * Compressed messages, as a client sends and takes them.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7692#section-6 | RFC 7692 §6, §7.2}
 * @module
 */

import { finding } from '../probe.ts';
import { COMPRESSIBLE, inflateAlone, inflated, mayRefer } from '../rfc7692/judgements.ts';
import { HELLO, HELLO_AGAIN, LARGE, messagesOf, TWICE, VARIOUS } from '../rfc7692/messages.ts';
import { listed } from '../websocket-role.ts';
import { binary, serverFrame, text } from '../websocket-wire.ts';
import { CLIENT, deflates, echoed, echoes, FAR_BACK, FAR_BACK_MEANS } from './deflating.ts';
import { type ClientProbe, clientProbes } from './subject.ts';

export const compressedMessages: readonly ClientProbe[] = clientProbes(messagesOf(CLIENT), {
  '7692-5-15': {
    'takes a compressed message once that is agreed on': echoes([HELLO], [text('Hello')]),
  },
  '7692-6.1-1': {
    'sets RSV1 on the first frame of a compressed message': echoed(
      [COMPRESSIBLE],
      'RSV1, and a payload that inflates to the message',
      ([echo]) => inflated(echo!.payload)?.equals(COMPRESSIBLE) === true,
    ),
  },
  '7692-6.1-3': {
    'never sets RSV1 on a control frame': deflates(
      [serverFrame(0x82, COMPRESSIBLE), '89 00 88 02 03e8'],
      'control frames without RSV1',
      async (talk) => {
        const happened = await talk.toEnd();
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
  '7692-7.2.1-9': {
    'refers to no other message where that is agreed on': echoed(
      [COMPRESSIBLE, COMPRESSIBLE],
      'messages that inflate each by itself',
      inflateAlone,
      { answer: 'permessage-deflate; client_no_context_takeover' },
    ),
  },
  '7692-7.2.1-10': {
    'may refer to the message before': echoed(
      [COMPRESSIBLE, COMPRESSIBLE],
      'a message that refers to the one before, or not',
      mayRefer,
    ),
  },
  '7692-7.2.1-14': {
    'refers as far back as was agreed at most': echoed(
      [Buffer.concat([COMPRESSIBLE, VARIOUS.subarray(0, 1_000), COMPRESSIBLE])],
      'a payload that inflates with a window of 512 octets',
      ([echo]) => inflated(echo!.payload, 9) !== undefined,
      {
        answer: 'permessage-deflate; client_max_window_bits=9',
        offering: ['client_max_window_bits'],
      },
    ),
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
