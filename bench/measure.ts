import type { Case, Contender } from './cases.ts';
import { Load, type Shape } from './load/load.ts';
import { ContenderProcess, isInstalled } from './process.ts';

/** How long and how often is measured. */
export interface Rounds {
  readonly count: number;
  /** The length of one, in milliseconds. */
  readonly time: number;
}

/** What one contender needed: microseconds of processor time per operation, a number a round. */
export interface Measurement {
  readonly name: string;
  readonly rounds: readonly number[];
}

/**
 * Measures the contenders of one case side by side: every round is the turn of each of them, so
 * that whatever else the machine does falls on all alike. A first round, not counted, is for the
 * just-in-time compiler.
 */
export async function measure({ contenders, shape }: Case, rounds: Rounds): Promise<Measurement[]> {
  const entrants = contenders.filter(({ runtime }) => isInstalled(runtime));
  const processes = await Promise.all(
    entrants.map(({ runtime, file, args }) => ContenderProcess.start(runtime, file, args)),
  );
  const measurements = entrants.map(({ name }) => ({ name, rounds: [] as number[] }));
  try {
    for (let round = 0; round <= rounds.count; round++) {
      for (const [i, entrant] of entrants.entries()) {
        const cost = await costOf(entrant, processes[i]!, shape, rounds.time);
        if (round > 0) measurements[i]!.rounds.push(cost);
      }
    }
  } finally {
    await Promise.all(processes.map((process) => process.end()));
  }
  return measurements;
}

/** Processor time per operation, over all that is done from one quiet moment to the next. */
async function costOf(
  { traffic }: Contender,
  contender: ContenderProcess,
  shape: Shape,
  time: number,
): Promise<number> {
  const load = traffic && (await Load.open(contender.port, traffic, shape));
  const before = await contender.cpu();
  const operations = await (load ?? { run: () => contender.work(time) }).run(time);
  const after = await contender.cpu();
  await load?.close();
  return (after - before) / operations;
}
