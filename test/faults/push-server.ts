import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { formatCursor, type Position, positionAfter, START } from '../../src/channel/cursor.ts';
import type { FromSubject, LogEntry, ToSubject } from './push-messages.ts';

/** How many entries of the log go over at a time. */
const PORTION = 1_000;

/** How long the server may take for whatever it is asked, in milliseconds. */
const PATIENCE = 30_000;

/** The log that outlives the server: it says what the order is, and tells it to whoever comes. */
class KeptLog {
  readonly epoch = 'kept';
  readonly entries: LogEntry[] = [];
  #last: Position = START;

  append(channel: string, data: string): LogEntry {
    this.#last = positionAfter(this.#last, Date.now());
    const entry: LogEntry = [formatCursor(this.epoch, this.#last), channel, data];
    // What has no channel is a mark in the order, which need not be kept.
    if (channel !== '') this.entries.push(entry);
    return entry;
  }
}

/** The server of a push run, which can be killed and comes back, with its log or without. */
export class PushServer {
  port = 0;
  /** Where the log ended when the server was started. */
  cursor = '';
  readonly incidents: string[] = [];
  restarts = 0;

  readonly #log: KeptLog | undefined;
  #child: ChildProcess | undefined;
  #told: ((message: FromSubject) => void) | undefined;
  #appended = 0;

  /** @param keepsLog - Whether the log outlives the server. */
  constructor(keepsLog: boolean) {
    this.#log = keepsLog ? new KeptLog() : undefined;
  }

  async start(): Promise<void> {
    const path = fileURLToPath(new URL('push-subject.js', import.meta.url));
    const { epoch = '' } = this.#log ?? {};
    const child = spawn(
      process.execPath,
      ['--enable-source-maps', path, epoch, `${this.restarts}`],
      { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], serialization: 'advanced' },
    );
    this.#child = child;
    this.#appended = 0;
    child.on('message', (message: FromSubject) => {
      if (child === this.#child) this.#take(message);
    });
    const listening = await this.#next('listening');
    if (listening.kind !== 'listening') throw new Error('the server does not listen');
    this.port = listening.port;
    this.cursor = listening.cursor;
  }

  /** Publishes entries, and gives their ids once all have their places. */
  async publish(entries: readonly (readonly [string, number])[]): Promise<readonly string[]> {
    const published = this.#next('published');
    this.#send({ kind: 'publish', entries });
    const message = await published;
    return message.kind === 'published' ? message.ids : [];
  }

  /** Ends the process, with a word to its clients or without, and begins another. */
  async restart(isKilled: boolean): Promise<void> {
    this.restarts++;
    if (isKilled) {
      const child = this.#child!;
      const exit = once(child, 'exit');
      this.#child = undefined;
      child.kill('SIGKILL');
      await exit;
    } else await this.close();
    await this.start();
  }

  /** Closes the hub. With that the process has to end, by itself. */
  async close(): Promise<void> {
    const child = this.#child!;
    const exit = once(child, 'exit', { signal: AbortSignal.timeout(PATIENCE) });
    this.#send({ kind: 'close' });
    try {
      const [code] = await exit;
      if (code !== 0) this.incidents.push(`the process exited with ${code}`);
    } catch {
      this.incidents.push('the process does not end');
    }
    this.kill();
  }

  kill(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  #next(what: FromSubject['kind']): Promise<FromSubject> {
    return new Promise((resolve, reject) => {
      const tooLate = setTimeout(() => reject(new Error(`the server is not ${what}`)), PATIENCE);
      this.#told = (message) => {
        clearTimeout(tooLate);
        resolve(message);
      };
    });
  }

  #take(message: FromSubject): void {
    if (message.kind === 'incident') this.incidents.push(message.text);
    else if (message.kind === 'append') this.#append(message.entries);
    else {
      // Before it can append anything itself.
      if (message.kind === 'listening') this.#replay();
      this.#told?.(message);
    }
  }

  #append(added: readonly (readonly [string, string])[]): void {
    const entries = added.map(([channel, data]) => this.#log!.append(channel, data));
    const appended = entries.map(([id]) => [this.#appended++, id] as const);
    this.#send({ kind: 'log', entries, appended });
  }

  /** Tells the log from its beginning, a portion at a time. */
  #replay(): void {
    const entries = this.#log?.entries ?? [];
    for (let i = 0; i < entries.length; i += PORTION) {
      this.#send({ kind: 'log', entries: entries.slice(i, i + PORTION), appended: [] });
    }
  }

  #send(message: ToSubject): void {
    this.#child?.send(message, () => {});
  }
}
