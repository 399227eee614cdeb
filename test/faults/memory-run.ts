import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DEFAULT_HISTORY } from '../../src/channel/index.ts';
import type { LiveTransport } from '../../src/hub/live-transport.ts';
import type { LiveRecord } from '../support/live-peer.ts';
import { AnswerReader } from './answer-reader.ts';
import type { MemoryAnswer, MemoryQuestion } from './memory-subject.ts';
import { recordReaderOf } from './record-readers.ts';

/** What came of publishing to those that read while others do not. */
export interface StallRun {
  /** The most memory that was in use once the readers were there, in octets. */
  readonly most: number;
  readonly measurements: number;
  /** How each reader that had stalled went on: with the rest, or with a gap and the rest. */
  readonly returns: readonly ('the rest' | 'a gap')[];
  readonly seconds: number;
}

/** Octets that histories may hold here: one channel with the default bounds. */
export const HISTORY: number = DEFAULT_HISTORY.octets;

/** The transports of those that do not read. A poll is answered whole, so it has nothing to stall. */
const STALLED: readonly LiveTransport[] = ['websocket', 'event-stream', 'stream', 'forever-frame'];

/** How many entries are published at a time, and how many a reader may lack meanwhile. */
const BURST = 50;
const WINDOW = 200;

/** How long anything may take, in milliseconds. */
const PATIENCE = 30_000;

/** Publishes to 100 readers while others stall, and measures each second. */
export async function runStalled(stalled: number, messages: number): Promise<StallRun> {
  const server = await MemoryServer.start();
  const start = performance.now();
  try {
    const readers = Array.from({ length: 100 }, () => new CountingReader(server.port));
    const sleepers = Array.from(
      { length: stalled },
      (_, i) => new StalledReader(server.port, STALLED[i % STALLED.length]!),
    );
    await server.hasReaders(readers.length + sleepers.length);
    for (const sleeper of sleepers) sleeper.stall();
    const measured = await publishTo(readers, messages, server);
    const returns = await Promise.all(sleepers.map((each) => each.resume(messages - 1)));
    for (const reader of readers) reader.leave();
    return { ...measured, returns, seconds: (performance.now() - start) / 1_000 };
  } finally {
    server.stop();
  }
}

/** What peers that never read cost, in octets each, once so much was published to all of them. */
export async function runUnread(peers: number, messages: number): Promise<number> {
  const server = await MemoryServer.start();
  const sockets: Socket[] = [];
  try {
    await warmUp(server);
    const before = await server.measure();
    for (let i = 0; i < peers; i++) {
      const socket = connect({ port: server.port, host: '127.0.0.1' }).on('error', () => {});
      socket.pause().write(requestOf(ALL[i % ALL.length]!));
      sockets.push(socket);
      if (i % 100 === 99) await sleep(10);
    }
    await server.hasReaders(peers);
    for (let i = 0; i < messages; i++) await server.ask({ publish: 1, measure: false });
    // The histories are full before and after.
    return ((await server.measure()) - before) / peers;
  } finally {
    for (const socket of sockets) socket.destroy();
    server.stop();
  }
}

/** Those whose readers stay when something is published. */
const ALL: readonly LiveTransport[] = ['websocket', 'event-stream', 'stream', 'forever-frame'];

/** Lets code be compiled, and histories be full. */
async function warmUp(server: MemoryServer): Promise<void> {
  const sleepers = ALL.map((transport) => new StalledReader(server.port, transport));
  await server.hasReaders(sleepers.length);
  for (let i = 0; i < 100; i++) await server.ask({ publish: 20, measure: false });
  for (const sleeper of sleepers) sleeper.leave();
  await server.hasReaders(0);
}

async function publishTo(
  readers: readonly CountingReader[],
  messages: number,
  server: MemoryServer,
): Promise<{ most: number; measurements: number }> {
  let [most, measurements, measuredAt] = [0, 0, performance.now()];
  for (let published = 0; published < messages; published += BURST) {
    const measure = performance.now() - measuredAt >= 1_000 || published + BURST >= messages;
    if (measure) measuredAt = performance.now();
    const { memory = 0 } = await server.ask({ publish: BURST, measure });
    if (measure) measurements++;
    most = Math.max(most, memory);
    await until(() => readers.every(({ entries }) => entries >= published + BURST - WINDOW));
  }
  await until(() => readers.every(({ entries }) => entries >= messages));
  return { most, measurements };
}

