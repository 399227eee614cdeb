import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import {
  accessSync,
  constants,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where a proxy may be that is in nobody's path but the administrator's. */
const FOLDERS: readonly string[] = [
  ...(process.env['PATH'] ?? '').split(':'),
  '/usr/sbin',
  '/usr/local/sbin',
];

/** How long a program may take to listen, and to end when it is asked to, in milliseconds. */
const PATIENCE = 20_000;

// A run that is broken off ends as one that exits, so that nothing is left running.
process.once('SIGTERM', () => process.exit(143));

/** Where a program is installed, if it is. */
export function commandNamed(...names: readonly string[]): string | undefined {
  return names.flatMap((name) => FOLDERS.map((folder) => join(folder, name))).find(canRun);
}

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A program that serves on a port, with a folder of its own for what it writes. */
export class Program {
  readonly port: number;
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;
  #output = '';

  private constructor(child: ChildProcess, folder: string, port: number) {
    this.port = port;
    this.url = `http://127.0.0.1:${port}/`;
    this.#child = child;
    this.#folder = folder;
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
  }

  /**
   * Starts it on a free port, and waits until it listens there.
   *
   * @param configuration - Makes what it is configured with.
   * @param options - Makes its options.
   * @param wanted - The port that it is to listen on, if that has to be known before.
   */
  static async start(
    command: string | undefined,
    configuration: (port: number, folder: string) => string,
    options: (file: string, folder: string) => readonly string[],
    wanted?: number,
  ): Promise<Program> {
    if (command === undefined) throw new Error('what is to be tried is not installed');
    const port = wanted ?? (await freePort());
    const folder = mkdtempSync(join(tmpdir(), 'encke-proxy-'));
    const file = join(folder, 'configuration');
    writeFileSync(file, configuration(port, folder));
    const child = spawn(command, options(file, folder), { stdio: ['ignore', 'pipe', 'pipe'] });
    const program = new Program(child, folder, port);
    await program.#listening();
    return program;
  }

  /** What it has printed, or written to the file `log` of its folder. */
  get told(): string {
    const log = join(this.#folder, 'log');
    return this.#output + (existsSync(log) ? readFileSync(log, 'utf8') : '');
  }

  /** Ends it, and nothing else. */
  async stop(): Promise<void> {
    const child = this.#child;
    const ended = hasEnded(child) ? undefined : once(child, 'exit');
    child.kill('SIGTERM');
    const patience = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
    await ended;
    clearTimeout(patience);
    process.off('exit', this.#kill);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #listening(): Promise<void> {
    process.on('exit', this.#kill);
    for (const end = Date.now() + PATIENCE; !(await answers(this.port)); await sleep(20)) {
      if (Date.now() > end || hasEnded(this.#child)) {
        const told = this.told;
        await this.stop();
        throw new Error(`${this.#child.spawnfile} does not listen: ${told}`);
      }
    }
  }

  readonly #kill = (): void => {
    this.#child.kill('SIGKILL');
  };
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/**
 * A port that nobody listens on. None of those that systems give away by themselves: another test
 * could be given it before it is listened on.
 */
export async function freePort(): Promise<number> {
  const server = createServer();
  for (;;) {
    const port = randomInt(20_000, 32_000);
    server.listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
