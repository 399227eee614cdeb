/**
 * The closing handshake, whoever begins it, the end of the TCP connection, and what comes after.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-7.1 | RFC 6455 §5.5.1, §7}
 * @module
 */

import { finding, notApplicable, offer, type Probe } from '../probe.ts';
import { type Conclusion, isFailed, listed } from '../websocket-judgements.ts';
import { binary, type Happening, type Segment, text } from '../websocket-wire.ts';
import { ends, FENCE, fails, type ServedTalk, serverFrame, serves, told } from './judgements.ts';
import { type ClientJudgement, clientProbes, type WebSocketClientSubject } from './subject.ts';

const CLOSE = '88 02 03e8';
const WAITS = 'a connection that stays open as long as the server keeps it';

/** How soon is at once, in milliseconds, for a client that comes back. */
const AT_ONCE = 20;

/** How often a client that comes back is sent away, to see how long it stays. */
const ROUNDS = 4;

const ONE_CLOSE = 'one Close frame, then the end';

export const closing: readonly Probe<WebSocketClientSubject>[] = clientProbes({
  '6455-5.5.1-1': {
    'takes a Close without a code': closes('88 00'),
  },
  '6455-5.5.1-2': {
    'fails on a Close with half a code': fails([1002], '88 01 03'),
  },
  '6455-5.5.1-3': {
    'takes a Close with a reason': closes('88 04 03e8 6f6b'),
    'takes the longest reason there is': closes(
      serverFrame(0x88, Buffer.concat([Buffer.of(0x03, 0xe8), Buffer.alloc(123, 'r')])),
    ),
  },
  '6455-5.5.1-4': {
    'fails on a reason that is not UTF-8': fails([1007, 1002], '88 04 03e8 fffe'),
    'fails on a reason whose last character is cut': fails([1007, 1002], '88 03 03e8 c3'),
  },
  '6455-5.5.1-6': {
    'sends no message behind its Close, whatever else came in the same segment': ends(
      [`81 01 61 ${CLOSE} 81 01 62 89 00`],
      'nothing behind the Close frame',
      ({ code, after }) => code !== undefined && after.length === 0,
    ),
    'sends no message behind its Close when its application goes on sending': floods(),
  },
  '6455-5.5.1-7': {
    'answers a Close with one Close': closes(CLOSE),
    'answers two Closes with one': closes(`${CLOSE} ${CLOSE}`),
  },
  '6455-5.5.1-8': {
    'answers a Close soon': answersSoon(),
  },
  '6455-5.5.1-9': {
    'may complete the message that it is sending before it answers a Close': completesMessage(),
  },
  '6455-5.5.1-10': {
    'echoes the code of a Close': ends(['88 02 0fa0'], 'Close 4000, then the end', (conclusion) =>
      isFailed(conclusion, [4000]),
    ),
  },
  '6455-5.5.1-11': {
    'closes the TCP connection behind both Closes': closes(CLOSE),
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
      async (talk, { patience }) => {
        const happened = await talk.toEndAsServer(patience);
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
  '6455-7.1.2-2': {
    'closes the connection when it has sent and received a Close': closes('88 02 03e9'),
  },
  '6455-7.1.7-1': {
    'closes TCP when it fails the connection for its frames': fails([1002], '8f 00'),
    'closes TCP when it fails the connection for its text': fails([1007], '81 01 ff'),
  },
  '6455-7.1.7-7': {
    'reads nothing behind a reserved opcode': fails([1002], '83 00 81 05 48656c6c6f 89 00'),
    'reads nothing behind a text that is not UTF-8': fails([1007], '81 01 ff 89 00 81 00'),
    'does not answer a Close behind a fault': fails([1002], '83 00 88 02 0fa0'),
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
function closes(...segments: readonly Segment[]): ClientJudgement {
  return ends(segments, ONE_CLOSE, isClosed);
}

function isClosed({ before, code, after, ending }: Conclusion): boolean {
  return before.length + after.length === 0 && code !== undefined && ending !== 'silence';
}

function isEnd(happening: Happening): boolean {
  return happening === 'fin' || happening === 'reset';
}

/** Told so, the client ends the connection, with exactly this before the end. A Close may have a reason. */
function concludes(words: string, happenings: readonly Happening[]): ClientJudgement {
  const expected = listed([...happenings, 'the end']);
  return told(words, expected, async (talk, first, { patience }) => {
    if (first.startsWith('close')) {
      await talk.send(CLOSE);
      talk.wire.end();
    }
    const happened = isEnd(first) ? [first] : [first, ...(await talk.toEndAsServer(patience))];
    const isExpected =
      happened.length === happenings.length + 1 &&
      happenings.every((one, i) => happened[i] === one || happened[i]!.startsWith(`${one} "`));
    return finding(isExpected && isEnd(happened.at(-1)!), expected, listed(happened));
  });
}

/** The application floods the connection, and gets a Close in the midst of it. */
function floods(): ClientJudgement {
  const expected = 'nothing behind the Close frame';
  return told('flood 10000', expected, async (talk, first, { patience }) => {
    if (first !== text('flood')) return finding(false, expected, first);
    await talk.send(CLOSE);
    const happened = await talk.toEndAsServer(patience);
    const at = happened.findIndex((happening) => happening.startsWith('close'));
    const isOver = at !== -1 && at === happened.length - 2;
    return finding(isOver, expected, listed(happened.slice(Math.max(0, at))));
  });
}

function answersSoon(): ClientJudgement {
  const expected = 'a Close frame soon';
  return serves([CLOSE], expected, {}, async (talk, { timeout }) => {
    const began = performance.now();
    const happening = await talk.next();
    const took = performance.now() - began;
    // A second, where there are five for all else.
    const isSoon = happening.startsWith('close') && took < timeout / 5;
    return finding(isSoon, expected, `${happening} after ${Math.round(took)} ms`);
  });
}

/** A message of 1 MiB to send back, the Close directly behind it. */
function completesMessage(): ClientJudgement {
  const payload = Buffer.alloc(2 ** 20, 'a');
  const octets = Buffer.concat([serverFrame(0x82, payload), Buffer.of(0x88, 2, 3, 0xe8)]);
  const expected = 'the message before the Close frame, or not';
  return serves([octets], expected, {}, async (talk) => {
    const first = await talk.next();
    return offer(first === binary(payload), expected, first);
  });
}

/** Both have sent their Close: the client does not end the connection before the server does. */
async function waitsForServer(talk: ServedTalk, subject: WebSocketClientSubject) {
  const happening = await talk.next();
  const isAnswered = happening.startsWith('close');
  const isOpen = isAnswered && (await staysOpen(talk, subject));
  return finding(isOpen, WAITS, `${happening}, ${talk.wire.ending}`);
}

function staysOpen(talk: ServedTalk, { patience }: WebSocketClientSubject): Promise<boolean> {
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
