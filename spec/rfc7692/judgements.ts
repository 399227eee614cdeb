/**
 * How the probes of RFC 7692 judge: a server that accepts no permessage-deflate is judged by none of the
 * clauses on what is compressed.
 *
 * @module
 */

import { constants, inflateRawSync } from 'node:zlib';

import { judgesAnswer } from '../handshake-judgements.ts';
import { ifHeard } from '../http-probe.ts';
import type { Frame } from '../models/frame-reader.ts';
import { fieldList, type Response, summaryOf } from '../models/response.ts';
import type { HandshakeChanges } from '../opening-handshake.ts';
import { type Finding, finding, notApplicable, offer, type Subject } from '../probe.ts';
import { converses, type Judgement } from '../websocket-judgements.ts';
import { isEnd, type JudgementOf, listed } from '../websocket-role.ts';
import {
  type Conversation,
  clientFrame,
  closeCodeOf,
  type Happening,
  type Segment,
  type Talk,
} from '../websocket-wire.ts';

/** What browsers offer. */
export const OFFER = 'permessage-deflate; client_max_window_bits';

/** What a server may answer. @see RFC 7692 §7.1 */
const ANSWER =
  /^permessage-deflate(?:; *(?:(?:server|client)_no_context_takeover|(?:server|client)_max_window_bits="?(?:[89]|1[0-5])"?))*$/;

/** The last octets of what was deflated, which are not sent. @see RFC 7692 §7.2.1 */
const TAIL = Buffer.of(0x00, 0x00, 0xff, 0xff);

const NO_EXTENSION = 'it accepts no permessage-deflate';

function offering(offers: string): HandshakeChanges {
  return { fields: { 'Sec-WebSocket-Extensions': offers } };
}

/** The extensions that the answer accepts. */
export function acceptedBy(response: Response): string[] {
  return fieldList(response, 'sec-websocket-extensions');
}

/** What the answer says of permessage-deflate. */
function deflateOf(response: Response): string | undefined {
  return acceptedBy(response).find((extension) => /^permessage-deflate\b/.test(extension));
}

/** The value of a parameter of the answer; nothing when it has none. */
export function valueIn(answer: string, parameter: string): number | undefined {
  const value = new RegExp(`; *${parameter}="?(\\d+)`).exec(answer)?.[1];
  return value === undefined ? undefined : Number(value);
}

/** Makes an offer, and judges what of permessage-deflate is accepted. */
export function answered(
  offers: string,
  expected: string,
  judge: (answer: string) => boolean | Finding,
): Judgement {
  return negotiated(offers, (response) => {
    const answer = deflateOf(response);
    if (answer === undefined) return notApplicable(expected, NO_EXTENSION);
    const judged = judge(answer);
    return typeof judged === 'boolean' ? finding(judged, expected, answer) : judged;
  });
}

/** Makes offers, of which one is accepted in an element of the answer that has no other beside it. */
export function acceptsOne(offers: string, expected: string): Judgement {
  return negotiated(offers, (response) => {
    if (deflateOf(response) === undefined) return notApplicable(expected, NO_EXTENSION);
    const accepted = acceptedBy(response);
    const isOne = accepted.length === 1 && isAnswer(accepted[0]!);
    return finding(isOne, expected, accepted.join(', '));
  });
}

/** Makes an offer that has to be declined, and behind it the ordinary one, which is accepted. */
export function passesOver(offer: string): Judgement {
  return acceptsToo(`${offer}, ${OFFER}`, 'the second offer accepted');
}

/** Makes an offer that whoever accepts the ordinary one accepts too. */
export function acceptsToo(offers: string, expected: string): Judgement {
  const { judge, ...rest } = judgesAnswer({ handshake: offering(offers) }, (response) => {
    const answer = deflateOf(response);
    const isAccepted = answer !== undefined && isAnswer(answer);
    return finding(isAccepted, expected, answer ?? summaryOf(response));
  });
  const ordinary = answered(OFFER, expected, isAnswer);
  return {
    ...rest,
    judge: async (subject) => {
      const { verdict } = await ordinary.judge(subject);
      return verdict === 'pass' ? judge(subject) : notApplicable(expected, NO_EXTENSION);
    },
  };
}

/** Makes an offer that has to be declined, though the connection may open. */
export function declined(offers: string): Judgement {
  return negotiated(offers, (response) => {
    const answer = deflateOf(response);
    return finding(answer === undefined, 'the offer declined', answer ?? 'no permessage-deflate');
  });
}

/** Makes an offer that is either declined, or accepted as it was meant. */
export function acceptedOrDeclined(offers: string, meant: RegExp): Judgement {
  const expected = `${meant.source} in the answer, or the offer declined`;
  return negotiated(offers, (response) => {
    const answer = deflateOf(response);
    return finding(answer === undefined || meant.test(answer), expected, answer ?? 'declined');
  });
}

/** Judges an answer to offers, if there is one: to say nothing is not to decline. */
function negotiated(offers: string, judge: (response: Response) => Finding): Judgement {
  return judgesAnswer({ handshake: offering(offers) }, (response) =>
    ifHeard(judge(response), response),
  );
}

/** Whether the answer has only what it may have, each parameter once. */
export function isAnswer(answer: string): boolean {
  const names = answer.split(/; */).map((parameter) => parameter.split('=', 1)[0]);
  return ANSWER.test(answer) && new Set(names).size === names.length;
}

/** Whom a probe of compression suits. */
export interface Terms {
  readonly offers?: string;
  /** A server that answers otherwise is not judged. */
  readonly suits?: RegExp;
}

