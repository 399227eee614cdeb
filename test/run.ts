/**
 * Runs the built tests: `node dist/test/run.js [quick] [folder ...]`.
 *
 * The files are found by their sources, so that what an older build left in `dist` is not run.
 *
 * @module
 */

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** What `quick` leaves out: what needs a browser, a minute of attacks, or a package installed. */
const NOT_QUICK: readonly string[] = ['browser', 'faults', 'packaging'];

/** How often `quick` tries each law; otherwise the laws choose. */
const QUICK_LAW_RUNS = '100';

/** The built test files under `test/`, those of `folders` alone when any are named. */
export function testFiles(folders: readonly string[] = []): string[] {
  return readdirSync('test', { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.test.ts'))
    .filter((path) => folders.length === 0 || folders.includes(folderOf(path)))
    .map((path) => `dist/test/${path.replace(/\.ts$/, '.js')}`)
    .sort();
}

/** The folder in `test/` that a test is in, or '' when it is in none. */
function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : '';
}

function main([first, ...others]: readonly string[]): number {
  const quick = first === 'quick';
  const folders = quick || first === undefined ? others : [first, ...others];
  const files = testFiles(folders).filter(
    (file) => !quick || !NOT_QUICK.includes(folderOf(file.slice('dist/test/'.length))),
  );
  const { status } = spawnSync(
    process.execPath,
    ['--enable-source-maps', '--test', '--test-reporter=spec', ...files],
    {
      stdio: 'inherit',
      env: quick ? { LAW_RUNS: QUICK_LAW_RUNS, ...process.env } : process.env,
    },
  );
  return status ?? 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exitCode = main(process.argv.slice(2));
}
