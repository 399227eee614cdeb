/**
 * Makes the built parsers wrong, one line at a time, and sees whether the laws alone find it:
 * `node dist/test/seeded.js [text ...]`, with only the faults in files whose name holds a text.
 *
 * @module
 */

import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { SEEDED_FAULTS, type SeededFault } from './seeded-faults.ts';
import { graphOf } from './support/imports.ts';
import { LAW_TEST_NAME } from './support/law.ts';
import { lawFiles } from './support/test-files.ts';

/** Each fault is tried with the same values, so that what is found today is found tomorrow. */
const SEED = 20;

/** How often each law is tried: a few times, by which most faults are found, then as in the tests. */
const ROUNDS: readonly number[] = [100, 1_000];

/** Laws that take longer than this for each time that they are tried are in an endless loop. */
const MAX_MILLISECONDS_A_RUN = 600;

const LAW_FILES = lawFiles();

/** What each of them loads. */
const GRAPHS = new Map(LAW_FILES.map((file) => [file, graphOf(file)]));

/** A copy of the build, in which one line at a time is made wrong. */
class Copy {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'encke-seeded-'));

  constructor() {
    for (const part of ['src', 'spec', 'test']) {
      cpSync(join('dist', part), join(this.folder, 'dist', part), { recursive: true });
    }
    cpSync('package.json', join(this.folder, 'package.json'));
    symlinkSync(resolve('node_modules'), join(this.folder, 'node_modules'));
  }

  /** Which law finds the fault, or nothing when none does. */
  async lawThatFinds(fault: SeededFault): Promise<string | undefined> {
    const path = join(this.folder, 'dist/src', fault.file.replace(/\.ts$/, '.js'));
    const text = readFileSync(path, 'utf8');
    writeFileSync(
      path,
      text.replace(fault.text, () => fault.replacement),
    );
    const law = await this.firstFallen(nearestFirst(fault.file));
    writeFileSync(path, text);
    return law;
  }

  /** The first law of `files` that falls, or nothing when all hold. They run in one process. */
  async firstFallen(files: readonly string[]): Promise<string | undefined> {
    const urls = files.map((file) => pathToFileURL(join(this.folder, file)).href);
    const program = urls.map((url) => `await import('${url}');`).join('\n');
    for (const runs of ROUNDS) {
      const law = await fallenLaw(program, runs);
      if (law !== undefined) return law;
    }
    return undefined;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** Tries the laws that `program` declares, and returns the name of the first that falls. */
function fallenLaw(program: string, runs: number): Promise<string | undefined> {
  const pattern = `--test-name-pattern=${LAW_TEST_NAME}`;
  const options = ['--test-reporter=tap', pattern, '--input-type=module', '--eval', program];
  const tests = spawn(process.execPath, options, {
    env: { ...process.env, LAW_SEED: String(SEED), LAW_RUNS: String(runs) },
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: runs * MAX_MILLISECONDS_A_RUN,
    killSignal: 'SIGKILL',
  });
  let output = '';
  let law: string | undefined;
  tests.stdout.on('data', (octets: Buffer) => {
    output += octets.toString();
    law ??= failures(output).find((name) => LAW_TEST_NAME.test(name));
    if (law !== undefined) tests.kill('SIGKILL');
  });
  return new Promise((done) => {
    tests.on('close', (code) => done(code === null ? (law ?? 'it does not end') : law));
  });
}

/** The names of the tests that failed. */
function failures(tap: string): string[] {
  return Array.from(tap.matchAll(/^ *not ok \d+ - (.*)$/gm), ([, name]) => name!);
}

/** The law files that load the faulty file, those from which the fewest imports lead to it first. */
function nearestFirst(file: string): string[] {
  const faulty = `dist/src/${file.replace(/\.ts$/, '.js')}`;
  const distance = (other: string) => GRAPHS.get(other)?.get(faulty) ?? Number.POSITIVE_INFINITY;
  return LAW_FILES.filter((other) => Number.isFinite(distance(other))).sort(
    (a, b) => distance(a) - distance(b),
  );
}

/** Whether the text of the fault stands exactly once in the built file. */
function isUnambiguous({ file, text }: SeededFault): boolean {
  const built = readFileSync(join('dist/src', file.replace(/\.ts$/, '.js')), 'utf8');
  return built.split(text).length === 2;
}

function told({ kind, file, text, replacement }: SeededFault): string {
  return `${kind.padEnd(5)}  ${file}  ${text}  ->  ${replacement}`;
}

const parts = process.argv.slice(2);
const faults = SEEDED_FAULTS.filter(
  ({ file }) => parts.length === 0 || parts.some((part) => file.includes(part)),
);
const ambiguous = faults.filter((fault) => !isUnambiguous(fault));
for (const fault of ambiguous) console.log(`not there, or more than once: ${told(fault)}`);

const copies = Array.from({ length: availableParallelism() }, () => new Copy());
const fallen = await copies[0]!.firstFallen(LAW_FILES);
if (fallen !== undefined) console.log(`falls without any fault: ${fallen}`);

const alive: SeededFault[] = [];
const waiting = faults.filter((fault) => !ambiguous.includes(fault)).values();
let tried = 0;
await Promise.all(
  copies.map(async (copy) => {
    for (const fault of waiting) {
      const law = await copy.lawThatFinds(fault);
      if (law === undefined) alive.push(fault);
      const verdict = law === undefined ? 'ALIVE' : 'killed';
      console.log(
        `${++tried}/${faults.length}  ${verdict}  ${told(fault)}${law === undefined ? '' : `\n    by: ${law}`}`,
      );
    }
  }),
);
for (const copy of copies) copy.remove();

const escaped = alive.filter(({ performanceOnly }) => performanceOnly === undefined);
console.log(`\n${tried} faults: ${tried - alive.length} killed, ${alive.length} alive`);
for (const fault of alive)
  console.log(`${fault.performanceOnly ?? 'NO LAW FINDS'}: ${told(fault)}`);
process.exitCode = fallen === undefined && escaped.length + ambiguous.length === 0 ? 0 : 1;
