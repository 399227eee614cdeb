/**
 * Runs the probes of suites against their mutants, many at a time.
 *
 * @module
 */

import type { Result } from '../../spec/run-probes.ts';
import { type Mutant, type Suite, survival, wrongInRight } from './mutant.ts';

/** What came of one mutant, or of the right peer. */
export interface Outcome {
  readonly suite: Suite;
  readonly probe: string;
  /** Absent for the right peer. */
  readonly mutant?: Mutant;
  /** Why it is not as it should be: a mutant that was not found, a right peer that was blamed. */
  readonly complaint: string | undefined;
}

/** What is run, and who is told. */
export interface SurveyOptions {
  /** Which mutants, and the probes that have to find them; all when it is left out. */
  readonly isChosen?: ((mutant: { readonly probe: string }, index: number) => boolean) | undefined;
  readonly onOutcome?: ((outcome: Outcome, done: number, total: number) => void) | undefined;
}

/** How many probes run at once. Most of their time they wait. */
const AT_ONCE = 24;

/** Judges the mutants and, once for each of their probes, the right peer. */
export async function survey(
  suites: readonly Suite[],
  { isChosen = () => true, onOutcome }: SurveyOptions = {},
): Promise<Outcome[]> {
  const tasks = suites.flatMap((suite) => {
    const mutants = suite.mutants.filter(isChosen);
    const probes = suite.probes.filter(
      ({ id }, index) =>
        mutants.some(({ probe }) => probe === id) ||
        (suite.offers.includes(id) && isChosen({ probe: id }, index)),
    );
    return probes.map(({ id }) => ({
      suite,
      probe: id,
      mutants: mutants.filter(({ probe }) => probe === id),
    }));
  });
  const total = tasks.reduce((sum, { mutants }) => sum + mutants.length + 1, 0);
  const outcomes: Outcome[] = [];
  const tell = (outcome: Outcome) => {
    outcomes.push(outcome);
    onOutcome?.(outcome, outcomes.length, total);
  };
  const queue = tasks.values();
  const work = async () => {
    for (const { suite, probe, mutants } of queue) {
      const right = await suite.judgeRight(probe);
      tell({ suite, probe, complaint: wrongInRight(suite, right) });
      for (const mutant of mutants) tell(await outcomeOf(suite, mutant, right));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return outcomes;
}

async function outcomeOf(suite: Suite, mutant: Mutant, right: Result): Promise<Outcome> {
  const complaint = survival(mutant, await mutant.judge(), right);
  return { suite, probe: mutant.probe, mutant, complaint };
}

/** The probes that nothing is known to fail: they have no mutant, and are not about an offer. */
export function untested({ probes, mutants, offers }: Suite): string[] {
  const tested = new Set([...mutants.map(({ probe }) => probe), ...offers]);
  return probes.filter(({ id }) => !tested.has(id)).map(({ id }) => id);
}
