/**
 * Sending and receiving: what goes in as a message comes out as one, however TCP delivers it.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-6 | RFC 6455 §6}
 * @module
 */

import type { Probe } from '../probe.ts';
import { happens, SERVER, sendsWell, serverProbes } from '../websocket-judgements.ts';
import type { JudgementOf, Role, TableOf } from '../websocket-role.ts';
import { binary, type Happening, octetsOf, type Segment, text } from '../websocket-wire.ts';
import { manyMessages, manySegments } from './volume.ts';

const HELLO = '81 85 k 48656c6c6f';

export const messages: readonly Probe[] = serverProbes(messagesOf(SERVER), {
  '6455-5.8-1': {
    'sends only what was negotiated in the opening handshake': sendsWell(
      '6455-5.2-2',
      'frames that no extension has changed',
    ),
  },
  '6455-6.2-1': {
    'takes a long header octet by octet': happens(
      [...octetByOctet('82 fe 007e 01020304'), Buffer.alloc(126)],
      [binary(masked(126, [1, 2, 3, 4]))],
    ),
    'takes 50 frames in one segment': happens(
      [HELLO.repeat(50)],
      Array.from({ length: 50 }, () => text('Hello')),
    ),
    'takes a text of 1 MiB in segments of any length': manySegments('text'),
    'takes a binary message of 1 MiB in segments of any length': manySegments('binary'),
    'takes 1,000 messages of each size, one after the other': manyMessages(1_000),
  },
});

/** What is asked of both roles. */
export function messagesOf<Peer>(role: Role<Peer>): TableOf<Peer> {
  const { frame, happens } = role;
  const hello = frame(0x81, Buffer.from('Hello'));
  return {
    '6455-6.1-2': {
      'wraps a message in frames': happens([HELLO], [text('Hello')]),
    },
    '6455-6.1-4': {
      'says in the opcode whether it is text or binary': happens(
        ['81 81 k 61', '82 81 k 61'],
        [text('a'), binary(Buffer.from('a'))],
      ),
    },
    '6455-6.1-5': {
      'sets FIN on the last frame of a message': happens(
        [HELLO, HELLO],
        [text('Hello'), text('Hello')],
      ),
    },
    '6455-6.1-7': {
      'transmits what it has formed': happens(['82 83 k 010203'], [binary(Buffer.of(1, 2, 3))]),
    },
    '6455-6.2-1': {
      'takes a frame octet by octet': happens(octetByOctet(hello), [text('Hello')]),
      'takes a frame cut at any place': happensCutAnywhere(role, hello, text('Hello')),
    },
    '6455-6.2-3': {
      'takes the type of a message from its opcode': happens(
        ['82 85 k 48656c6c6f', HELLO],
        [binary(Buffer.from('Hello')), text('Hello')],
      ),
    },
    '6455-6.2-4': {
      'begins a new message behind a complete one': happens(
        [`${HELLO} 82 81 k 00 01 81 k 61 80 81 k 62 ${HELLO}`],
        [text('Hello'), binary(Buffer.of(0)), text('ab'), text('Hello')],
      ),
    },
  };
}

export function octetByOctet(segment: Segment): Uint8Array[] {
  return Array.from(octetsOf(segment), (octet) => Buffer.of(octet));
}

/** The frame again and again, each time in two segments, cut one octet later. */
function happensCutAnywhere<Peer>(
  { happens }: Role<Peer>,
  octets: Uint8Array,
  message: Happening,
): JudgementOf<Peer> {
  const cuts = Array.from({ length: octets.length - 1 }, (_, index) => index + 1);
  return happens(
    cuts.flatMap((cut) => [octets.subarray(0, cut), octets.subarray(cut)]),
    cuts.map(() => message),
  );
}

/** What zeros under a masking key turn out to be. */
function masked(length: number, maskingKey: readonly number[]): Buffer {
  return Buffer.from(Array.from({ length }, (_, index) => maskingKey[index % 4]!));
}