/** Judges a conversation with a server that has accepted the offer, and in a way that `suits`. */
export function deflates(
  segments: readonly Segment[],
  expected: string,
  judge: (conversation: Conversation, answer: string) => Promise<Finding>,
  { offers = OFFER, suits = /^/ }: Terms = {},
): Judgement {
  return converses(segments, expected, { handshake: offering(offers) }, async (conversation) => {
    const answer = deflateOf(conversation.response);
    if (answer === undefined) return notApplicable(expected, NO_EXTENSION);
    if (!suits.test(answer)) return notApplicable(expected, `it accepts ${answer}`);
    return judge(conversation, answer);
  });
}

/** How the peers of a role are judged once compression is agreed on, on terms of their own. */
export class Deflating<Peer, OwnTerms = object> {
  /** Judges a conversation with a peer that compresses. */
  readonly deflates: (
    segments: readonly Segment[],
    expected: string,
    judge: (talk: Talk) => Promise<Finding>,
    terms?: Partial<OwnTerms>,
  ) => JudgementOf<Peer>;
  /** Has messages echoed, and judges how those were sent that came back compressed. */
  readonly echoed: (
    messages: readonly Uint8Array[],
    expected: string,
    judge: (echoes: readonly Echo[]) => boolean | Finding,
    terms?: Partial<OwnTerms>,
  ) => JudgementOf<Peer>;

  constructor({ deflates, echoed }: Pick<Deflating<Peer, OwnTerms>, 'deflates' | 'echoed'>) {
    this.deflates = deflates;
    this.echoed = echoed;
  }

  /** Just these messages come back. */
  readonly echoes = (
    segments: readonly Segment[],
    expected: readonly Happening[],
    terms?: Partial<OwnTerms>,
  ): JudgementOf<Peer> => {
    const judge = async (talk: Talk) => {
      const happened = await talk.take(expected.length);
      return finding(listed(happened) === listed(expected), listed(expected), listed(happened));
    };
    return this.deflates(segments, listed(expected), judge, terms);
  };

  /** The connection is failed, with one of the codes where a Close frame says why. */
  readonly failsDeflated = (
    codes: readonly number[],
    ...segments: readonly Segment[]
  ): JudgementOf<Peer> => {
    const expected = `the connection failed with ${codes.join(' or ')}`;
    return this.deflates(segments, expected, async (talk) => {
      const happened = await talk.toEnd();
      const [first = ''] = happened;
      const code = closeCodeOf(first);
      const isFailed = code === undefined ? isEnd(first) : codes.includes(code);
      return finding(isFailed && isEnd(happened.at(-1)!), expected, listed(happened));
    });
  };
}

/** Servers that have accepted an offer. */
export const SERVER: Deflating<Subject, Terms> = new Deflating({ deflates, echoed });
export const { echoes, failsDeflated } = SERVER;

/** A message that gets much shorter, and longer than any server lets be as it is. */
export const COMPRESSIBLE: Buffer = Buffer.from('A comet comes and goes. '.repeat(200));

/** What has come for one message: its frames, and their payload. */
export interface Echo {
  readonly frames: readonly Frame[];
  readonly payload: Buffer;
  readonly isCompressed: boolean;
}

/** What comes next for a message. */
export async function nextEcho(talk: Talk): Promise<Echo> {
  const begun = talk.frames.length;
  await talk.next();
  const frames = talk.frames.slice(begun).filter(({ opcode }) => opcode < 8);
  const payload = Buffer.concat(frames.map((frame) => frame.payload));
  return { frames, payload, isCompressed: frames[0]?.reserved === 4 };
}

/** Has messages echoed, and judges how those were sent that came back compressed. */
export function echoed(
  messages: readonly Uint8Array[],
  expected: string,
  judge: (echoes: readonly Echo[]) => boolean | Finding,
  terms?: Terms,
): Judgement {
  const segments = messages.map((message) => clientFrame(0x82, message));
  const judgeAll = async (conversation: Conversation) => {
    const echoes: Echo[] = [];
    for (const _ of messages) echoes.push(await nextEcho(conversation));
    if (!echoes.every(({ isCompressed }) => isCompressed))
      return notApplicable(expected, 'it compresses no echo');
    const judged = judge(echoes);
    const received = echoes.map(({ payload }) => `${payload.length} octets`).join(', ');
    return typeof judged === 'boolean' ? finding(judged, expected, received) : judged;
  };
  return deflates(segments, expected, judgeAll, terms);
}

/** Whether each of the messages, which were {@link COMPRESSIBLE}, inflates by itself. */
export function inflateAlone(echoes: readonly Echo[]): boolean {
  return echoes.every(({ payload }) => inflated(payload)?.equals(COMPRESSIBLE) === true);
}

/** Whether the second message, which was {@link COMPRESSIBLE} like the first, refers to it. */
export function mayRefer([, second]: readonly Echo[]): Finding {
  return offer(
    inflated(second!.payload)?.equals(COMPRESSIBLE) !== true,
    'a message that refers to the one before, or not',
    `${second!.payload.length} octets`,
  );
}

/**
 * What a payload inflates to behind `before`, or nothing when it is no DEFLATE, or refers further back
 * than the window. zlib lets it refer to all that stands in the buffer that it is filling too, so that the
 * buffer has to be small.
 */
export function inflated(
  payload: Uint8Array,
  windowBits = 15,
  before: Uint8Array = Buffer.of(0),
): Buffer | undefined {
  try {
    return inflateRawSync(Buffer.concat([payload, TAIL]), {
      windowBits,
      chunkSize: Math.max(constants.Z_MIN_CHUNK, 2 ** windowBits / 16),
      dictionary: Buffer.from(before).subarray(-(2 ** windowBits)),
      finishFlush: constants.Z_SYNC_FLUSH,
    });
  } catch {
    return undefined;
  }
}
