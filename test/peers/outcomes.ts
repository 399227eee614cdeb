/**
 * What came of the peers, kept beside the page that is made of it, so that one peer can be judged again
 * without the others.
 *
 * @module
 */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';

import type { Report } from '../../spec/conformance.ts';
import type { Fault, Outcome, Peer } from './peer.ts';
import { PEERS } from './peers.ts';

const FOLDER = 'test/peers/outcomes';

/** How much is kept of what came in place of what was expected. */
const MAX_RECEIVED = 160;

/** What came of all peers that have been judged, in the order of the peers. */
export function keptOutcomes(): Outcome[] {
  return PEERS.filter((peer) => existsSync(fileOf(peer))).map(
    (peer) => JSON.parse(readFileSync(fileOf(peer), 'utf8')) as Outcome,
  );
}

/** Keeps what came of a peer. */
export function keep(outcome: Outcome): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(fileOf(outcome), `${JSON.stringify(outcome, undefined, 2)}\n`);
}

/** What is kept of a report. */
export function outcomeOf({ name, role, about }: Peer, version: string, report: Report): Outcome {
  const counts: Record<string, Record<string, number>> = {};
  for (const { standard, verdict } of report.results) {
    counts[standard] ??= {};
    const row = counts[standard];
    row[verdict] = (row[verdict] ?? 0) + 1;
  }
  const date = report.date.slice(0, 10);
  const seconds = Math.round(report.milliseconds / 1_000);
  return { name, role, about, version, date, seconds, counts, faults: faultsOf(report) };
}

function faultsOf({ results }: Report): Fault[] {
  return results.flatMap(({ probe, clause, title, verdict, received }) => {
    if (verdict !== 'fail' && verdict !== 'departure' && verdict !== 'inconclusive') return [];
    return [{ probe, clause, title, verdict, received: shortened(received) }];
  });
}

/** Without what is another in each run: ports, and times. */
function shortened(received: string): string {
  const told = received
    .replace(/\b(127\.0\.0\.1|localhost):\d+/g, '$1')
    .replace(/\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT/g, '…')
    .replace(/\b\d+ ms\b/g, 'some ms')
    .replace(/SHA-1 [0-9a-f]+/g, 'SHA-1 …')
    .replace(/\s+/g, ' ');
  return told.length > MAX_RECEIVED ? `${told.slice(0, MAX_RECEIVED)}…` : told;
}

function fileOf({ name, role }: Pick<Outcome, 'name' | 'role'>): string {
  return `${FOLDER}/${name.replaceAll(/\W+/g, '-')}-${role}.json`;
}
