/**
 * How probes judge a peer over WebSocket, whichever role it has: each function here takes what is said to it
 * and what has to come of it, and makes a judgement. A probe is an id, a title, and one of these.
 *
 * Most of what RFC 6455 asks of both roles is tried in the same words, which differ by the masking alone:
 * such judgements are in tables that are made for a {@link Role}.
 *
 * @module
 */

import type { Frame } from './models/frame-reader.ts';
import { type Finding, finding, inconclusive, type Probe } from './probe.ts';
import {
  closeCodeOf,
  type Framing,
  type Happening,
  type Segment,
  type Talk,
  text,
} from './websocket-wire.ts';

/** A probe without its name. */
export type JudgementOf<Peer> = Pick<Probe<Peer>, 'sends' | 'judge' | 'needs' | 'long'>;

/** Judgements by what a peer does that keeps the clause, by the clauses. */
export type TableOf<Peer> = Readonly<Record<string, Readonly<Record<string, JudgementOf<Peer>>>>>;

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

/** Opens a conversation, says what there is to say, and judges what comes of it. */
export type Converses<Peer, Setting = object> = (
  segments: readonly Segment[],
  expected: string,
  setting: Partial<Setting>,
  judge: (talk: Talk, peer: Peer) => Promise<Finding>,
) => JudgementOf<Peer>;

/** How the peers of a role are judged, each in a conversation whose setting may be left out. */
export class Role<Peer, Setting = object> {
  /** Makes a frame that is sent to such a peer. */
  readonly frame: Framing;
  readonly converses: Converses<Peer, Setting>;

  constructor(frame: Framing, converses: Converses<Peer, Setting>) {
    this.frame = frame;
    this.converses = converses;
  }

  /**
   * Just this happens next. Behind it a text is sent, whose echo must be the next that comes, so that nothing
   * more can have happened.
   */
  readonly happens = (
    segments: readonly Segment[],
    expected: readonly Happening[],
    setting: Partial<Setting> = {},
  ): JudgementOf<Peer> =>
    this.converses(segments, listed(expected), setting, async (talk) => {
      const happened = await talk.take(expected.length);
      if (listed(happened) !== listed(expected))
        return finding(false, listed(expected), listed(happened));
      await talk.send(this.frame(0x81, Buffer.from('fence')));
      const next = await talk.next();
      const isFence = next === text('fence');
      return finding(isFence, listed(expected), listed(isFence ? happened : [...happened, next]));
    });

  /** The conversation ends, and how it does is judged. */
  readonly ends = (
    segments: readonly Segment[],
    expected: string,
    holds: (conclusion: Conclusion) => boolean,
    setting: Partial<Setting> = {},
  ): JudgementOf<Peer> =>
    this.converses(segments, expected, setting, async (talk) => {
      const happened = await talk.toEnd();
      return finding(holds(conclude(happened)), expected, listed(happened));
    });

  /**
   * The peer fails the connection: it closes it, and nothing else happens before. The Close frame may be
   * missing, but if there is one, it has one of the codes. @see RFC 6455 §7.1.7
   */
  readonly fails = (
    codes: readonly number[],
    ...segments: readonly Segment[]
  ): JudgementOf<Peer> => {
    const expected = `the connection failed with ${codes.join(' or ')}`;
    return this.ends(segments, expected, (how) => isFailed(how, [...codes, undefined]));
  };

  /** The peer fails the connection, and says why in a Close frame with one of the codes. */
  readonly failsWith = (
    codes: readonly number[],
    ...segments: readonly Segment[]
  ): JudgementOf<Peer> => {
    const expected = `Close ${codes.join(' or ')}, then the end`;
    return this.ends(segments, expected, (how) => isFailed(how, codes));
  };

  /** In a conversation of everything that an echo can be brought to send, no frame breaks this clause. */
  readonly sendsWell = (clause: string, expected: string): JudgementOf<Peer> =>
    this.sendsWithout(
      expected,
      ({ faults }) => faults.find((one) => one.clause === clause)?.detail,
    );

  /** In such a conversation, no frame has the fault. */
  readonly sendsWithout = (
    expected: string,
    faultOf: (frame: Frame, index: number) => string | undefined,
  ): JudgementOf<Peer> =>
    this.converses(everything(this.frame), expected, {}, async (talk) => {
      const happened = await talk.toEnd();
      const fault = talk.frames.map(faultOf).find((one) => one !== undefined);
      if (fault !== undefined) return finding(false, expected, fault);
      const isWhole = closeCodeOf(happened.at(-2) ?? '') !== undefined;
      if (!isWhole) return inconclusive(expected, listed(happened));
      return finding(true, expected, `${talk.frames.length} frames, none that breaks it`);
    });
}

/** Text, binary messages with each form of length, fragments, Pings, and a Close. */
function everything(frame: Framing): readonly Segment[] {
  return [
    '81 85 k 48656c6c6f 81 80 k',
    frame(0x82, Buffer.alloc(125)),
    frame(0x82, Buffer.alloc(126)),
    frame(0x82, Buffer.alloc(65_535)),
    frame(0x82, Buffer.alloc(65_536)),
    '01 83 k 48656c 89 80 k 80 82 k 6c6f',
    frame(0x89, Buffer.alloc(125)),
    '88 82 k 03e8',
  ];
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

/** What happened, as one line. */
export function listed(happenings: readonly Happening[]): string {
  return happenings.length === 0 ? 'nothing' : happenings.join(', ');
}

/** What was sent, as one line. */
export function written(segments: readonly Segment[]): string[] {
  return segments.map((octets) =>
    typeof octets === 'string' ? octets : `${octets.length} octets`,
  );
}

/**
 * Makes probes of tables, in the order of the standard. Where a clause has several judgements, its id has a
 * letter behind it, in the order of the tables. Most of the clauses for clients bind servers too, whose
 * probes have the plain names: those of clients have `client` behind the id.
 */
export function probesOf<Peer>(
  role: 'server' | 'client',
  tables: readonly TableOf<Peer>[],
): Probe<Peer>[] {
  const clauses = new Set(tables.flatMap((table) => Object.keys(table)));
  return [...clauses].sort(BY_NUMBER.compare).flatMap((clause) => {
    const named = tables.flatMap((table) => Object.entries(table[clause] ?? {}));
    return named.map(([title, judgement], index) => {
      const letter = named.length === 1 ? [] : [LETTERS[index]];
      const name = role === 'server' ? letter : [['client', ...letter].join('-')];
      return { id: [clause, ...name].join('/'), clause, role, title, ...judgement };
    });
  });
}

const BY_NUMBER = new Intl.Collator('en', { numeric: true });
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
