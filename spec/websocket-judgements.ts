/**
 * How the probes of RFC 6455 judge a server.
 *
 * @module
 */

import { summaryOf } from './models/response.ts';
import type { HandshakeChanges } from './opening-handshake.ts';
import { type Finding, inconclusive, type Probe, type Subject } from './probe.ts';
import { type JudgementOf, probesOf, Role, type TableOf, written } from './websocket-role.ts';
import { Conversation, clientFrame, type Segment } from './websocket-wire.ts';

/** A probe without its name. */
export type Judgement = JudgementOf<Subject>;

/** Where a conversation takes place, and how it is opened. */
export interface Place {
  /** What to change of the opening handshake. */
  readonly handshake?: HandshakeChanges;
  /** Octets that come in the same segment as the opening handshake. */
  readonly early?: Segment;
  /** The query for the subject's reflector, with which to talk in place of its echo. */
  readonly reflector?: string;
}

/** Judgements by what a server does that keeps the clause, by the clauses. */
export type JudgementTable = TableOf<Subject>;

/** Makes probes of tables: with a letter behind the clause's id where there are several. */
export function serverProbes(...tables: readonly JudgementTable[]): Probe[] {
  return probesOf('server', tables);
}

/** Servers, to whom clients send masked frames. */
export const SERVER: Role<Subject, Place> = new Role(clientFrame, converses);
export const { happens, ends, fails, failsWith, sendsWell } = SERVER;

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

function described(segments: readonly Segment[], { early }: Place): string {
  const words = written(segments);
  if (early !== undefined) words.unshift(`opening handshake followed by ${early}`);
  return words.length === 0 ? 'opening handshake' : words.join(' | ');
}
