/**
 * Close codes, and what a client does with octets that mean harm.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-7.4 | RFC 6455 §7.4, §10}
 * @module
 */

import { createHash } from 'node:crypto';

import { finding, offer } from '../probe.ts';
import { closeCodesOf } from '../rfc6455/close-codes.ts';
import { listed } from '../websocket-role.ts';
import { closeCodeOf } from '../websocket-wire.ts';
import { CLIENT, ends, fails, failsWith, serves, told } from './judgements.ts';
import { type ClientJudgement, type ClientProbe, clientProbes } from './subject.ts';

/** The codes of the standard itself that a server may send: 1010 is for clients. @see RFC 6455 §7.4.1 */
const DEFINED = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1011];

export const closeCodes: readonly ClientProbe[] = clientProbes(closeCodesOf(CLIENT, DEFINED), {
  '6455-7.4.1-2': {
    'may say 1003 for data of a type that it does not take': serves(
      ['82 01 00'],
      'Close 1003, or not',
      {},
      async (talk) => {
        const happening = await talk.next();
        return offer(closeCodeOf(happening) === 1003, 'Close 1003, or not', happening);
      },
    ),
  },
  '6455-7.4.1-4': forbidden(1005),
  '6455-7.4.1-5': forbidden(1006),
  '6455-7.4.1-6': forbidden(1015),
  '6455-7.4.2-1': forbidden(999),
  '6455-10.4-1': {
    'fails on a frame of 2^40 octets before any of them comes': fails(
      [1009, 1002],
      '82 7f 0000010000000000',
    ),
    'fails on a fragment of 2^40 octets before any of them comes': fails(
      [1009, 1002],
      '02 01 00',
      '00 7f 0000010000000000',
    ),
  },
  '6455-10.4-2': {
    'fails on a message that is too big in one frame': failsWith(
      [1009, 1002],
      '81 7f 0000010000000000',
    ),
    'fails on a message that becomes too big in its second frame': failsWith(
      [1009, 1002],
      '01 01 61',
      '80 7f 0000010000000000',
    ),
  },
  '6455-10.7-1': {
    'fails on octets that are no frames': ends(
      [Buffer.concat([Buffer.of(0x8b), nonsense(1_024)])],
      'the end, perhaps behind a Close frame',
      ({ before, after, ending }) => before.length + after.length === 0 && ending !== 'silence',
    ),
  },
  '6455-10.7-3': {
    'sends a Close with a code before it fails on octets that are no frames': failsWith(
      [1002],
      'ff ff ff ff ff ff ff ff',
    ),
  },
});

/** The code is not sent. */
function forbidden(code: number): Record<string, ClientJudgement> {
  return { [`never sends code ${code}, even when told to`]: never(code) };
}

/** Told to close with this code, the client does anything but that. */
function never(code: number): ClientJudgement {
  const expected = `anything but Close ${code}`;
  return told(`close ${code}`, expected, async (talk, first, { patience }) => {
    const happened = [first];
    if (first !== 'silence' && (await talk.wire.isQuiet(patience)) === false) {
      happened.push(await talk.next());
    }
    const isSent = talk.frames.some(
      ({ opcode, payload }) =>
        opcode === 8 && payload.length >= 2 && payload.readUInt16BE(0) === code,
    );
    return finding(!isSent, expected, listed(happened));
  });
}

/** Octets without meaning, each from the digest of the one before. */
function nonsense(length: number): Buffer {
  const pieces = [createHash('sha1').update('nonsense').digest()];
  while (pieces.length * 20 < length) {
    pieces.push(createHash('sha1').update(pieces.at(-1)!).digest());
  }
  return Buffer.concat(pieces).subarray(0, length);
}
