/**
 * The closing handshake, when the client begins it, and the end of the TCP connection.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-7.1 | RFC 6455 §5.5.1, §7.1}
 * @module
 */

import { eachOf } from '../each-of.ts';
import { finding, offer, type Probe } from '../probe.ts';
import {
  converses,
  ends,
  fails,
  type Judgement,
  SERVER,
  serverProbes,
} from '../websocket-judgements.ts';
import { command, REFLECTOR } from '../websocket-reflector.ts';
import {
  type Conclusion,
  isEnd,
  isFailed,
  type JudgementOf,
  type Role,
  type TableOf,
} from '../websocket-role.ts';
import { binary, clientFrame, type Segment } from '../websocket-wire.ts';
import { everyReason } from './ill-formed.ts';

const ONE_CLOSE = 'one Close frame that finds no fault, then the end';

export const closing: readonly Probe[] = serverProbes(closingOf(SERVER, closes), {
  '6455-5.5.1-3': {
    'takes a reason of every length, of any characters': takesReasons(),
  },
  '6455-5.5.1-4': {
    'fails on a reason with any kind of what is not UTF-8': everyReason(),
  },
  '6455-5.5.1-6': {
    'sends no message behind its Close when its application goes on sending': ends(
      [command('flood'), '88 82 k 03e8'],
      'nothing behind the Close frame',
      ({ code, after }) => code !== undefined && after.length === 0,
      REFLECTOR,
    ),
  },
  '6455-5.5.1-7': {
    'answers a Close inside a message that is never completed': closes(
      '01 83 k 48656c 88 82 k 03e8 80 82 k 6c6f',
    ),
  },
  '6455-5.5.1-12': {
    'closes the TCP connection at once behind both Closes': endsSoon('88 82 k 03e8'),
  },
  '6455-7.1.1-1': {
    'ends with a FIN, even when octets came behind the Close': ends(
      ['88 82 k 03e8 00112233445566778899'],
      'one Close frame, then FIN',
      (conclusion) => isClosed(conclusion, 1000) && conclusion.ending === 'fin',
    ),
  },
  '6455-7.1.1-3': {
    'closes TCP first, without waiting for the client': endsSoon('88 82 k 03e8'),
  },
  '6455-7.1.1-4': {
    'begins to close TCP as soon as it is to': endsSoon('88 80 k'),
  },
  '6455-7.1.7-3': {
    'closes TCP when it fails the connection for its frames': fails([1002], '8f 80 k'),
    'closes TCP when it fails the connection for its text': fails([1007], '81 81 k ff'),
  },
});

/** A peer that is waited for so many milliseconds. */
interface Waiting {
  readonly timeout: number;
}

/** What is asked of both roles, where the peer `closes` as it should in answer to a Close. */
export function closingOf<Peer extends Waiting>(
  role: Role<Peer>,
  closes: (segment: Segment, code?: number) => JudgementOf<Peer>,
): TableOf<Peer> {
  const { ends, fails, frame } = role;
  return {
    '6455-5.5.1-1': {
      'takes a Close without a code': closes('88 80 k'),
    },
    '6455-5.5.1-2': {
      'fails on a Close with half a code': fails([1002], '88 81 k 03'),
    },
    '6455-5.5.1-3': {
      'takes a Close with a reason': closes('88 84 k 03e8 6f6b'),
      'takes the longest reason there is': closes(
        frame(0x88, Buffer.concat([Buffer.of(0x03, 0xe8), Buffer.alloc(123, 'r')])),
      ),
    },
    '6455-5.5.1-4': {
      'fails on a reason that is not UTF-8': fails([1007, 1002], '88 84 k 03e8 fffe'),
      'fails on a reason whose last character is cut': fails([1007, 1002], '88 83 k 03e8 c3'),
    },
    '6455-5.5.1-6': {
      'sends no message behind its Close, whatever else came in the same segment': ends(
        ['81 81 k 61 88 82 k 03e8 81 81 k 62 89 80 k'],
        'nothing behind the Close frame',
        ({ code, after }) => code !== undefined && after.length === 0,
      ),
    },
    '6455-5.5.1-7': {
      'answers a Close with one Close': closes('88 82 k 03e8'),
      'answers two Closes with one': closes('88 82 k 03e8 88 82 k 03e8'),
    },
    '6455-5.5.1-8': {
      'answers a Close soon': answersSoon(role),
    },
    '6455-5.5.1-9': {
      'may complete the message that it is sending before it answers a Close':
        completesMessage(role),
    },
    '6455-5.5.1-10': {
      'echoes the code of a Close': ends(
        ['88 82 k 0fa0'],
        'Close 4000, then the end',
        (conclusion) => isFailed(conclusion, [4000]),
      ),
    },
    '6455-5.5.1-11': {
      'closes the TCP connection behind both Closes': closes('88 82 k 03e8'),
    },
    '6455-7.1.2-2': {
      'closes the connection when it has sent and received a Close': closes('88 82 k 03e9', 1001),
    },
    '6455-7.1.7-7': {
      'reads nothing behind a reserved opcode': fails([1002], '83 80 k 81 85 k 48656c6c6f 89 80 k'),
      'reads nothing behind a text that is not UTF-8': fails([1007], '81 81 k ff 89 80 k 81 80 k'),
      'does not answer a Close behind a fault': fails([1002], '83 80 k 88 82 k 0fa0'),
    },
  };
}

