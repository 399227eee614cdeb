/**
 * What a probe is: one clause of a standard, something that provokes it, and a judgement of what a
 * peer did. A probe is data plus one function over raw connections; it knows no test runner, and
 * shares no code with any implementation, so that it can judge all of them.
 *
 * @module
 */

import type { Wire } from './wire.ts';

/** How strongly a standard asks for something. @see RFC 2119 §1 */
export type Level = 'MUST' | 'MUST NOT' | 'SHOULD' | 'SHOULD NOT' | 'MAY';

/**
 * What came of a probe.
 *
 * `departure` is a `fail` of something that was only asked with SHOULD; `offered` and `not offered`
 * tell about what a peer MAY do; `not applicable` says that the peer lacks what the clause is
 * about, and `inconclusive` that nothing can be said, with the reason in the finding.
 */
export type Verdict =
  | 'pass'
  | 'fail'
  | 'departure'
  | 'offered'
  | 'not offered'
  | 'not applicable'
  | 'inconclusive';

/** A judgement, with what it rests on. */
export interface Finding {
  readonly verdict: Verdict;
  /** What the clause asks for, for the person who reads the report. */
  readonly expected: string;
  /** What came instead, or as well. */
  readonly received: string;
}

/** A peer under test: where it is, what is known of it, and a way to reach it. */
export interface Subject {
  /** The host as it stands in an address: an IPv6 address in brackets. */
  readonly host: string;
  readonly port: number;
  /** Whether it is talked to inside TLS. */
  readonly secure?: boolean | undefined;
  /** The request target of its WebSocket echo, and of its plain resource. */
  readonly path: string;
  /** How long to wait for what has to happen, in milliseconds. */
  readonly timeout: number;
  /** How long nothing has to happen before it counts as never happening, in milliseconds. */
  readonly patience: number;
  /** What `GET /` is answered with: `ok`, unless known otherwise; `false` when that differs. */
  readonly content?: string | false | undefined;
  /** Whether a POST to `/echo` is answered with its content, as it is unless known otherwise. */
  readonly echo?: boolean | undefined;
  /** The path of its reflector, which answers as the query asks; absent when it has none. */
  readonly reflector?: string | undefined;
  /** The path of its WebSocket reflector; absent when it has none. */
  readonly webSocketReflector?: string | undefined;
  /**
   * After how many milliseconds it gives up on a peer that has gone silent; absent when unknown.
   */
  readonly givesUpAfter?: number | undefined;
  /** The port of its TLS door; absent when it has none. */
  readonly securePort?: number | undefined;
  /** Its event stream; absent when it has none. */
  readonly eventStream?: PushEndpoint | undefined;
  /** Its live endpoint, with sessions and several transports; absent when it has none. */
  readonly live?: PushEndpoint | undefined;
  /** A live endpoint or event stream without room for another session; absent when none is known. */
  readonly full?: PushEndpoint | undefined;
  /**
   * Opens a connection, whose octets are recorded in both directions.
   *
   * @param port - Another port than the subject's, to be talked to without TLS.
   */
  connect(port?: number): Promise<Wire>;
  /** Told of something that the subject turns out to lack: the probe is not applicable. */
  readonly lack?: ((what: string) => void) | undefined;
}

/**
 * Where a subject pushes from, and how something gets there. Its readers name the channel that they
 * read in the query, `?channel=`; what is pushed is text, by itself or as `data` of a JSON record.
 */
export interface PushEndpoint {
  /** The path that readers ask for. */
  readonly path: string;
  /**
   * The path to which a POST publishes its content on the channel in its query; absent when there
   * is no such way.
   */
  readonly publish?: string | undefined;
  /** After how many milliseconds a stream with nothing to tell shows that it is alive. */
  readonly heartbeat?: number | undefined;
  /** After how many octets the response that carries a stream is ended, to go on in another. */
  readonly round?: number | undefined;
  /** After how many milliseconds a session that nobody asks for is over. */
  readonly sessionIdle?: number | undefined;
}

/** Something about a subject that not every subject has, and some probes can't do without. */
export type Need =
  | 'reflector'
  | 'webSocketReflector'
  | 'givesUpAfter'
  | 'securePort'
  | 'eventStream'
  | 'live'
  | 'full';

/** One way to find out whether a clause is kept; of a server, unless `Peer` says otherwise. */
export interface Probe<Peer = Subject> {
  /** The clause's id, with a slash and a letter behind it where a clause has several probes. */
  readonly id: string;
  readonly clause: string;
  /** Who is under test. */
  readonly role: 'server' | 'client';
  /** What a peer that keeps the clause does, in our own words. */
  readonly title: string;
  /** What provokes it: the octets, or a sentence where octets alone do not tell. */
  readonly sends: string;
  /** What the subject must have; for one that lacks it the probe is not applicable. */
  readonly needs?: Need | undefined;
  /** Whether it takes so long that it is run only when it is asked for. */
  readonly long?: boolean | undefined;
  /**
   * Judges a subject. A violation is always a `fail` here; whoever runs the probe knows the level
   * of the clause, and makes a `departure` of it where that is only SHOULD.
   */
  readonly judge: (subject: Peer) => Promise<Finding>;
}

/** The clause that a probe's id belongs to: the id up to its slash. */
export function clauseOf(id: string): string {
  return id.split('/', 1)[0]!;
}

/** A finding: `pass` when what was asked for is so, otherwise `fail`. */
export function finding(holds: boolean, expected: string, received: string): Finding {
  return { verdict: holds ? 'pass' : 'fail', expected, received };
}

/** A finding on what a peer MAY do. */
export function offer(offered: boolean, expected: string, received: string): Finding {
  return { verdict: offered ? 'offered' : 'not offered', expected, received };
}

/** Nothing to judge: the subject lacks what the clause is about. */
export function notApplicable(expected: string, reason: string): Finding {
  return { verdict: 'not applicable', expected, received: reason };
}

/** Nothing can be said, for this reason. */
export function inconclusive(expected: string, reason: string): Finding {
  return { verdict: 'inconclusive', expected, received: reason };
}
