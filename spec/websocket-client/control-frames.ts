/**
 * Ping, Pong, and what all control frames have in common.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-5.5 | RFC 6455 §5.5}
 * @module
 */

import { finding } from '../probe.ts';
import { controlFramesOf } from '../rfc6455/control-frames.ts';
import { listed } from '../websocket-role.ts';
import { serverFrame, text } from '../websocket-wire.ts';
import { CLIENT, fails, happens, serves, told } from './judgements.ts';
import { type ClientJudgement, type ClientProbe, clientProbes } from './subject.ts';

export const controlFrames: readonly ClientProbe[] = clientProbes(controlFramesOf(CLIENT), {
  '6455-5.5-1': {
    'fails on a Ping of 126 octets': fails([1002], serverFrame(0x89, Buffer.alloc(126))),
    'fails on a Close of 126 octets': fails([1002], serverFrame(0x88, Buffer.alloc(126, 3))),
    'sends no control frame of more than 125 octets': CLIENT.sendsWell(
      '6455-5.5-1',
      'short control frames',
    ),
    'sends no Ping of 126 octets even when its application asks for it': sendsShortPing(126),
  },
  '6455-5.5.2-4': {
    'takes a Ping in the segment of the answer': happens([], ['pong'], { early: '89 00' }),
    'takes a Ping between messages': inAnyOrder(
      ['81 01 61', '89 00', '81 01 62'],
      [text('a'), 'pong', text('b')],
    ),
  },
  '6455-5.5.3-2': {
    'answers the last of ten Pings, whichever others it answers': answersLastOf(10),
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

/** Told to send a Ping, it may refuse, send a shorter one, or fail, but not send this one. */
function sendsShortPing(length: number): ClientJudgement {
  const expected = `anything but a Ping of ${length} octets`;
  return told(`ping ${length}`, expected, async (talk, first) => {
    const isShort = talk.frames.every(({ payload }) => payload.length <= 125);
    return finding(isShort && first !== 'silence', expected, first);
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
