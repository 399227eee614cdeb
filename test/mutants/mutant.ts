/**
 * What proves that a probe can fail: peers that are wrong in one way each, beside one that is right.
 *
 * @module
 */

import type { Probe, Verdict } from '../../spec/probe.ts';
import type { Result } from '../../spec/run-probes.ts';

/** A peer that is wrong in one way. */
export interface Mutant {
  /** The id of the probe that has to find it. */
  readonly probe: string;
  /** What the peer does wrong, in words that stand behind "a peer that …". */
  readonly fault: string;
  /** Whether its fault is to say nothing. Of any other mutant, silence proves nothing. */
  readonly isSilent?: true;
  /**
   * Starts it, runs the probe against it, and is rid of it.
   *
   * @param timeout - How long to wait for what may never come, in milliseconds.
   */
  judge(timeout: number): Promise<Result>;
}

/** The mutants of one kind of peer, and the right peer that they depart from. */
export interface Suite {
  /** What the peers are: `HTTP servers`. */
  readonly name: string;
  /** All probes that need a mutant. */
  readonly probes: readonly Pick<Probe, 'id' | 'role' | 'long'>[];
  /** Those that only tell what a peer offers, and never say `fail`: they may do without a mutant. */
  readonly offers: readonly string[];
  readonly mutants: readonly Mutant[];
  /** How many of the probes run at once, where that can't be as many as usual. */
  readonly atOnce?: number | undefined;
  /** Runs a probe against the right peer. */
  judgeRight(probe: string): Promise<Result>;
  /** Lets go of what all of them share. */
  close(): Promise<void>;
}

/** How long a right peer may take for what has to come: more than a busy machine may stand still. */
export const PATIENT = 20_000;

/** How long is waited for what a mutant may never do. */
export const IMPATIENT = 1_500;

/** How long a mutant is listened to that should keep quiet: it may be slow to say the wrong thing. */
export const ATTENTION = 1_000;

/** What a probe says of a peer that breaks its clause. */
const FOUND: readonly Verdict[] = ['fail', 'departure'];

/** What a probe says of a peer that MAY do something. */
const OFFERS: readonly Verdict[] = ['offered', 'not offered'];

/** Nothing came, or there was nobody: that tells nothing about any other clause. */
const SILENCE = /\bwithin \d+ ms|no connection:|^silence$/;

/** Why the right peer does not count as right; nothing when it does. */
export function wrongInRight({ offers }: Suite, result: Result): string | undefined {
  const isOffer = OFFERS.includes(result.verdict);
  const isRight = result.verdict === 'pass' || (isOffer && offers.includes(result.probe));
  return isRight ? undefined : told(result);
}

/** Whether it may only be that the machine was too busy to hear more of it in time. */
export function isSilent({ verdict, received }: Result): boolean {
  return verdict === 'inconclusive' || SILENCE.test(received);
}

/** Why a mutant has survived; nothing when the probe has found it. */
export function survival(
  mutant: Mutant,
  result: Result,
  right: Result | undefined,
): string | undefined {
  const isFound = FOUND.includes(result.verdict);
  const isOther =
    right !== undefined && OFFERS.includes(result.verdict) && OFFERS.includes(right.verdict);
  const isKilled = isFound || (isOther && result.verdict !== right.verdict);
  const isForSilence = !mutant.isSilent && isSilent(result);
  return isKilled && !isForSilence ? undefined : told(result);
}

function told({ verdict, expected, received }: Result): string {
  return `${verdict}: expected ${expected}, received ${received}`;
}
