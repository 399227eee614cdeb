import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Answer, Question } from './contenders/contender.ts';

/** Whether server and generator can each have a core of its own. */
export const isPinned: boolean = existsSync('/usr/bin/taskset') && availableParallelism() > 1;

/** Where the peers are that are too heavy for all, when they are installed. */
const HEAVY_PEERS = new URL('../../bench/node_modules/@oven/', import.meta.url);

const [SERVER_CORE, GENERATOR_CORE] = ['0', '1'];

/** Bun, as its package for this platform brings it: its own has to be unpacked by a script. */
const BUN = platformsOfBun()
  .map((platform) => fileURLToPath(new URL(`${platform}/bin/bun`, HEAVY_PEERS)))
  .find((file) => existsSync(file));

function platformsOfBun(): string[] {
  return existsSync(HEAVY_PEERS) ? readdirSync(HEAVY_PEERS) : [];
}

/** Keeps this process, and so the load generator, off the servers' core. */
export function pinGenerator(): void {
  if (isPinned) execFileSync('taskset', ['-acp', GENERATOR_CORE, `${process.pid}`]);
}

/** Whether the runtime is there to run contenders with. */
export function isInstalled(runtime: Runtime): boolean {
  return runtime === 'node' || BUN !== undefined;
}

export type Runtime = 'node' | 'bun';

/** The process of one contender, alone on its core. */
export class ContenderProcess {
  readonly #child: ChildProcess;
  /** Where the contender listens. */
  readonly port: number;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  static async start(
    runtime: Runtime,
    file: string,
    args: readonly string[],
  ): Promise<ContenderProcess> {
    const path = fileURLToPath(new URL(`contenders/${file}.js`, import.meta.url));
    const program = runtime === 'node' ? process.execPath : BUN!;
    const [command, ...rest] = [
      ...(isPinned ? ['taskset', '-c', SERVER_CORE] : []),
      program,
      ...(runtime === 'node' ? ['--expose-gc'] : []),
      path,
      ...args,
    ];
    const child = spawn(command!, rest, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const { port } = await answerOf(child);
    return new ContenderProcess(child, port!);
  }

  /** User and system time so far, in microseconds. */
  async cpu(): Promise<number> {
    return (await this.#ask({ ask: 'cpu' })).cpu!;
  }

  /** How many operations a contender without a server does in so many milliseconds. */
  async work(time: number): Promise<number> {
    return (await this.#ask({ ask: 'work', time })).operations!;
  }

  /** What is reachable after a forced collection, in octets. */
  async memory(): Promise<number> {
    return (await this.#ask({ ask: 'memory' })).memory!;
  }

  /** What the process has of the machine's memory after a forced collection, in octets. */
  async resident(): Promise<number> {
    return (await this.#ask({ ask: 'memory' })).resident!;
  }

  /** Has so many messages published at once. There is no answer, which would be work in each round. */
  publish(count: number): void {
    this.#child.send({ ask: 'publish', count } satisfies Question);
  }

  async end(): Promise<void> {
    const exit = once(this.#child, 'exit');
    this.#child.kill();
    await exit;
  }

  #ask(question: Question): Promise<Answer> {
    this.#child.send(question);
    return answerOf(this.#child);
  }
}

/** The next message, unless the process ends without one. */
function answerOf(child: ChildProcess): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const fail = () => reject(new Error(`${child.spawnargs.join(' ')} has ended`));
    child.once('exit', fail).once('error', reject);
    child.once('message', (answer: Answer) => {
      child.off('exit', fail).off('error', reject);
      resolve(answer);
    });
  });
}
