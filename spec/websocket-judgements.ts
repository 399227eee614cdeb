/**
 * How the probes of RFC 6455 judge a conversation: each function here takes what is sent and what has to
 * come of it, and makes a judgement. A probe is an id, a title, and one of these.
 *
 * @module
 */

import { summaryOf } from './models/response.ts';
import type { HandshakeChanges } from './opening-handshake.ts';
import { type Finding, finding, inconclusive, type Probe, type Subject } from './probe.ts';
import {
  Conversation,
  clientFrame,
  closeCodeOf,
  type Happening,
  type Segment,
  text,
} from './websocket-wire.ts';

/** A probe without its name. */
export type Judgement = Pick<Probe, 'sends' | 'judge' | 'needs' | 'long'>;

/** Where a conversation takes place, and how it is opened. */
export interface Place {
  /** What to change of the opening handshake. */
  readonly handshake?: HandshakeChanges;
  /** Octets that come in the same segment as the opening handshake. */
  readonly early?: Segment;
  /** The query for the subject's reflector, with which to talk in place of its echo. */
  readonly reflector?: string;
}

/** How a conversation ended. */
export interface Conclusion {
  /** What happened before the peer's Close frame, or before the end where there was none. */
  readonly before: readonly Happening[];
  /** The code of the peer's Close frame: 1005 when it had none; absent when there was no such frame. */
  readonly code: number | undefined;
  /** What happened behind the Close frame. */
  readonly after: readonly Happening[];
  readonly ending: Happening;
}

/** Judgements by what a server does that keeps the clause, by the clauses. */
export type JudgementTable = Readonly<Record<string, Readonly<Record<string, Judgement>>>>;

