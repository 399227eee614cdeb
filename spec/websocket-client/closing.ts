/**
 * The closing handshake, whoever begins it, the end of the TCP connection, and what comes after.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-7.1 | RFC 6455 §5.5.1, §7}
 * @module
 */

import { finding, notApplicable, offer } from '../probe.ts';
import { closingOf } from '../rfc6455/closing.ts';
import { type Conclusion, isEnd, listed } from '../websocket-role.ts';
import { type Happening, type Segment, serverFrame, type Talk, text } from '../websocket-wire.ts';
import { CLIENT, ends, FENCE, fails, serves, told } from './judgements.ts';
import {
  type ClientJudgement,
  type ClientProbe,
  clientProbes,
  type WebSocketClientSubject,
} from './subject.ts';

const CLOSE = '88 02 03e8';
const WAITS = 'a connection that stays open as long as the server keeps it';

/** How soon is at once, in milliseconds, for a client that comes back. */
const AT_ONCE = 20;

/** How often a client that comes back is sent away, to see how long it stays. */
const ROUNDS = 4;

const ONE_CLOSE = 'one Close frame, then the end';

export const closing: readonly ClientProbe[] = clientProbes(closingOf(CLIENT, closes), {
  '6455-5.5.1-6': {
    'sends no message behind its Close when its application goes on sending': floods(),
  },
  '6455-5.5.1-13': {
    'leaves it to the server to close TCP first': serves([CLOSE], WAITS, {}, waitsForServer),
  },
  '6455-5.5.1-14': {
    'may close TCP by itself when the server does not': mayLeave(),
  },
  '6455-5.5.1-15': {
    'sends one Close when both sides send theirs at the same time': serves(
      [Buffer.concat([serverFrame(0x81, Buffer.from('close 1000')), Buffer.of(0x88, 2, 3, 0xe8)])],
      ONE_CLOSE,
      {},
      async (talk) => {
        const happened = await talk.toEnd();
        if (happened[0] === text('close 1000')) return doesNot('close 1000', ONE_CLOSE);
        const closed = happened.filter((happening) => happening.startsWith('close'));
        const isOver = closed.length === 1 && happened.length === 2 && isEnd(happened[1]!);
        return finding(isOver, ONE_CLOSE, listed(happened));
      },
    ),
  },
  '6455-6.1-1': {
    'sends nothing behind its Close, even when its application does': concludes('close-then-send', [
      'close 1000',
    ]),
  },
  '6455-7.1.1-1': {
    'ends with a FIN, even when octets came behind the Close': ends(
      [`${CLOSE} 00112233445566778899`],
      'one Close frame, then FIN',
      (conclusion) => isClosed(conclusion) && conclusion.ending === 'fin',
    ),
  },
  '6455-7.1.1-5': {
    'waits for the server to close TCP when it is told to close': told(
      'close 1000',
      WAITS,
      async (talk, first, subject) => {
        if (!first.startsWith('close')) return finding(false, WAITS, first);
        await talk.send(CLOSE);
        return finding(await staysOpen(talk, subject), WAITS, `${first}, ${talk.wire.ending}`);
      },
    ),
  },
  '6455-7.1.1-6': {
    'may close TCP by itself after some time': mayLeave(),
  },
  '6455-7.1.2-1': {
    'begins the closing handshake with the code and reason of its application': concludes(
      'close 4001 bye',
      ['close 4001 "bye"'],
    ),
  },
  '6455-7.1.7-1': {
    'closes TCP when it fails the connection for its frames': fails([1002], '8f 00'),
    'closes TCP when it fails the connection for its text': fails([1007], '81 01 ff'),
  },
  '6455-7.1.7-8': {
    'keeps a connection on which nothing happens': stays(),
  },
  '6455-7.2.1-2': {
    'closes its side when the server leaves without a Close': serves(
      [],
      'the end',
      {},
      async (talk) => {
        talk.wire.end();
        const happening = await talk.next();
        const isOver = isEnd(happening) || happening.startsWith('close');
        return finding(isOver, 'the end', happening);
      },
    ),
  },
  '6455-7.2.1-3': {
    'closes only when it has a reason to': stays(),
  },
  '6455-7.2.3-1': {
    'comes back later each time, where it does': comesBack(
      'growing delays',
      (delays) =>
        delays.slice(1).every((delay, i) => delay > delays[i]! / 2) && delays.at(-1)! > delays[0]!,
    ),
  },
  '6455-7.2.3-2': {
    'does not come back at once, where it does': comesBack(
      'a delay first',
      (delays) => Math.min(...delays) > AT_ONCE,
    ),
  },
  '6455-7.2.3-4': {
    'doubles or so the delay before it comes back': comesBack(
      'delays that grow by much',
      (delays) => delays.at(-1)! > 1.5 * delays[0]!,
    ),
  },
  '6455-7.3-2': {
    'does not close by itself': stays(),
  },
  '6455-7.4-1': {
    'may give a reason for closing': told(
      'close 1000 done',
      'a Close with a reason, or without',
      async (_, first) =>
        offer(first === 'close 1000 "done"', 'a Close with a reason, or without', first),
    ),
  },
});

