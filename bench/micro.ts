import Benchmark from 'benchmark';

import { describeMachine } from './machine.ts';

/** Functions that do the same, by what they are; ours comes first. */
export type Contenders = Readonly<Record<string, () => unknown>>;

/** What the contenders return goes here, so that none of them can be left out. */
export const results: { last: unknown } = { last: undefined };

/** Prints what the figures below depend on. */
export function begin(): void {
  console.log(`${describeMachine()}\n`);
}

/**
 * Times the contenders, one after the other, and prints for each the nanoseconds an operation takes
 * in the fastest sample, since what else the machine does only ever adds to it; the spread of the
 * samples; and how many times as long as the first it takes.
 *
 * @param operations - How many operations one call is.
 */
export function compare(title: string, contenders: Contenders, operations = 1): void {
  const suite = new Benchmark.Suite();
  for (const [name, run] of Object.entries(contenders)) {
    suite.add(name, () => {
      results.last = run();
    });
  }
  suite.run();
  console.log(title);
  const [ours] = suite.map(fastest);
  suite.forEach((bench: Benchmark) => {
    const nanoseconds = ((fastest(bench) / operations) * 1e9).toFixed(1).padStart(12);
    const spread = bench.stats.rme.toFixed(0).padStart(3);
    const ratio = (fastest(bench) / ours!).toFixed(2).padStart(9);
    console.log(`  ${String(bench.name).padEnd(36)}${nanoseconds} ns ± ${spread} % ${ratio}`);
  });
  console.log('');
}

/** The seconds that a call took in the fastest sample. */
function fastest({ stats }: Benchmark): number {
  return Math.min(...stats.sample);
}
