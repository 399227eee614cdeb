/**
 * Ping, Pong, and what all control frames have in common.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-5.5 | RFC 6455 §5.5}
 * @module
 */

import { finding, type Probe } from '../probe.ts';
import {
  converses,
  fails,
  happens,
  type Judgement,
  SERVER,
  sendsWell,
  serverProbes,
} from '../websocket-judgements.ts';
import { command, REFLECTOR } from '../websocket-reflector.ts';
import { type JudgementOf, listed, type Role, type TableOf } from '../websocket-role.ts';
import { clientFrame, fragmented, text } from '../websocket-wire.ts';

/** What would be a good Close but for its length. */
const CLOSE_OF_126 = Buffer.concat([Buffer.of(0x03, 0xe8), Buffer.alloc(124, 'r')]);

export const controlFrames: readonly Probe[] = serverProbes(controlFramesOf(SERVER), {
  '6455-5.5-1': {
    'fails on a Ping of 126 octets': fails([1002], clientFrame(0x89, Buffer.alloc(126))),
    'fails on a Close of 126 octets': fails([1002], clientFrame(0x88, CLOSE_OF_126)),
    'sends no control frame of more than 125 octets': sendsWell(
      '6455-5.5-1',
      'short control frames',
    ),
    'sends no Ping of 126 octets even when its application asks for it': sendsShortPing(126),
  },
  '6455-5.5.2-2': {
    'answers a Ping between each two frames of a message': pingsBetween('Hello, world'),
    'answers Pings behind Pongs that nobody asked for': happens(
      ['8a 82 k 6869 89 81 k 61 8a 80 k 89 81 k 62'],
      ['pong 61', 'pong 62'],
    ),
  },
  '6455-5.5.2-4': {
    'takes a Ping before anything else': happens(['89 80 k'], ['pong']),
    'takes a Ping between messages': pingBetween(['a', 'b']),
  },
  '6455-5.5.3-1': {
    'returns the octets of a Ping of every length': returnsEveryLength(),
  },
  '6455-5.5.3-2': {
    'answers the last of ten Pings, whichever others it answers': answersLastOf(10),
  },
});

/** What is asked of both roles. */
export function controlFramesOf<Peer>(role: Role<Peer>): TableOf<Peer> {
  const { fails, happens, sendsWell } = role;
  return {
    '6455-5.5-2': {
      'fails on a fragmented Close': fails([1002], '08 80 k'),
      'fails on a fragmented Ping': fails([1002], '09 80 k'),
      'fails on a fragmented Pong': fails([1002], '0a 80 k'),
      'sends no control frame in fragments': sendsWell('6455-5.5-2', 'whole control frames'),
    },
    '6455-5.5.2-1': {
      'takes a Ping that carries octets': happens(['89 84 k 70696e67'], ['pong 70696e67']),
    },
    '6455-5.5.2-2': {
      'answers a Ping with a Pong': happens(['89 80 k'], ['pong']),
      'answers a Ping that comes in pieces': happens(['89', '82 k', '68', '69'], ['pong 6869']),
    },
    '6455-5.5.2-3': {
      'answers a Ping while the frames of a long message come': answersAmidst(role),
    },
    '6455-5.5.3-1': Object.fromEntries(
      [0, 1, 125].map((length) => [
        `returns the ${length} octets of a Ping`,
        returnsOctets(role, length),
      ]),
    ),
    '6455-5.5.3-3': {
      'takes a Pong that nobody asked for': happens(['8a 80 k', '8a 82 k 6869'], []),
    },
    '6455-6.2-2': {
      'acts on control frames as section 5.5 says': happens(
        ['89 81 k 61', '8a 81 k 62'],
        ['pong 61'],
      ),
    },
  };
}

/** Octets that are not UTF-8 either. */
function returnsOctets<Peer>({ frame, happens }: Role<Peer>, length: number): JudgementOf<Peer> {
  const payload = Buffer.alloc(length, 0xff);
  return happens([frame(0x89, payload)], [`pong ${payload.toString('hex')}`.trimEnd()]);
}

