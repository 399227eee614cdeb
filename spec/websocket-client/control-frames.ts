/**
 * Ping, Pong, and what all control frames have in common.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-5.5 | RFC 6455 §5.5}
 * @module
 */

import { finding, type Probe } from '../probe.ts';
import { listed } from '../websocket-judgements.ts';
import { text } from '../websocket-wire.ts';
import { fails, happens, sendsWell, serverFrame, serves, told } from './judgements.ts';
import { type ClientJudgement, clientProbes, type WebSocketClientSubject } from './subject.ts';

export const controlFrames: readonly Probe<WebSocketClientSubject>[] = clientProbes({
  '6455-5.5-1': {
    'fails on a Ping of 126 octets': fails([1002], serverFrame(0x89, Buffer.alloc(126))),
    'fails on a Close of 126 octets': fails([1002], serverFrame(0x88, Buffer.alloc(126, 3))),
    'sends no control frame of more than 125 octets': sendsWell(
      'short control frames',
      ({ opcode, payload }) => opcode < 8 || payload.length <= 125,
    ),
    'sends no Ping of 126 octets even when its application asks for it': sendsShortPing(126),
  },
  '6455-5.5-2': {
    'fails on a fragmented Close': fails([1002], '08 00'),
    'fails on a fragmented Ping': fails([1002], '09 00'),
    'fails on a fragmented Pong': fails([1002], '0a 00'),
    'sends no control frame in fragments': sendsWell(
      'whole control frames',
      ({ opcode, fin }) => opcode < 8 || fin,
    ),
  },
  '6455-5.5.2-1': {
    'takes a Ping that carries octets': happens(['89 04 70696e67'], ['pong 70696e67']),
  },
  '6455-5.5.2-2': {
    'answers a Ping with a Pong': happens(['89 00'], ['pong']),
    'answers a Ping that comes in pieces': happens(['89', '02', '68', '69'], ['pong 6869']),
  },
  '6455-5.5.2-3': {
    'answers a Ping while the frames of a long message come': answersDuringDownload(),
  },
  '6455-5.5.2-4': {
    'takes a Ping in the segment of the answer': happens([], ['pong'], { early: '89 00' }),
    'takes a Ping between messages': inAnyOrder(
      ['81 01 61', '89 00', '81 01 62'],
      [text('a'), 'pong', text('b')],
    ),
  },
  '6455-5.5.3-1': Object.fromEntries(
    [0, 1, 125].map((length) => [`returns the ${length} octets of a Ping`, returnsOctets(length)]),
  ),
  '6455-5.5.3-2': {
    'answers the last of ten Pings, whichever others it answers': answersLastOf(10),
  },
  '6455-5.5.3-3': {
    'takes a Pong that nobody asked for': happens(['8a 00', '8a 02 6869'], []),
  },
  '6455-6.2-2': {
    'acts on control frames as section 5.5 says': happens(['89 01 61', '8a 01 62'], ['pong 61']),
  },
});

/** All of this happens: a Pong may overtake a message that the application is about to send back. */
function inAnyOrder(segments: readonly string[], expected: readonly string[]): ClientJudgement {
  const outcome = `${listed(expected)}, in any order`;
  return serves(segments, outcome, {}, async (talk) => {
    const happened = await talk.take(expected.length);
    const isAll = listed([...happened].sort()) === listed([...expected].sort());
    return finding(isAll, outcome, listed(happened));
  });
}

/** Octets that are not UTF-8 either. */
function returnsOctets(length: number): ClientJudgement {
  const payload = Buffer.alloc(length, 0xff);
  return happens([serverFrame(0x89, payload)], [`pong ${payload.toString('hex')}`.trimEnd()]);
}

/** Told to send a Ping, it may refuse, send a shorter one, or fail, but not send this one. */
function sendsShortPing(length: number): ClientJudgement {
  const expected = `anything but a Ping of ${length} octets`;
  return told(`ping ${length}`, expected, async (talk, first) => {
    const isShort = talk.frames.every(({ payload }) => payload.length <= 125);
    return finding(isShort && first !== 'silence', expected, first);
  });
}

/** A Ping inside a message of many frames, whose second half is sent when the Pong has come. */
function answersDuringDownload(): ClientJudgement {
  const piece = Buffer.alloc(1_000, 'a');
  const half = Buffer.concat(Array.from({ length: 50 }, () => serverFrame(0x00, piece)));
  const begun = [serverFrame(0x01, piece), half, '89 02 6869'];
  return serves(begun, 'pong 6869', {}, async (talk) => {
    const happened = await talk.take(1);
    await talk.send(half, '80 00');
    return finding(listed(happened) === 'pong 6869', 'pong 6869', listed(happened));
  });
}

/** Pings in one segment, and a text behind them: the last Pong has to be the answer to the last Ping. */
function answersLastOf(count: number): ClientJudgement {
  const pings = Array.from({ length: count }, (_, index) => `89 01 0${index}`);
  const expected = `pong 0${count - 1}, perhaps behind others in their order`;
  return serves([`${pings.join(' ')} 81 01 61`], expected, {}, async (talk) => {
    const happened: string[] = [];
    while (happened.length <= count && happened.at(-1) !== text('a')) {
      happened.push(await talk.next());
    }
    const pongs = happened.filter((happening) => happening.startsWith('pong'));
    const isInOrder = listed(pongs) === listed([...pongs].sort());
    const isRight = isInOrder && pongs.at(-1) === `pong 0${count - 1}`;
    return finding(isRight, expected, listed(happened));
  });
}
