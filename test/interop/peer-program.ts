/**
 * Peers that are no packages of Node: a program that is asked in lines of JSON, and answers so.
 *
 * @module
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { bun, INSTALL_HEAVY, PYTHON, pythonVersion } from '../peers/installed.ts';

/** What starts a peer, and what installs it. */
export interface PeerProgram {
  readonly command: string | undefined;
  readonly file: string;
  readonly install: string;
}

export const BUN: PeerProgram = {
  command: bun(),
  file: 'test/interop/programs/bun.mjs',
  install: INSTALL_HEAVY,
};

export const WEBSOCKETS: PeerProgram = {
  command: pythonVersion('websockets') && PYTHON,
  file: 'test/interop/programs/websockets_peer.py',
  install: 'on Debian: apt-get install python3-websockets',
};

/** Whether the peer is to be tried: with CI it has to be there. */
export function isTried({ command }: PeerProgram): boolean {
  return command !== undefined || process.env['CI'] === 'true';
}

interface Answer {
  readonly number: number;
  readonly error?: string;
  readonly url?: string;
  readonly code?: number;
  readonly extensions?: string;
}

/** A program that runs. */
export class RunningPeer {
  readonly #child: ChildProcess;
  readonly #waiting: ((answer: Answer) => void)[] = [];

  constructor({ command, file, install }: PeerProgram) {
    if (command === undefined) throw new Error(`${file} can't be run without: ${install}`);
    this.#child = spawn(command, [file], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.on('exit', (code) => {
      const error = `${file} has ended with ${code}`;
      for (const [number, resolve] of this.#waiting.entries()) resolve({ number, error });
    });
    createInterface(this.#child.stdout!).on('line', (line) => {
      const answer = JSON.parse(line) as Answer;
      this.#waiting[answer.number]!(answer);
    });
  }

  /** Asks for a server that echoes, and waits for its address. */
  async serve(options: object): Promise<string> {
    return (await this.#ask({ verb: 'serve', ...options })).url!;
  }

  /** Asks for a client that echoes, and waits for its end: what the server has agreed to. */
  async connect(url: string, options: object): Promise<string> {
    return (await this.#ask({ verb: 'connect', url, ...options })).extensions!;
  }

  async end(): Promise<void> {
    const exit = once(this.#child, 'exit');
    this.#child.stdin!.end();
    await exit;
  }

  async #ask(question: object): Promise<Answer> {
    const number = this.#waiting.length;
    const answer = await new Promise<Answer>((resolve) => {
      this.#waiting.push(resolve);
      this.#child.stdin!.write(`${JSON.stringify({ number, ...question })}\n`);
    });
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  }
}
