/**
 * The side-by-side runs: processor time of the server per operation, beside `ws`, `node:http` and
 * raw `node:net`.
 *
 *     npm run bench -- [--check] [--only PART]... [--rounds COUNT] [--round MILLISECONDS]
 *
 *     npm run bench -- overhead [--messages COUNT] [--every MILLISECONDS]
 *
 * `--only` chooses cases by a part of their title; `--check` exits 1 when a goal is missed. `overhead`
 * measures something else: what a message costs on the wire by each transport.
 *
 * @module
 */

import { parseArgs } from 'node:util';
import { CASES } from './cases.ts';
import { COMPRESSED_SIZES, formatSize, measureSize, reachesSizeGoal } from './compressed-size.ts';
import { describeMachine } from './machine.ts';
import { measure } from './measure.ts';
import { measureOverhead } from './overhead/overhead.ts';
import { pinGenerator } from './process.ts';
import { formatOutcomes, type Outcome, reachesGoal } from './report.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    messages: { type: 'string', default: '20' },
    every: { type: 'string', default: '3000' },
    check: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    rounds: { type: 'string', default: '5' },
    round: { type: 'string', default: '1000' },
  },
});

if (positionals.includes('overhead')) {
  console.log(await measureOverhead(Number(options.messages), Number(options.every)));
  process.exit();
}

const rounds = { count: Number(options.rounds), time: Number(options.round) };
const { only } = options;
const isChosen = ({ title }: { readonly title: string }) =>
  only.length === 0 || only.some((part) => title.includes(part));
const chosen = CASES.filter(isChosen);
const sizes = COMPRESSED_SIZES.filter(isChosen).map(
  (subject) => [subject, measureSize(subject)] as const,
);

pinGenerator();
const outcomes: Outcome[] = [];
for (const subject of chosen) {
  process.stderr.write(`${subject.title} ...\n`);
  outcomes.push({ subject, measurements: await measure(subject, rounds) });
}

console.log(describeMachine());
console.log(`medians of ${rounds.count} interleaved rounds of ${rounds.time} ms\n`);
console.log(formatOutcomes(outcomes));
for (const [subject, measured] of sizes) console.log(`\n${formatSize(subject, measured)}`);
const isReached =
  outcomes.every(reachesGoal) &&
  sizes.every(([subject, measured]) => reachesSizeGoal(subject, measured));
if (options.check && !isReached) process.exitCode = 1;
