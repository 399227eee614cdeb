/**
 * Runs the probes of suites against their mutants, many at a time.
 *
 * @module
 */

import type { Result } from '../../spec/run-probes.ts';
import { IMPATIENT, isSilent, type Mutant, type Suite, survival, wrongInRight } from './mutant.ts';

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
  /** Which mutants; all when it is left out. */
  readonly isChosen?: ((mutant: Mutant) => boolean) | undefined;
  /** Whether a right peer is judged by probes that take minutes to say `pass` too. */
  readonly hasTime?: boolean | undefined;
  readonly onOutcome?: ((outcome: Outcome, done: number, total: number) => void) | undefined;
}

/** How many probes run at once, if the suite says nothing else. Most of their time they wait. */
const AT_ONCE = 24;

/** Judges the mutants and, once for each of their probes, the right peer. */
export async function survey(
  suites: readonly Suite[],
  { isChosen = () => true, hasTime = false, onOutcome }: SurveyOptions = {},
): Promise<Outcome[]> {
  const tasks = suites.flatMap((suite) => {
    const chosen = suite.mutants.filter(isChosen);
    return suite.probes.flatMap(({ id, long = false }) => {
      const mutants = chosen.filter(({ probe }) => probe === id);
      return mutants.length === 0 ? [] : [{ suite, probe: id, mutants, isBrief: hasTime || !long }];
    });
  });
  const total = tasks.reduce(
    (sum, { mutants, isBrief }) => sum + mutants.length + Number(isBrief),
    0,
  );
  const outcomes: Outcome[] = [];
  const tell = (outcome: Outcome) => {
    outcomes.push(outcome);
    onOutcome?.(outcome, outcomes.length, total);
  };
  const queue = tasks.values();
  const work = async () => {
    for (const { suite, probe, mutants, isBrief } of queue) {
      const right = isBrief ? await suite.judgeRight(probe) : undefined;
      if (right !== undefined) tell({ suite, probe, complaint: wrongInRight(suite, right) });
      for (const mutant of mutants) tell(await outcomeOf(suite, mutant, right));
    }
  };
  const length = Math.min(...suites.map(({ atOnce = AT_ONCE }) => atOnce));
  await Promise.all(Array.from({ length }, work));
  return outcomes;
}

/** One of which nothing was heard is asked once more, with more time. */
async function outcomeOf(
  suite: Suite,
  mutant: Mutant,
  right: Result | undefined,
): Promise<Outcome> {
  let result = await mutant.judge(IMPATIENT);
  if (!mutant.isSilent && isSilent(result)) result = await mutant.judge(4 * IMPATIENT);
  return { suite, probe: mutant.probe, mutant, complaint: survival(mutant, result, right) };
}

/** The probes that nothing is known to fail: they have no mutant, and are not about an offer. */
export function untested({ probes, mutants, offers }: Suite): string[] {
  const tested = new Set([...mutants.map(({ probe }) => probe), ...offers]);
  return probes.filter(({ id }) => !tested.has(id)).map(({ id }) => id);
}
