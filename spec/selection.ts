/**
 * Which probes are run: those that are asked for, by their names and by the level of their clauses.
 *
 * @module
 */

import type { Clause } from './clauses.ts';
import type { Level, Probe } from './probe.ts';
import { standardOf } from './standards.ts';

/** What is asked for; what is left out asks for everything. */
export interface Selection {
  /**
   * Only the probes with these names. A name is that of a standard (`rfc6455`), of a section
   * (`6455-5.2`), of a clause (`6455-5.2-8`) or of a probe (`6455-5.2-8/a`); `*` stands for anything.
   */
  readonly only?: readonly string[] | undefined;
  /** None of the probes with these names. */
  readonly skip?: readonly string[] | undefined;
  /** The probes that take long too, which are left out unless `only` has the name of one itself. */
  readonly long?: boolean | undefined;
  /** Only clauses of this level and stronger ones: MUST leaves SHOULD and MAY out. */
  readonly level?: 'MUST' | 'SHOULD' | 'MAY' | undefined;
}

/** How strong a level is. */
const STRENGTHS: Readonly<Record<Level, number>> = {
  MUST: 2,
  'MUST NOT': 2,
  SHOULD: 1,
  'SHOULD NOT': 1,
  MAY: 0,
};

/** Those of the probes that are asked for. */
export function select<Peer>(
  probes: readonly Probe<Peer>[],
  { only, skip = [], long = false, level = 'MAY' }: Selection,
  clauses: ReadonlyMap<string, Clause>,
): Probe<Peer>[] {
  return probes.filter((probe) => {
    const isAsked = only === undefined || only.some((name) => isNamed(probe, name));
    const isSkipped = skip.some((name) => isNamed(probe, name));
    const isInTime = probe.long !== true || long || only?.includes(probe.id) === true;
    const strength = STRENGTHS[clauses.get(probe.clause)!.level];
    return isAsked && !isSkipped && isInTime && strength >= STRENGTHS[level];
  });
}

/** Whether a probe, its clause, its section or its standard has this name. */
export function isNamed({ id, clause }: { id: string; clause: string }, name: string): boolean {
  if (name.includes('*')) return [id, standardOf(clause).id].some((one) => matches(one, name));
  return standardOf(clause).id === name || id === name || hasSection(id, name);
}

/** Whether the id begins with the name, and the name ends where a number does. */
function hasSection(id: string, name: string): boolean {
  return id.startsWith(name) && ['-', '.', '/'].includes(id[name.length]!);
}

function matches(text: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}
