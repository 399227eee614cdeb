/**
 * How the probes of compressed messages judge: a client that offers no permessage-deflate, or not what a
 * probe is about, is judged by none of them.
 *
 * @module
 */

import type { Frame } from '../models/frame-reader.ts';
import { type Finding, finding, notApplicable } from '../probe.ts';
import { farMatch, stored, VARIOUS } from '../rfc7692/messages.ts';
import { listed } from '../websocket-judgements.ts';
import { closeCodeOf, type Happening, type Segment } from '../websocket-wire.ts';
import type { AnswerChanges } from './answer.ts';
import { type ServedTalk, serverFrame, serves } from './judgements.ts';
import { hasParameter, unlessOffered } from './offers.ts';
import type { ClientJudgement, WebSocketClientSubject } from './subject.ts';

/** How compression is agreed on. */
export interface Terms {
  /** The extensions that the server names: permessage-deflate as it is, if nothing else is said. */
  readonly answer?: string;
  /** A client that offers one of these parameters is not judged. */
  readonly unless?: readonly string[];
  /** A client that does not offer all of these parameters is not judged. */
  readonly offering?: readonly string[];
}

/** `Hello` in a compressed frame, and a frame that says it again by referring to the first. */
export const COMPRESSED_HELLO = 'c1 07 f248cdc9c90700';
export const HELLO_AGAIN = 'c1 05 f200110000';

/** A message that repeats, from as far back as there is, how it began. */
export const FAR_BACK: Buffer = serverFrame(0xc2, Buffer.concat([stored(VARIOUS), farMatch()]));
export const FAR_BACK_MEANS: Buffer = Buffer.concat([VARIOUS, VARIOUS.subarray(0, 3)]);

/** An answer that names these extensions. */
export function answering(extensions: string): AnswerChanges {
  return { fields: { 'Sec-WebSocket-Extensions': extensions } };
}

/** Judges a talk with a client that has offered what suits, and has been answered so. */
export function deflates(
  segments: readonly Segment[],
  expected: string,
  judge: (talk: ServedTalk, subject: WebSocketClientSubject) => Promise<Finding>,
  { answer = 'permessage-deflate', unless = [], offering = [] }: Terms = {},
): ClientJudgement {
  return serves(
    segments,
    expected,
    {
      answer: answering(answer),
      unsuited: (visit) => {
        const hindering = unless.find((name) => hasParameter(visit, name));
        const missing = offering.find((name) => !hasParameter(visit, name));
        if (hindering !== undefined) return `it offers ${hindering}`;
        return (
          unlessOffered(visit) ??
          (missing === undefined ? undefined : `it does not offer ${missing}`)
        );
      },
    },
    judge,
  );
}

/** Just these messages come back. */
export function echoes(
  segments: readonly Segment[],
  expected: readonly Happening[],
  terms?: Terms,
): ClientJudgement {
  const judge = async (talk: ServedTalk) => {
    const happened = await talk.take(expected.length);
    return finding(listed(happened) === listed(expected), listed(expected), listed(happened));
  };
  return deflates(segments, listed(expected), judge, terms);
}

/** The connection is failed, with one of the codes where a Close frame says why. */
export function failsDeflated(
  codes: readonly number[],
  ...segments: readonly Segment[]
): ClientJudgement {
  const expected = `the connection failed with ${codes.join(' or ')}`;
  return deflates(segments, expected, async (talk, { patience }) => {
    const happened = await talk.toEndAsServer(patience);
    const [first = ''] = happened;
    const code = closeCodeOf(first);
    const isFailed = code === undefined ? /^(?:fin|reset)$/.test(first) : codes.includes(code);
    return finding(isFailed && happened.at(-1) !== 'silence', expected, listed(happened));
  });
}

/** What has come for one message: its frames, and their payload. */
export interface Echo {
  readonly frames: readonly Frame[];
  readonly payload: Buffer;
}

/** Has messages sent back, and judges how those were sent that came back compressed. */
export function echoedBinary(
  messages: readonly Uint8Array[],
  expected: string,
  judge: (echoes: readonly Echo[]) => boolean | Finding,
  { mayBePlain = false, ...terms }: Terms & { readonly mayBePlain?: boolean } = {},
): ClientJudgement {
  const segments = messages.map((message) => serverFrame(0x82, message));
  const judgeAll = async (talk: ServedTalk) => {
    const echoes: Echo[] = [];
    for (const _ of messages) {
      const begun = talk.frames.length;
      await talk.next();
      const frames = talk.frames.slice(begun).filter(({ opcode }) => opcode < 8);
      echoes.push({ frames, payload: Buffer.concat(frames.map((frame) => frame.payload)) });
    }
    const received = echoes.map(({ payload }) => `${payload.length} octets`).join(', ');
    const isThere = echoes.every(({ frames }) => frames.length > 0);
    if (!isThere) return finding(false, expected, received);
    const isCompressed = echoes.every(({ frames }) => frames[0]!.reserved === 4);
    if (!isCompressed) {
      return mayBePlain
        ? finding(true, expected, 'messages as they are')
        : notApplicable(expected, 'it compresses no message');
    }
    const judged = judge(echoes);
    return typeof judged === 'boolean' ? finding(judged, expected, received) : judged;
  };
  return deflates(segments, expected, judgeAll, terms);
}
