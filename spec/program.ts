/**
 * A program under test: how it is started and ended, and what is told of one that ends by itself.
 *
 * @module
 */

import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';

/** How much is kept of what a program says on its standard error, in characters: the last shows what went wrong. */
const MAX_KEPT = 4_096;

/** How many lines of it are told, and of how many characters. */
const MAX_LINES = 5;
const MAX_LINE = 300;

/** How long its end may take to be noticed behind those of its connections, in milliseconds. */
const NOTICE = 250;

/** A line that says where in a script something was thrown, of which there may be more than are told. */
const STACK_FRAME = /^\s*at /;

/** A client that is a program, and may fail as one. */
export interface Mortal {
  /** Resolves, with how, when it ends by itself and not well, or can't be started. */
  readonly whenFailed?: Promise<string> | undefined;
}

/** A program that runs, and can be ended together with what it starts. */
export class Program implements Mortal {
  readonly whenFailed: Promise<string>;
  /** Resolves when it has ended, well or not, and all that it started and that holds its output. */
  readonly whenGone: Promise<void>;
  readonly #child: ChildProcess;
  #error = '';
  #end: string | undefined;
  #isNotStarted = false;

  /** @param isTold - Whether it is told anything on its standard input. */
  constructor([program, ...args]: readonly string[], isTold = false) {
    const input = isTold ? 'pipe' : 'ignore';
    const child = spawn(program!, args, { stdio: [input, 'pipe', 'pipe'], detached: true });
    this.#child = child;
    child.stdin?.on('error', () => {});
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#error = (this.#error + text).slice(-MAX_KEPT);
    });
    let fail: (account: string) => void;
    let go: () => void;
    this.whenFailed = new Promise((resolve) => {
      fail = resolve;
    });
    this.whenGone = new Promise((resolve) => {
      go = resolve;
    });
    child.on('error', ({ message }) => {
      if (child.pid !== undefined) return;
      this.#isNotStarted = true;
      this.#end = `could not be started: ${message}`;
      fail(this.account());
      go();
    });
    child.on('close', (code, signal) => {
      this.#end ??= signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
      if (code !== 0) fail(this.account());
      go();
    });
  }

  get input(): Writable {
    return this.#child.stdin!;
  }

  get output(): Readable {
    return this.#child.stdout!;
  }

  /** Ends it, and what it has started. */
  end(): void {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      this.#child.kill('SIGKILL');
    }
  }

  /** How it has ended, if it has, and what it said on its standard error; empty when there is nothing to tell. */
  account(): string {
    const lines = stripVTControlCharacters(this.#error)
      .split(/[\r\n]+/)
      .filter((line) => line.trim() !== '' && !STACK_FRAME.test(line))
      .map((line) => line.replaceAll(CONTROLS, ' ').slice(0, MAX_LINE));
    const said = lines.slice(-MAX_LINES).join(' | ');
    const end = this.#end === undefined ? '' : `the client ${this.#end}`;
    if (said === '') return end;
    if (end === '') return `its standard error ends with: ${said}`;
    return `${end}, and its standard error with: ${said}`;
  }

  /** Why it can't be judged, with what there is to tell of it. */
  async obstacle(reason: string): Promise<string> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, NOTICE);
    });
    await Promise.race([this.whenGone, late]);
    clearTimeout(timer);
    const account = this.account();
    if (this.#isNotStarted) return account;
    return account === '' ? reason : `${reason}; ${account}`;
  }
}

const CONTROLS = /\p{Cc}/gu;
