/**
 * Push through faults: `npm run test:faults -- push [--seed N] [--messages N] [--readers N]
 * [--seconds N]`. The last line holds the counts and the seed.
 *
 * @module
 */

import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { GapCause } from './push-ledger.ts';
import { type PushRun, runPush, type Scenario } from './push-run.ts';

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string' },
    messages: { type: 'string', default: '100000' },
    readers: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '90' },
    scenario: { type: 'string' },
    'no-page': { type: 'boolean', default: false },
  },
});

const seed = Number(values.seed ?? randomInt(2 ** 31));
const [messages, readers, seconds] = [values.messages, values.readers, values.seconds].map(Number);
const all: readonly Scenario[] = ['no restarts', 'log kept', 'log lost'];
const scenarios = all.filter((each) => (values.scenario ?? each) === each);

console.log(`${readers} readers and a page, ${messages} messages in ${seconds} s, seed ${seed}`);
const runs: PushRun[] = [];
for (const [i, scenario] of scenarios.entries()) {
  const run = await runPush({
    scenario,
    messages: Math.floor((messages! + i) / scenarios.length),
    readers: readers!,
    seconds: seconds! / scenarios.length,
    hasPage: !values['no-page'],
    seed,
  });
  runs.push(run);
  for (const fault of run.faults) console.log(`FAULT ${fault}`);
  const proxied = Array.from(run.proxied, ([name, count]) => `${count} ${name}`).join(', ');
  console.log(`connections: ${proxied}`);
  console.log(`${scenario}: ${countsOf([run])}`);
}
const faults = runs.flatMap((run) => run.faults).length;
const verdict = faults === 0 ? 'passed' : `FAILED (${faults} faults)`;
console.log(`${verdict}; ${countsOf(runs)}; seed ${seed}`);
if (faults > 0) process.exitCode = 1;

function countsOf(runs: readonly PushRun[]): string {
  const sum = (count: (run: PushRun) => number) =>
    runs.reduce((total, run) => total + count(run), 0);
  return [
    `published ${sum(({ published }) => published)}`,
    `delivered ${sum(({ delivered }) => delivered)}`,
    `to inboxes ${sum(({ mail }) => mail)}`,
    `repeated ${sum(({ repeated }) => repeated)}`,
    `lost ${sum(({ lost }) => lost)}`,
    `restarts ${sum(({ restarts }) => restarts)}`,
    `gaps: ${gapsOf(runs)}`,
  ].join('; ');
}

/** The gaps by cause and by how their clients read. */
function gapsOf(runs: readonly PushRun[]): string {
  const causes = new Map<GapCause, Map<string, number>>();
  for (const [cause, kinds] of runs.flatMap(({ gaps }) => [...gaps])) {
    const sums = causes.get(cause) ?? new Map<string, number>();
    causes.set(cause, sums);
    for (const [kind, count] of kinds) sums.set(kind, (sums.get(kind) ?? 0) + count);
  }
  const texts = Array.from(causes, ([cause, kinds]) => {
    const counts = Array.from(kinds, ([kind, count]) => `${count} ${kind}`);
    return `${cause} (${counts.join(', ')})`;
  });
  return texts.join(', ') || 'none';
}
