/**
 * Runs the built tests, all of them or those of some folders:
 * `node dist/test/run.js [quick] [folder ...]`.
 *
 * @module
 */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

import { folderOf, testFiles } from './support/test-files.ts';

/** What `quick` leaves out: a minute of attacks, a package installed, proxies, and what needs Chromium. */
const NOT_QUICK: readonly string[] = ['faults', 'packaging', 'proxies'];
const CHROMIUM = './chromium.js';

/**
 * What reads texts and tables and runs nothing of encke: no version of Node can find in it what another
 * does not, so that `quick`, which is run on several, leaves it out too.
 */
const TEXT_ALONE: readonly string[] = [
  'architecture',
  'conformance/coverage',
  'docs/clauses',
  'docs/client',
  'docs/conformance',
  'docs/limits',
  'docs/reading',
  'docs/site',
  'docs/techniques',
  'peers/peers',
].map((name) => `dist/test/${name}.test.js`);

/** How often `quick` tries each law; otherwise the laws choose. */
const QUICK_LAW_RUNS = '100';

/**
 * How many files run at once. Many wait most of their time, for a proxy or a page; node:test itself
 * would leave a core free.
 */
const AT_ONCE = Math.max(2, availableParallelism());

/** Without browsers, which keep both cores busy, there is room for one more. */
const AT_ONCE_IF_QUICK = AT_ONCE + 1;

/** A file that has not ended by then never will, and is to be named instead of waited for. */
const PATIENCE = 300_000;

const [first, ...others] = process.argv.slice(2);
const isQuick = first === 'quick';
const folders = isQuick || first === undefined ? others : [first, ...others];
const files = testFiles()
  .filter((file) => folders.length === 0 || folders.includes(folderOf(file)))
  .filter((file) => !isQuick || !NOT_QUICK.includes(folderOf(file)))
  .filter((file) => !isQuick || !TEXT_ALONE.includes(file))
  .filter((file) => !isQuick || !readFileSync(file, 'utf8').includes(CHROMIUM));

const { status } = spawnSync(
  process.execPath,
  [
    '--enable-source-maps',
    '--test',
    '--test-reporter=spec',
    `--test-concurrency=${isQuick ? AT_ONCE_IF_QUICK : AT_ONCE}`,
    `--test-timeout=${PATIENCE}`,
    ...files,
  ],
  {
    stdio: 'inherit',
    env: isQuick ? { LAW_RUNS: QUICK_LAW_RUNS, ...process.env } : process.env,
  },
);
process.exitCode = status ?? 1;
