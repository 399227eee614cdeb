/**
 * Close codes: those that may be sent, those that may not, and those that say why the server fails.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-7.4 | RFC 6455 §7.4}
 * @module
 */

import type { Probe } from '../probe.ts';
import {
  ends,
  fails,
  failsWith,
  isFailed,
  type Judgement,
  serverProbes,
} from '../websocket-judgements.ts';
import { concludes, never } from '../websocket-reflector.ts';

export const closeCodes: readonly Probe[] = serverProbes({
  '6455-7.1.7-5': {
    'says 1002 before it closes for a reserved opcode': failsWith([1002], '83 80 k'),
    'says 1007 before it closes for a text that is not UTF-8': failsWith([1007], '81 81 k ff'),
    'says why before it closes for a frame that is too big': failsWith(
      [1009, 1002],
      '82 ff 0000010000000000 k',
    ),
  },
  '6455-7.4.1-1': eachCode('takes', [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011], takes),
  '6455-7.4.1-3': {
    'says 1007 for a text that is not UTF-8': failsWith([1007], '81 83 k eda080'),
    'says 1009 for a message that is too big': failsWith([1009], '81 ff 0000010000000000 k'),
    'says 1011 for a fault of its application': concludes('fail', ['close 1011']),
  },
  '6455-7.4.1-4': forbidden(1005),
  '6455-7.4.1-5': forbidden(1006),
  '6455-7.4.1-6': forbidden(1015),
  '6455-7.4.2-1': {
    ...eachCode('fails on', [0, 1, 500], failsOn),
    ...forbidden(999),
  },
  '6455-7.4.2-2': eachCode('fails on', [1004, 1016, 1100, 2000, 2999], failsOn),
  '6455-7.4.2-3': {
    ...eachCode('takes', [3000, 3999, 4000, 4999], takes),
    ...eachCode('fails on', [5000, 65_535], failsOn),
  },
});

/** A judgement of each code. */
function eachCode(
  verb: string,
  codes: readonly number[],
  judge: (code: number) => Judgement,
): Record<string, Judgement> {
  return Object.fromEntries(codes.map((code) => [`${verb} code ${code}`, judge(code)]));
}

/** The code is taken: the answering Close has the same, or none, or says that all is well. */
function takes(code: number): Judgement {
  return ends([closeFrame(code)], `Close ${code}, then the end`, (conclusion) =>
    isFailed(conclusion, [code, 1000, 1005]),
  );
}

/** The code is neither taken nor sent. */
function forbidden(code: number): Record<string, Judgement> {
  return {
    ...eachCode('fails on', [code], failsOn),
    [`never sends code ${code}, even when told to`]: never(`close ${code}`, `close ${code}`),
  };
}

function failsOn(code: number): Judgement {
  return fails([1002], closeFrame(code));
}

function closeFrame(code: number): string {
  return `88 82 k ${code.toString(16).padStart(4, '0')}`;
}
