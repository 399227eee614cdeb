/**
 * Messages in several frames.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-5.4 | RFC 6455 §5.4}
 * @module
 */

import { finding, type Probe } from '../probe.ts';
import { happens, type Judgement, SERVER, serverProbes } from '../websocket-judgements.ts';
import { type JudgementOf, listed, type Role, type TableOf } from '../websocket-role.ts';
import { binary, fragmented, inOctets, text } from '../websocket-wire.ts';
import { manyFragments } from './volume.ts';

export const fragmentation: readonly Probe[] = serverProbes(fragmentationOf(SERVER), {
  '6455-5.4-1': {
    'puts a text of 4 MiB together from frames of any size': manyFragments('text'),
    'puts a binary message of 4 MiB together from frames of any size': manyFragments('binary'),
  },
  '6455-6.1-3': {
    'takes and returns a message of 1 MiB that comes in 16 frames': largeMessage(16),
  },
});

/** What is asked of both roles. */
export function fragmentationOf<Peer>(role: Role<Peer>): TableOf<Peer> {
  const { fails, happens } = role;
  return {
    '6455-5.4-1': {
      'puts a text together from two frames': happens(
        ['01 83 k 48656c', '80 82 k 6c6f'],
        [text('Hello')],
      ),
      'puts a binary message together from three frames in one segment': happens(
        ['02 81 k 01 00 81 k 02 80 81 k 03'],
        [binary(Buffer.of(1, 2, 3))],
      ),
    },
    '6455-5.4-2': {
      'fails on a last fragment that continues nothing': fails([1002], '80 80 k'),
      'fails on a fragment that continues nothing': fails([1002], '00 80 k'),
      'fails on a fragment behind a control frame that continues nothing': fails(
        [1002],
        '8a 80 k 80 81 k 61',
      ),
    },
    '6455-5.4-3': {
      'takes a Pong between two fragments': happens(
        ['01 83 k 48656c', '8a 80 k', '80 82 k 6c6f'],
        [text('Hello')],
      ),
    },
    '6455-5.4-4': {
      'fails on a fragmented Ping': fails([1002], '09 80 k'),
    },
    '6455-5.4-5': {
      'puts 100 fragments together in their order': fragments(role, 100),
    },
    '6455-5.4-6': {
      'fails on a message that begins inside another': fails([1002], '01 81 k 61', '81 81 k 62'),
      'fails on a fragmented message that begins inside another': fails(
        [1002],
        '01 81 k 61',
        '01 81 k 62',
      ),
    },
    '6455-5.4-7': {
      'answers a Ping before the message around it is complete': answersInside(role),
    },
    '6455-5.4-8': {
      'takes empty fragments: the first, one between, and the last': happens(
        ['01 80 k', '00 83 k 48656c', '00 80 k', '00 82 k 6c6f', '80 80 k'],
        [text('Hello')],
      ),
    },
    '6455-5.4-9': {
      'makes the same of a text in one frame and in two': happens(
        ['81 85 k 48656c6c6f', '01 81 k 48', '80 84 k 656c6c6f'],
        [text('Hello'), text('Hello')],
      ),
    },
    '6455-5.4-14': {
      'fails on a binary frame inside a text message': fails([1002], '01 81 k 61', '82 81 k 62'),
      'fails on a text frame inside a binary message': fails([1002], '02 81 k 61', '81 81 k 62'),
    },
  };
}

/** A text of so many frames of one octet each. */
function fragments<Peer>({ frame, happens }: Role<Peer>, count: number): JudgementOf<Peer> {
  const content = Array.from({ length: count }, (_, index) => index % 10).join('');
  return happens([inOctets(Buffer.from(content), frame)], [text(content)]);
}

/** A binary message of so many frames of 64 KiB. */
function largeMessage(count: number): Judgement {
  const pieces = Array.from({ length: count }, (_, index) => Buffer.alloc(65_536, index));
  return happens(fragmented(0x02, pieces), [binary(Buffer.concat(pieces))]);
}

/** The Pong has to come while the message is still incomplete, and the message whole behind it. */
function answersInside<Peer>({ converses, frame }: Role<Peer>): JudgementOf<Peer> {
  const expected = listed(['pong 70696e67', text('Hello')]);
  const begun = ['01 83 k 48656c', '89 84 k 70696e67'];
  return converses(begun, expected, {}, async (talk) => {
    const happened = await talk.take(1);
    await talk.send(frame(0x80, Buffer.from('lo')));
    happened.push(...(await talk.take(1)));
    return finding(listed(happened) === expected, expected, listed(happened));
  });
}