/** The server answers a Close that says `code` with one Close frame, and nothing but that. */
function closes(segment: Segment, code = 1000): Judgement {
  return ends([segment], ONE_CLOSE, (conclusion) => isClosed(conclusion, code));
}

/** Reasons of 1 to 123 octets, of characters of each length. */
function takesReasons(): Judgement {
  const characters = ['r', '\u00df', '\u20ac', '\u{1f604}', '\uffff'];
  return eachOf('a Close with a reason of each length from 1 to 123', () =>
    Array.from({ length: 123 }, (_, index) => {
      const length = index + 1;
      const character = characters[index % characters.length]!;
      const fitting = character.repeat(length / Buffer.byteLength(character));
      const reason = fitting + 'r'.repeat(length - Buffer.byteLength(fitting));
      const payload = Buffer.concat([Buffer.of(0x03, 0xe8), Buffer.from(reason)]);
      return [`${length} octets`, closes(clientFrame(0x88, payload))];
    }),
  );
}

/** Whether the Close was taken for one: the answer has its code, or none, or says that all is well. */
function isClosed(conclusion: Conclusion, code: number): boolean {
  return isFailed(conclusion, [code, 1000, 1005]);
}

function answersSoon<Peer extends Waiting>({ converses }: Role<Peer>): JudgementOf<Peer> {
  const expected = 'a Close frame soon';
  return converses(['88 82 k 03e8'], expected, {}, async (talk, peer) => {
    const began = performance.now();
    const happening = await talk.next();
    const took = performance.now() - began;
    const isSoon = happening.startsWith('close') && took < soon(peer);
    return finding(isSoon, expected, `${happening} after ${Math.round(took)} ms`);
  });
}

/** The end of the connection follows soon upon the Close, with nothing sent by the client in between. */
function endsSoon(segment: string): Judgement {
  const expected = 'a Close frame, and the end soon upon it';
  return converses([segment], expected, {}, async (conversation, subject) => {
    const close = await conversation.next();
    const began = performance.now();
    const ending = await conversation.next();
    const took = performance.now() - began;
    const isSoon = isEnd(ending) && took < soon(subject);
    const received = `${close}, ${ending} after ${Math.round(took)} ms`;
    return finding(close.startsWith('close') && isSoon, expected, received);
  });
}

/** How many milliseconds are soon, for what needs no work: 1,000 when the peer has 5,000 for all else. */
function soon({ timeout }: Waiting): number {
  return timeout / 5;
}

/** A message of 1 MiB to send back, the Close directly behind it. */
function completesMessage<Peer>({ converses, frame }: Role<Peer>): JudgementOf<Peer> {
  const payload = Buffer.alloc(2 ** 20, 'a');
  const close = frame(0x88, Buffer.of(0x03, 0xe8));
  const expected = 'the message before the Close frame, or not';
  const segments = [Buffer.concat([frame(0x82, payload), close])];
  return converses(segments, expected, {}, async (talk) => {
    const first = await talk.next();
    return offer(first === binary(payload), expected, first);
  });
}
