/**
 * What is told of a subject when it has been judged.
 *
 * @module
 */

import type { Verdict } from '../probe.ts';
import type { Result } from '../run-probes.ts';
import type { Door } from '../server-probes.ts';

/** Who was judged. */
export interface ReportedSubject {
  readonly name: string;
  readonly role: 'server' | 'client';
  /** Where a server was asked. */
  readonly addresses?: Readonly<Partial<Record<Door, string>>> | undefined;
  /** What a client was started by. */
  readonly command?: readonly string[] | undefined;
}

/** The result of a probe, with what it was about. */
export interface ReportedResult extends Result {
  /** The standard, by the name that it has on the command line. */
  readonly standard: string;
  readonly section: string;
  /** What the clause asks for, in our wording. */
  readonly requirement: string;
  /** What a peer that keeps the clause does. */
  readonly title: string;
  /** What was sent. */
  readonly sends: string;
}

/** All that came of judging one subject. */
export interface Report {
  /** The version of this form. */
  readonly version: 1;
  readonly subject: ReportedSubject;
  /** When it began, as ISO 8601 has it. */
  readonly date: string;
  /** Decides in which order the probes began. */
  readonly seed: number;
  /** How long it took. */
  readonly milliseconds: number;
  /** What kept the subject from being judged, wholly or in part; empty when nothing did. */
  readonly obstacles: readonly string[];
  /** What the subject does not have, so that some probes are not applicable. */
  readonly lacks: readonly string[];
  /** In the order of the standards. */
  readonly results: readonly ReportedResult[];
}

/** All verdicts, the worst first. */
export const VERDICTS: readonly Verdict[] = [
  'fail',
  'departure',
  'inconclusive',
  'pass',
  'offered',
  'not offered',
  'not applicable',
];

/** How many results there are of each verdict. */
export type Counts = Readonly<Record<Verdict, number>>;

/** Counts verdicts. */
export function countsOf(results: readonly Pick<Result, 'verdict'>[]): Counts {
  const counts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0]));
  for (const { verdict } of results) counts[verdict]! += 1;
  return counts as Counts;
}

/** Whether a person who looks for faults wants to see this first. */
export function isFault({ verdict }: Pick<Result, 'verdict'>): boolean {
  return verdict === 'fail' || verdict === 'departure' || verdict === 'inconclusive';
}