/** A reader that keeps up, and only counts: the entries of an event stream. */
class CountingReader {
  entries = 0;
  readonly #socket: Socket;

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1' }).on('error', () => {});
    this.#socket.write(requestOf('event-stream'));
    // Each entry has one "x" behind a quotation mark: the first of its text.
    let isQuoted = false;
    this.#socket.on('data', (octets) => {
      if (isQuoted && octets[0] === 0x78) this.entries++;
      for (let at = octets.indexOf('"x'); at !== -1; at = octets.indexOf('"x', at + 900)) {
        this.entries++;
      }
      isQuoted = octets.at(-1) === 0x22;
    });
  }

  leave(): void {
    this.#socket.destroy();
  }
}

/** A reader that stops reading once it is let in, and comes back to what it has missed. */
class StalledReader {
  readonly #port: number;
  readonly #transport: LiveTransport;
  #socket: Socket;
  #cursor = '';
  /** The number of the last entry. */
  #last = -1;
  #gaps = 0;
  #mayBeMissing = false;
  #isWrong = false;
  #isDone = false;

  constructor(port: number, transport: LiveTransport) {
    this.#port = port;
    this.#transport = transport;
    this.#socket = this.#connect();
  }

  stall(): void {
    this.#socket.pause();
  }

  leave(): void {
    this.#isDone = true;
    this.#socket.destroy();
  }

  /** Reads on, until the entry with the last number has come. */
  async resume(last: number): Promise<'the rest' | 'a gap'> {
    this.#socket.resume();
    await until(() => this.#last === last);
    this.leave();
    if (this.#isWrong) throw new Error('entries are missing without a gap, or came twice');
    return this.#gaps > 0 ? 'a gap' : 'the rest';
  }

  /** A round of a stream ends after so many octets, and the next goes on from there. */
  #connect(): Socket {
    const records = recordReaderOf(this.#transport);
    const socket = connect({ port: this.#port, host: '127.0.0.1' }).on('error', () => {});
    const answer = new AnswerReader({
      head: () => {},
      content: (octets) => {
        for (const { record } of records.take(octets)) this.#take(record);
      },
      whole: () => socket.destroy(),
    });
    socket.on('data', (octets) => answer.take(octets));
    socket.on('close', () => {
      if (!this.#isDone) this.#socket = this.#connect();
    });
    socket.write(requestOf(this.#transport, this.#cursor));
    return socket;
  }

  #take({ ready, gap, id, data, cursor }: LiveRecord): void {
    this.#cursor = id ?? ready?.cursor ?? cursor ?? this.#cursor;
    if (gap !== undefined || (ready?.gaps ?? []).length > 0) {
      this.#gaps++;
      this.#mayBeMissing = true;
    }
    if (id === undefined) return;
    const { n } = data as { n: number };
    if (n <= this.#last || (n > this.#last + 1 && !this.#mayBeMissing)) this.#isWrong = true;
    this.#last = n;
    this.#mayBeMissing = false;
  }
}

/** The server, in a process of its own. */
class MemoryServer {
  port = 0;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(): Promise<MemoryServer> {
    const path = fileURLToPath(new URL('memory-subject.js', import.meta.url));
    const server = new MemoryServer(
      spawn(process.execPath, ['--expose-gc', '--enable-source-maps', path], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      }),
    );
    server.port = (await server.#next()).port!;
    return server;
  }

  ask(question: MemoryQuestion): Promise<MemoryAnswer> {
    const answer = this.#next();
    this.#child.send(question);
    return answer;
  }

  /** How much is in use, at last: what peers have left is looked after a little later. */
  async measure(): Promise<number> {
    await sleep(2_500);
    return (await this.ask({ publish: 0, measure: true })).memory!;
  }

  /** Waits until so many read. */
  async hasReaders(count: number): Promise<void> {
    const deadline = performance.now() + PATIENCE;
    for (;;) {
      const { readers } = await this.ask({ publish: 0, measure: false });
      if (readers === count) return;
      if (performance.now() > deadline) throw new Error(`${readers} readers, not ${count}`);
      await sleep(50);
    }
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }

  async #next(): Promise<MemoryAnswer> {
    const [answer] = await once(this.#child, 'message', { signal: AbortSignal.timeout(PATIENCE) });
    return answer as MemoryAnswer;
  }
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('it takes too long');
    await sleep(1);
  }
}

function requestOf(transport: LiveTransport, cursor = ''): string {
  const fields =
    transport === 'websocket'
      ? 'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n'
      : '';
  const query = transport === 'websocket' ? '' : `&transport=${transport}`;
  return `GET /events?cursor=${cursor}${query} HTTP/1.1\r\nHost: localhost\r\n${fields}\r\n`;
}
