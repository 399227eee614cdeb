/**
 * Judges servers and clients that others have written, and writes `docs/peers.md`: `npm run conform:peers`, or
 * `npm run conform:peers -- ws Bun` for some of them. What is not installed is named, and keeps what came of it
 * when it was.
 *
 * @module
 */

import { writeFileSync } from 'node:fs';

import { keep, keptOutcomes, outcomeOf } from './outcomes.ts';
import { PAGE, pageOf, unexplained } from './page.ts';
import type { Peer } from './peer.ts';
import { PEERS } from './peers.ts';

/** How many results there are between two lines. */
const RESULTS_A_LINE = 100;

const asked = process.argv.slice(2).map((name) => name.toLowerCase());
const chosen = PEERS.filter(({ name }) => asked.length === 0 || asked.includes(name.toLowerCase()));
const names = [...new Set(PEERS.map(({ name }) => name))].join(', ');
if (chosen.length === 0) throw new Error(`there is no such peer; there are ${names}`);

const missing: Peer[] = [];
for (const [index, peer] of chosen.entries()) await judge(peer, `${index + 1} of ${chosen.length}`);
for (const { name, role, install } of missing) {
  console.log(`not installed: ${name} as a ${role}. To judge it: ${install}`);
}

const outcomes = keptOutcomes();
writeFileSync(PAGE, pageOf(outcomes));
console.log(`written: ${PAGE}, with ${outcomes.length} of ${PEERS.length} peers`);
for (const { name, fault } of outcomes.flatMap(unexplained)) {
  console.log(`without an explanation: ${name} ${fault.probe} ${fault.verdict}, ${fault.received}`);
  process.exitCode = 1;
}

async function judge(peer: Peer, place: string): Promise<void> {
  const { name, role } = peer;
  const version = peer.version();
  if (version === undefined) {
    missing.push(peer);
    console.log(`${place}: ${name} as a ${role} is not installed`);
    return;
  }
  console.log(`${place}: ${name} ${version} as a ${role}`);
  const report = await peer.judge((done, total) => {
    if (done % RESULTS_A_LINE === 0) console.log(`  ${done} of ${total} probes`);
  });
  for (const obstacle of report.obstacles) {
    console.log(`  not judged, or not to the end: ${obstacle}`);
    process.exitCode = 1;
  }
  if (report.obstacles.length > 0) return;
  const outcome = outcomeOf(peer, version, report);
  keep(outcome);
  const failed = outcome.faults.filter(({ verdict }) => verdict === 'fail').length;
  console.log(`  ${report.results.length} probes in ${outcome.seconds} s, ${failed} failed`);
}