/** The client answers with one Close frame, and nothing but that. */
function closes(segment: Segment): ClientJudgement {
  return ends([segment], ONE_CLOSE, isClosed);
}

function isClosed({ before, code, after, ending }: Conclusion): boolean {
  return before.length + after.length === 0 && code !== undefined && ending !== 'silence';
}

/** Told so, the client ends the connection, with exactly this before the end. A Close may have a reason. */
function concludes(words: string, happenings: readonly Happening[]): ClientJudgement {
  const expected = listed([...happenings, 'the end']);
  return told(words, expected, async (talk, first) => {
    if (first.startsWith('close')) {
      await talk.send(CLOSE);
      talk.wire.end();
    }
    const happened = isEnd(first) ? [first] : [first, ...(await talk.toEnd())];
    const isExpected =
      happened.length === happenings.length + 1 &&
      happenings.every((one, i) => happened[i] === one || happened[i]!.startsWith(`${one} "`));
    return finding(isExpected && isEnd(happened.at(-1)!), expected, listed(happened));
  });
}

/** The application floods the connection, and gets a Close in the midst of it. */
function floods(): ClientJudgement {
  const expected = 'nothing behind the Close frame';
  return told('flood 10000', expected, async (talk, first) => {
    if (first !== text('flood')) return finding(false, expected, first);
    await talk.send(CLOSE);
    const happened = await talk.toEnd();
    const at = happened.findIndex((happening) => happening.startsWith('close'));
    const isOver = at !== -1 && at === happened.length - 2;
    return finding(isOver, expected, listed(happened.slice(Math.max(0, at))));
  });
}

/** Both have sent their Close: the client does not end the connection before the server does. */
async function waitsForServer(talk: Talk, subject: WebSocketClientSubject) {
  const happening = await talk.next();
  const isAnswered = happening.startsWith('close');
  const isOpen = isAnswered && (await staysOpen(talk, subject));
  return finding(isOpen, WAITS, `${happening}, ${talk.wire.ending}`);
}

function staysOpen(talk: Talk, { patience }: WebSocketClientSubject): Promise<boolean> {
  return talk.wire.isQuiet(2 * patience);
}

/** Whether the client closes TCP when the server has answered, but does not. */
function mayLeave(): ClientJudgement {
  const expected = 'the end of the connection in time, or not';
  return serves([CLOSE], expected, {}, async (talk) => {
    const happening = await talk.next();
    await talk.wire.readToEnd();
    return offer(talk.wire.ending !== 'open', expected, `${happening}, ${talk.wire.ending}`);
  });
}

/** Nothing happens on the connection, and then a message comes back. */
function stays(): ClientJudgement {
  const expected = 'nothing, and then the message';
  return serves([], expected, {}, async (talk, { patience }) => {
    const isQuiet = await talk.wire.isQuiet(4 * patience);
    await talk.send(FENCE);
    const happening = await talk.next();
    return finding(isQuiet && happening === text('fence'), expected, happening);
  });
}

/** The client is let in and cut off again and again: how long it stays away, in milliseconds. */
function comesBack(
  expected: string,
  holds: (delays: readonly number[]) => boolean,
): ClientJudgement {
  return serves([FENCE], expected, {}, async (talk, { server }) => {
    await talk.next();
    const delays: number[] = [];
    let { wire } = talk;
    for (let round = 0; round < ROUNDS; round++) {
      const left = Date.now();
      wire.reset();
      const visit = await server.next();
      if (visit === undefined) return notApplicable(expected, 'it does not come back in time');
      delays.push(visit.at - left);
      wire = visit.wire;
    }
    return finding(holds(delays), expected, `${delays.join(', ')} ms`);
  });
}

function doesNot(words: string, expected: string) {
  return notApplicable(expected, `told "${words}", it sends that back`);
}
