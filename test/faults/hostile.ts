/**
 * A hostile minute: `npm run test:faults -- [--long] [--seed N] [--connections N] [--seconds N]`.
 * The last line holds the counts and the seed.
 *
 * @module
 */

import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type HostileRun, runHostilePeers } from './hostile-run.ts';

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    long: { type: 'boolean', default: false },
    seed: { type: 'string' },
    connections: { type: 'string', default: '2000' },
    seconds: { type: 'string' },
  },
});

const options = {
  connections: Number(values.connections),
  seconds: Number(values.seconds ?? (values.long ? 600 : 60)),
  seed: Number(values.seed ?? randomInt(2 ** 31)),
};

console.log(`${options.connections} hostile peers for ${options.seconds} s, seed ${options.seed}`);
const run = await runHostilePeers(options);
for (const fault of run.faults) console.log(`FAULT ${fault}`);
for (const [name, count] of run.attacks) console.log(`${`${count}`.padStart(8)} ${name}`);
console.log(summary(run));
if (run.faults.length > 0) process.exitCode = 1;

function summary({ connections, exchanges, slowest, growth, faults }: HostileRun): string {
  return [
    faults.length === 0 ? 'passed' : `FAILED (${faults.length} faults)`,
    `${connections} hostile connections`,
    `${exchanges} exchanges of a good peer, the slowest ${slowest.toFixed(0)} ms`,
    `memory ${growth < 0 ? '' : '+'}${(growth / 1e6).toFixed(1)} MB`,
    `seed ${options.seed}`,
  ].join('; ');
}