/** Makes probes of a table: with a letter behind the clause's id where there are several. */
export function serverProbes(table: JudgementTable): Probe[] {
  return Object.entries(table).flatMap(([clause, judgements]) => {
    const named = Object.entries(judgements);
    return named.map(([title, judgement], index) => {
      const id = named.length === 1 ? clause : `${clause}/${LETTERS[index]}`;
      return { id, clause, role: 'server' as const, title, ...judgement };
    });
  });
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/**
 * Just this happens next. Behind it a text is sent, whose echo must be the next that comes, so that nothing
 * more can have happened.
 */
export function happens(
  segments: readonly Segment[],
  expected: readonly Happening[],
  place: Place = {},
): Judgement {
  return converses(segments, listed(expected), place, async (conversation) => {
    const happened = await conversation.take(expected.length);
    if (listed(happened) !== listed(expected))
      return finding(false, listed(expected), listed(happened));
    await conversation.send(FENCE);
    const next = await conversation.next();
    const isFence = next === text('fence');
    return finding(isFence, listed(expected), listed(isFence ? happened : [...happened, next]));
  });
}

/** The text message `fence` in one frame. */
const FENCE = '81 85 k 66656e6365';

/** The conversation ends, and how it does is judged. */
export function ends(
  segments: readonly Segment[],
  expected: string,
  holds: (conclusion: Conclusion) => boolean,
  place: Place = {},
): Judgement {
  return converses(segments, expected, place, async (conversation) => {
    const happened = await conversation.toEnd();
    return finding(holds(conclude(happened)), expected, listed(happened));
  });
}

/**
 * The server fails the connection: it closes it, and nothing else happens before. The Close frame may be
 * missing, but if there is one, it has one of the codes. @see RFC 6455 §7.1.7
 */
export function fails(codes: readonly number[], ...segments: readonly Segment[]): Judgement {
  const expected = `the connection failed with ${codes.join(' or ')}`;
  return ends(segments, expected, (conclusion) => isFailed(conclusion, [...codes, undefined]));
}

/** The server fails the connection, and says why in a Close frame with one of the codes. */
export function failsWith(codes: readonly number[], ...segments: readonly Segment[]): Judgement {
  const expected = `Close ${codes.join(' or ')}, then the end`;
  return ends(segments, expected, (conclusion) => isFailed(conclusion, codes));
}

/** Whether the connection was closed, with one of the codes, and nothing else happened. */
export function isFailed(
  { before, code, after, ending }: Conclusion,
  codes: readonly (number | undefined)[],
): boolean {
  return before.length + after.length === 0 && codes.includes(code) && isEnd(ending);
}

/** Whether the connection has ended, by the peer: neither by waiting in vain nor by having enough of it. */
export function isEnd(ending: Happening): boolean {
  return ending === 'fin' || ending === 'reset';
}

/** In a conversation of everything that an echo can be brought to send, no frame breaks this clause. */
export function sendsWell(clause: string, expected: string): Judgement {
  return converses(CONVERSATION, expected, {}, async (conversation) => {
    const happened = await conversation.toEnd();
    const faults = conversation.frames.flatMap((frame) => frame.faults);
    const fault = faults.find((candidate) => candidate.clause === clause);
    if (fault !== undefined) return finding(false, expected, fault.detail);
    const isWhole = closeCodeOf(happened.at(-2) ?? '') !== undefined;
    if (!isWhole) return inconclusive(expected, listed(happened));
    return finding(true, expected, `${conversation.frames.length} frames, none that breaks it`);
  });
}

/** Text, binary messages with each form of length, fragments, Pings, and a Close. */
const CONVERSATION: readonly Segment[] = [
  '81 85 k 48656c6c6f 81 80 k',
  clientFrame(0x82, Buffer.alloc(125)),
  clientFrame(0x82, Buffer.alloc(126)),
  clientFrame(0x82, Buffer.alloc(65_535)),
  clientFrame(0x82, Buffer.alloc(65_536)),
  '01 83 k 48656c 89 80 k 80 82 k 6c6f',
  clientFrame(0x89, Buffer.alloc(125)),
  '88 82 k 03e8',
];

/** Opens a conversation, says what there is to say, and judges what comes of it. */
export function converses(
  segments: readonly Segment[],
  expected: string,
  place: Place,
  judge: (conversation: Conversation, subject: Subject) => Promise<Finding>,
): Judgement {
  return at(place, described(segments, place), async (subject, path) => {
    const { handshake, early } = place;
    const conversation = await Conversation.open(subject, handshake, { path, early });
    if (!conversation.isOpen) return noConversation(expected, conversation);
    await conversation.send(...segments);
    return judge(conversation, subject);
  });
}

/** A conversation that could not begin tells nothing about frames. */
function noConversation(expected: string, { response }: Conversation): Finding {
  return inconclusive(expected, `the opening handshake was answered by ${summaryOf(response)}`);
}

/** What happened, as one line. */
export function listed(happenings: readonly Happening[]): string {
  return happenings.length === 0 ? 'nothing' : happenings.join(', ');
}

/** Judges the subject's echo, or its reflector, by the path of it. */
export function at(
  { reflector }: Place,
  sends: string,
  judge: (subject: Subject, path: string) => Promise<Finding>,
): Judgement {
  if (reflector === undefined) return { sends, judge: (subject) => judge(subject, subject.path) };
  return {
    sends: `${sends} to the reflector${reflector}`,
    needs: 'webSocketReflector',
    judge: (subject) => judge(subject, `${subject.webSocketReflector}${reflector}`),
  };
}

/** Takes apart what happened up to an end. */
export function conclude(happened: readonly Happening[]): Conclusion {
  const ending = happened.at(-1)!;
  const rest = happened.slice(0, -1);
  const index = rest.findIndex((happening) => closeCodeOf(happening) !== undefined);
  if (index === -1) return { before: rest, code: undefined, after: [], ending };
  return {
    before: rest.slice(0, index),
    code: closeCodeOf(rest[index]!),
    after: rest.slice(index + 1),
    ending,
  };
}

function described(segments: readonly Segment[], { early }: Place): string {
  const words = segments.map((octets) =>
    typeof octets === 'string' ? octets : `${octets.length} octets`,
  );
  if (early !== undefined) words.unshift(`opening handshake followed by ${early}`);
  return words.length === 0 ? 'opening handshake' : words.join(' | ');
}
