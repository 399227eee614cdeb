/**
 * Tries every probe on peers that break just its clause, and on one that is right:
 * `node dist/test/mutants/run.js [--long] [name ...]`, with only the probes whose id begins with a name;
 * `--long` judges the right peer by probes that take minutes too.
 *
 * @module
 */

import { parseArgs } from 'node:util';

import { standardOf } from '../../spec/standards.ts';
import type { Suite } from './mutant.ts';
import { SUITES } from './suites.ts';
import { type Outcome, type SurveyOptions, survey, untested } from './survey.ts';

/** How often it is told how far it has come. */
const STEPS = 20;

/** How long the last connections may take to end, in milliseconds: more than a busy machine may stand still. */
const ENDING = 10_000;

const { positionals: names, values } = parseArgs({
  allowPositionals: true,
  options: { long: { type: 'boolean', default: false } },
});
const began = Date.now();
const isNamed = (id: string) => names.length === 0 || names.some((name) => id.startsWith(name));

const options: SurveyOptions = {
  isChosen: ({ probe }) => isNamed(probe),
  hasTime: values.long,
  onOutcome: ({ probe, mutant, complaint }, done, total) => {
    if (complaint !== undefined) {
      const what = mutant === undefined ? 'BLAMED    the right peer' : `SURVIVOR  ${mutant.fault}`;
      console.log(`${probe}  ${what}\n    ${complaint.slice(0, 600)}`);
    }
    if (Math.floor((done * STEPS) / total) > Math.floor(((done - 1) * STEPS) / total)) {
      console.log(`${done} of ${total}, ${((Date.now() - began) / 1_000).toFixed(0)} s`);
    }
  },
};

// One suite after the other: some keep the machine busy, and others look at what comes in time.
const outcomes: Outcome[] = [];
for (const suite of SUITES) outcomes.push(...(await survey([suite], options)));
await Promise.all(SUITES.map((suite) => suite.close()));

/** A line of the table: the probes of one standard, and what became of their mutants. */
function row(suite: Suite, standard: string): (string | number)[] {
  const isOf = (id: string) => standardOf(id).name === standard && isNamed(id);
  const theirs = outcomes.filter((outcome) => outcome.suite === suite && isOf(outcome.probe));
  const mutants = theirs.filter(({ mutant }) => mutant !== undefined);
  return [
    suite.name,
    standard,
    suite.probes.filter(({ id }) => isOf(id)).length,
    suite.offers.filter(isOf).length,
    untested(suite).filter(isOf).length,
    mutants.length,
    mutants.filter(isWrong).length,
    theirs.length - mutants.length - theirs.filter((one) => !one.mutant && !isWrong(one)).length,
  ];
}

function isWrong({ complaint }: Outcome): boolean {
  return complaint !== undefined;
}

const HEADING = ['', '', 'probes', 'offers', 'no mutant', 'mutants', 'survivors', 'blamed'];
const rows = SUITES.flatMap((suite) => {
  const standards = new Set(
    suite.probes.filter(({ id }) => isNamed(id)).map(({ id }) => standardOf(id).name),
  );
  return [...standards].map((standard) => row(suite, standard));
});
const sums = HEADING.map((_, column) =>
  column < 2 ? '' : rows.reduce((sum, one) => sum + Number(one[column]), 0),
);
const table = [HEADING, ...rows, sums].map((cells) => cells.map(String));
const widths = HEADING.map((_, column) => Math.max(...table.map((cells) => cells[column]!.length)));
console.log('');
for (const cells of table) {
  const padded = cells.map((cell, column) =>
    column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
  );
  console.log(padded.join('  ').trimEnd());
}
const bare = SUITES.flatMap(untested).filter(isNamed);
if (bare.length > 0) console.log(`\nwithout a mutant: ${bare.join(', ')}`);
const wrong = outcomes.filter(isWrong).length;
console.log(`\n${wrong} not as they should be, ${((Date.now() - began) / 1_000).toFixed(0)} s`);
process.exitCode = wrong + bare.length === 0 ? 0 : 1;
setTimeout(() => {
  console.log(`still open behind the last probe: ${process.getActiveResourcesInfo().join(', ')}`);
  process.exit(1);
}, ENDING).unref();
