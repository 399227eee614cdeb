/**
 * How the probes of compressed messages judge: a client that offers no permessage-deflate, or not what a
 * probe is about, is judged by none of them.
 *
 * @module
 */

import { type Finding, finding, notApplicable } from '../probe.ts';
import { Deflating, type Echo, nextEcho } from '../rfc7692/judgements.ts';
import { farMatch, stored, VARIOUS } from '../rfc7692/messages.ts';
import { type Segment, serverFrame, type Talk } from '../websocket-wire.ts';
import type { AnswerChanges } from './answer.ts';
import { CLIENT as WEBSOCKET } from './judgements.ts';
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
  /** A client may as well compress nothing. */
  readonly mayBePlain?: boolean;
}

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
  judge: (talk: Talk, subject: WebSocketClientSubject) => Promise<Finding>,
  { answer = 'permessage-deflate', unless = [], offering = [] }: Terms = {},
): ClientJudgement {
  return WEBSOCKET.converses(
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

/** Has messages sent back, and judges how those were sent that came back compressed. */
export function echoed(
  messages: readonly Uint8Array[],
  expected: string,
  judge: (echoes: readonly Echo[]) => boolean | Finding,
  { mayBePlain = false, ...terms }: Terms = {},
): ClientJudgement {
  const segments = messages.map((message) => serverFrame(0x82, message));
  const judgeAll = async (talk: Talk) => {
    const echoes: Echo[] = [];
    for (const _ of messages) echoes.push(await nextEcho(talk));
    const received = echoes.map(({ payload }) => `${payload.length} octets`).join(', ');
    const isThere = echoes.every(({ frames }) => frames.length > 0);
    if (!isThere) return finding(false, expected, received);
    if (!echoes.every(({ isCompressed }) => isCompressed)) {
      return mayBePlain
        ? finding(true, expected, 'messages as they are')
        : notApplicable(expected, 'it compresses no message');
    }
    const judged = judge(echoes);
    return typeof judged === 'boolean' ? finding(judged, expected, received) : judged;
  };
  return deflates(segments, expected, judgeAll, terms);
}

/** Clients that have been answered so. */
export const CLIENT: Deflating<WebSocketClientSubject, Terms> = new Deflating({ deflates, echoed });
export const { echoes } = CLIENT;
