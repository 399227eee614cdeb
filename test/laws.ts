/**
 * Tries the laws of all parsers and prints how often: `node dist/test/laws.js [--minutes N]`.
 *
 * Each law is tried 1,000 times (`LAW_RUNS`), or for its share of the given minutes.
 *
 * @module
 */

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from 'node:test';
import { parseArgs } from 'node:util';

import { LAW_TEST_NAME, type LawRecord } from './support/law.ts';
import { holesIn, lawTable, printed } from './support/law-table.ts';
import { lawFiles } from './support/test-files.ts';

/** Tries every law, under the environment's `LAW_…` variables; tells what was tried and what fell. */
async function tryLaws(isTold: boolean): Promise<{ records: LawRecord[]; fallen: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'encke-laws-'));
  const report = join(folder, 'report');
  process.env['LAW_REPORT'] = report;
  let fallen = 0;
  const stream = run({
    files: lawFiles(),
    concurrency: availableParallelism(),
    testNamePatterns: LAW_TEST_NAME,
  });
  stream.on('test:pass', ({ name, details }) => {
    if (isTold && LAW_TEST_NAME.test(name))
      console.log(`ok  ${name}  ${details.duration_ms | 0} ms`);
  });
  stream.on('test:fail', ({ name, details: { error } }) => {
    if (isSummary(error)) return;
    fallen++;
    if (isTold) console.log(`FALLEN  ${name}\n${error.cause ?? error}`);
  });
  for await (const _ of stream);
  const records = existsSync(report) ? recordsIn(report) : [];
  rmSync(folder, { recursive: true });
  return { records, fallen };
}

/** Whether the failure only tells that a test within it failed, which has told so itself. */
function isSummary(error: Error): boolean {
  return 'failureType' in error && error.failureType === 'subtestsFailed';
}

function recordsIn(report: string): LawRecord[] {
  return readFileSync(report, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LawRecord);
}

/** Divides the minutes among all laws, which run as many at a time as there are processors. */
async function shareAmongLaws(minutes: number): Promise<void> {
  process.env['LAW_RUNS'] = '1';
  const { records } = await tryLaws(false);
  const milliseconds = (minutes * 60_000 * availableParallelism()) / Math.max(1, records.length);
  process.env['LAW_TIME'] = String(Math.round(milliseconds));
  console.log(`${records.length} laws, ${process.env['LAW_TIME']} ms each`);
}

const { values } = parseArgs({ options: { minutes: { type: 'string' } } });
if (values.minutes !== undefined) await shareAmongLaws(Number(values.minutes));
const { records, fallen } = await tryLaws(true);
const table = lawTable(records);
const holes = holesIn(table);
console.log(`\n${printed(table)}`);
console.log(`${records.length} laws, ${fallen} fallen, ${holes.length} holes in the table`);
process.exitCode = fallen + holes.length === 0 ? 0 : 1;
