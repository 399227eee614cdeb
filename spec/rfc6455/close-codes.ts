/**
 * Close codes: those that may be sent, those that may not, and those that say why the server fails.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-7.4 | RFC 6455 §7.4}
 * @module
 */

import { eachOf } from '../each-of.ts';
import { offer, type Probe } from '../probe.ts';
import { converses, type Judgement, SERVER, serverProbes } from '../websocket-judgements.ts';
import { concludes, never } from '../websocket-reflector.ts';
import {
  conclude,
  isFailed,
  type JudgementOf,
  listed,
  type Role,
  type TableOf,
} from '../websocket-role.ts';
import type { Segment } from '../websocket-wire.ts';

/** The codes of the standard itself that may be sent. */
const DEFINED = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011];

const REASON = 'bye, Grüße';

export const closeCodes: readonly Probe[] = serverProbes(closeCodesOf(SERVER, DEFINED), {
  '6455-7.4.1-1': {
    'takes each of them with a reason': allCodes(DEFINED, (code) => takes(SERVER, code, REASON)),
  },
  '6455-7.4.1-3': {
    'says 1011 for a fault of its application': concludes('fail', ['close 1011']),
  },
  '6455-7.4.1-4': forbidden(1005),
  '6455-7.4.1-5': forbidden(1006),
  '6455-7.4.1-6': forbidden(1015),
  '6455-7.4.2-1': {
    ...forbidden(999),
    'fails on codes of every kind below 1000, with a reason': allCodes(
      [0, 1, 2, 3, 100, 127, 232, 255, 256, 404, 512, 768, 999],
      (code) => failsOn(SERVER, code, REASON),
    ),
  },
  '6455-7.4.2-2': {
    'fails on codes of every kind that are kept for later, with a reason': allCodes(
      [1004, 1016, 1017, 1023, 1024, 1099, 1999, 2000, 2047, 2048, 2998, 2999],
      (code) => failsOn(SERVER, code, REASON),
    ),
    'may take the codes that were registered since': mayTake([1012, 1013, 1014]),
  },
  '6455-7.4.2-3': {
    'takes codes of every kind from 3000 to 4999, with a reason': allCodes(
      [3000, 3001, 3008, 3071, 3072, 3500, 3998, 3999, 4000, 4001, 4095, 4096, 4500, 4998, 4999],
      (code) => takes(SERVER, code, REASON),
    ),
    'fails on codes of every kind above 4999, with a reason': allCodes(
      [5000, 5001, 8191, 8192, 9999, 32_767, 32_768, 65_534, 65_535],
      (code) => failsOn(SERVER, code, REASON),
    ),
  },
});

/** What is asked of both roles. `defined` are the codes of the standard itself that may be sent to the peer. */
export function closeCodesOf<Peer>(role: Role<Peer>, defined: readonly number[]): TableOf<Peer> {
  const { failsWith } = role;
  const failsOnEach = (codes: readonly number[]) =>
    Object.fromEntries(codes.map((code) => [`fails on code ${code}`, failsOn(role, code)]));
  const takesEach = (codes: readonly number[]) =>
    Object.fromEntries(codes.map((code) => [`takes code ${code}`, takes(role, code)]));
  return {
    '6455-7.1.7-5': {
      'says 1002 before it closes for a reserved opcode': failsWith([1002], '83 80 k'),
      'says 1007 before it closes for a text that is not UTF-8': failsWith([1007], '81 81 k ff'),
      'says why before it closes for a frame that is too big': failsWith(
        [1009, 1002],
        '82 ff 0000010000000000 k',
      ),
    },
    '6455-7.4.1-1': takesEach(defined),
    '6455-7.4.1-3': {
      'says 1007 for a text that is not UTF-8': failsWith([1007], '81 83 k eda080'),
      'says 1009 for a message that is too big': failsWith([1009], '81 ff 0000010000000000 k'),
    },
    '6455-7.4.1-4': failsOnEach([1005]),
    '6455-7.4.1-5': failsOnEach([1006]),
    '6455-7.4.1-6': failsOnEach([1015]),
    '6455-7.4.2-1': failsOnEach([0, 1, 500, 999]),
    '6455-7.4.2-2': failsOnEach([1004, 1016, 1100, 2000, 2999]),
    '6455-7.4.2-3': {
      ...takesEach([3000, 3999, 4000, 4999]),
      ...failsOnEach([5000, 65_535]),
    },
  };
}

/** The same judgement of each code. */
function allCodes(codes: readonly number[], judge: (code: number) => Judgement): Judgement {
  return eachOf(`a Close with each of the codes ${codes.join(', ')}`, () =>
    codes.map((code) => [`code ${code}`, judge(code)]),
  );
}

/** The codes are taken, or failed on with 1002: the list of what is registered has grown. */
function mayTake(codes: readonly number[]): Judgement {
  const expected = `${codes.join(', ')} taken, or failed on`;
  const judgements = codes.map((code) =>
    converses([closeFrame(SERVER, code)], expected, {}, async (conversation) => {
      const happened = await conversation.toEnd();
      const conclusion = conclude(happened);
      if (!isFailed(conclusion, [code, 1000, 1002, 1005, undefined])) {
        return { verdict: 'fail', expected, received: listed(happened) };
      }
      return offer(isFailed(conclusion, [code, 1000, 1005]), expected, listed(happened));
    }),
  );
  return {
    sends: judgements.map(({ sends }) => sends).join(', or '),
    judge: async (subject) => {
      const findings = await Promise.all(judgements.map(({ judge }) => judge(subject)));
      const otherwise = findings.filter(({ verdict }) => verdict !== 'offered');
      return otherwise.find(({ verdict }) => verdict === 'fail') ?? otherwise[0] ?? findings[0]!;
    },
  };
}

/** The code is not sent. */
function forbidden(code: number): Record<string, Judgement> {
  return {
    [`never sends code ${code}, even when told to`]: never(`close ${code}`, `close ${code}`),
  };
}

/** The code is taken: the answering Close has the same, or none, or says that all is well. */
function takes<Peer>(role: Role<Peer>, code: number, reason = ''): JudgementOf<Peer> {
  const close = closeFrame(role, code, reason);
  return role.ends([close], `Close ${code}, then the end`, (conclusion) =>
    isFailed(conclusion, [code, 1000, 1005]),
  );
}

function failsOn<Peer>(role: Role<Peer>, code: number, reason = ''): JudgementOf<Peer> {
  return role.fails([1002], closeFrame(role, code, reason));
}

function closeFrame<Peer>({ frame }: Role<Peer>, code: number, reason = ''): Segment {
  const octets = Buffer.concat([Buffer.of(code >> 8, code & 0xff), Buffer.from(reason)]);
  return reason === '' ? `88 82 k ${octets.toString('hex')}` : frame(0x88, octets);
}