/** One Ping after the other, each sent when the Pong before has come, as not every Ping need be answered. */
function returnsEveryLength(): Judgement {
  const expected = 'the octets of each Ping in its Pong';
  return converses([], expected, {}, async (conversation) => {
    for (let length = 0; length <= 125; length++) {
      const payload = Buffer.from(Array.from({ length }, (_, index) => 0xff - index));
      await conversation.send(clientFrame(0x89, payload));
      const happened = await conversation.next();
      const isReturned = happened === `pong ${payload.toString('hex')}`.trimEnd();
      if (!isReturned) return finding(false, expected, `${happened} for ${length} octets`);
    }
    return finding(true, expected, 'all 126 lengths returned');
  });
}

/** An application may take its time to send texts back, so that the Pong may come before any of them. */
function pingBetween([first, second]: readonly [string, string]): Judgement {
  const texts = [first, second].map((content) => clientFrame(0x81, Buffer.from(content)));
  const segments = [texts[0]!, '89 80 k', texts[1]!];
  const expected = `${listed([text(first), text(second)])}, and a pong`;
  return converses(segments, expected, {}, async (conversation) => {
    const happened = await conversation.take(3);
    const others = happened.filter((happening) => happening !== 'pong');
    const isInOrder = listed(others) === listed([text(first), text(second)]);
    return finding(isInOrder && happened.includes('pong'), expected, listed(happened));
  });
}

/** A text in frames of one octet, with a Ping behind each but the last. */
function pingsBetween(content: string): Judgement {
  const octets = Array.from(Buffer.from(content));
  const payloads = octets.map((octet) => Buffer.of(octet));
  const pieces = fragmented(0x01, payloads).map((fragment, index) => {
    const isLast = index === octets.length - 1;
    const ping = clientFrame(0x89, Buffer.of(index));
    return { frames: isLast ? fragment : Buffer.concat([fragment, ping]), index, isLast };
  });
  const expected = 'each Pong at once, and the text behind them';
  return converses([], expected, {}, async (conversation) => {
    for (const { frames, index, isLast } of pieces) {
      await conversation.send(frames);
      const happened = await conversation.next();
      const wanted = isLast ? text(content) : `pong ${Buffer.of(index).toString('hex')}`;
      if (happened !== wanted) return finding(false, wanted, happened);
    }
    return finding(true, expected, expected);
  });
}

/** Asks the reflector for a Ping: it may refuse, send a shorter one, or fail, but not send this one. */
function sendsShortPing(length: number): Judgement {
  const expected = `anything but a Ping of ${length} octets`;
  return converses([command(`ping ${length}`)], expected, REFLECTOR, async (conversation) => {
    const happened = await conversation.take(1);
    const isShort = conversation.frames.every(({ payload }) => payload.length <= 125);
    return finding(isShort && happened[0] !== 'silence', expected, listed(happened));
  });
}

/** A Ping inside a message of many frames, whose second half is sent when the Pong has come. */
function answersAmidst<Peer>({ converses, frame }: Role<Peer>): JudgementOf<Peer> {
  const piece = Buffer.alloc(1_000, 'a');
  const half = Buffer.concat(Array.from({ length: 50 }, () => frame(0x00, piece)));
  const begun = [frame(0x01, piece), half, '89 82 k 6869'];
  return converses(begun, 'pong 6869', {}, async (talk) => {
    const happened = await talk.take(1);
    await talk.send(half, frame(0x80, Buffer.of()));
    return finding(listed(happened) === 'pong 6869', 'pong 6869', listed(happened));
  });
}

/** Pongs come in the order of their Pings; some may be left out, but not the last. */
function answersLastOf(count: number): Judgement {
  const pings = Array.from({ length: count }, (_, index) => clientFrame(0x89, Buffer.of(index)));
  const expected = `pongs in order, the last of them pong 0${count - 1}`;
  return converses([Buffer.concat(pings)], expected, {}, async (conversation) => {
    const happened = [await conversation.next()];
    while (/^pong/.test(happened.at(-1)!) && happened.at(-1) !== `pong 0${count - 1}`) {
      happened.push(await conversation.next());
    }
    const isInOrder = happened.every((pong, i) => i === 0 || happened[i - 1]! < pong);
    const isAnswered = happened.at(-1) === `pong 0${count - 1}`;
    return finding(isInOrder && isAnswered, expected, listed(happened));
  });
}
