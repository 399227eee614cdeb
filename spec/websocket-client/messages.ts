/**
 * Messages, in one frame or in several, however TCP delivers them, and the text that is in them.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-5.4 | RFC 6455 §5.4, §5.6, §6, §8.1}
 * @module
 */

import { finding, offer } from '../probe.ts';
import { fragmentationOf } from '../rfc6455/fragmentation.ts';
import { messagesOf, octetByOctet } from '../rfc6455/messages.ts';
import { utf8Of } from '../rfc6455/utf-8.ts';
import { binary, serverFrame, text } from '../websocket-wire.ts';
import { CLIENT, happens, serves } from './judgements.ts';
import { type ClientJudgement, type ClientProbe, clientProbes } from './subject.ts';

const HELLO = '81 05 48656c6c6f';

export const messages: readonly ClientProbe[] = clientProbes(
  fragmentationOf(CLIENT),
  utf8Of(CLIENT),
  messagesOf(CLIENT),
  {
    '6455-6.1-3': {
      'may send a long message in several frames': mayFragment(2 ** 20),
    },
    '6455-6.2-1': {
      'takes a long header octet by octet': happens(
        [...octetByOctet('82 7e 007e'), Buffer.alloc(126)],
        [binary(Buffer.alloc(126))],
      ),
      'takes 50 frames in one segment': happens(
        [HELLO.repeat(50)],
        Array.from({ length: 50 }, () => text('Hello')),
      ),
      'takes a frame in the segment of the answer': happens([], [text('Hello')], { early: HELLO }),
    },
  },
);

/** Whether a message of so many octets comes back in more than one frame; it has to come back whole. */
function mayFragment(length: number): ClientJudgement {
  const payload = Buffer.alloc(length, 'octets ');
  const expected = 'the message in several frames, or in one';
  return serves([serverFrame(0x82, payload)], expected, {}, async (talk) => {
    const happening = await talk.next();
    if (happening !== binary(payload)) return finding(false, expected, happening);
    return offer(talk.frames.length > 1, expected, `${talk.frames.length} frames`);
  });
}
