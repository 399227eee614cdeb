import { appendFileSync } from 'node:fs';
import { it } from 'node:test';
import fc from 'fast-check';

/**
 * The five laws that every fast parser and decoder is held to:
 * it agrees with its slow literal model; any split of the octets has the same outcome; it decodes
 * what its encoder made; every proper prefix asks for more; and what follows is left untouched.
 */
export const LAWS = ['model', 'split', 'round trip', 'prefix', 'rest'] as const;

export type LawName = (typeof LAWS)[number];

/** What is known of a law once it has been tried. */
export interface LawRecord {
  readonly parser: string;
  readonly law: LawName;
  readonly sentence: string;
  readonly runs: number;
}

/** What the names of laws, as tests, end with. */
export const LAW_TEST_NAME: RegExp = new RegExp(`: (?:${LAWS.join('|')})\\)$`);

/** Declares a law of `parser` (the name of its export) as a test. `sentence` begins "for any ...". */
export function law<Ts>(
  parser: string,
  name: LawName,
  sentence: string,
  property: fc.IProperty<Ts>,
): void {
  it(`${sentence} (${parser}: ${name})`, () => {
    fc.assert(property, {
      ...howOften(process.env),
      reporter: (details) => {
        record({ parser, law: name, sentence, runs: details.numRuns });
        if (!details.failed) return;
        throw new Error(fc.defaultReportMessage(details), { cause: details.errorInstance });
      },
    });
  });
}

/**
 * How often each law is tried: 1,000 times, or `LAW_RUNS` times, or for `LAW_TIME` milliseconds.
 * With `LAW_SEED` every run of the tests tries the same values, and stops at the first that breaks
 * the law instead of looking for the smallest.
 */
function howOften(env: NodeJS.ProcessEnv) {
  const runs = Number(env['LAW_RUNS'] ?? 1_000);
  const time = env['LAW_TIME'];
  const seed = env['LAW_SEED'];
  return {
    ...(time === undefined
      ? { numRuns: runs }
      : { numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: Number(time) }),
    ...(seed === undefined ? {} : { seed: Number(seed), endOnFailure: true }),
  };
}

/** Adds a line to the file that `LAW_REPORT` names, if it names one. */
function record(entry: LawRecord): void {
  const report = process.env['LAW_REPORT'];
  if (report !== undefined) appendFileSync(report, `${JSON.stringify(entry)}\n`);
}
