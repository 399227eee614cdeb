import assert from 'node:assert/strict';
import type { Duplex } from 'node:stream';
import type { TestContext } from 'node:test';
import { WebSocket } from 'ws';

import { LiveConnection } from '../../src/hub/live-connection.ts';
import type { LiveTransport } from '../../src/index.ts';
import { AnswerReader } from '../faults/answer-reader.ts';
import { type RecordReader, recordReaderOf } from '../faults/record-readers.ts';
import type { LiveRecord } from './live-peer.ts';
import { until } from './until.ts';

/** How a reader is told: by a transport, over streams that lead to a hub. */
export interface Way {
  readonly transport: LiveTransport;
  /** A new stream to the hub. */
  readonly dial: () => Duplex;
  /** The window that records may be compressed with, in bits: none unless given. */
  readonly windowBits?: number;
  /** What it asks for besides. */
  readonly query?: Readonly<Record<string, string>>;
  /** Asks for a path over HTTP/2, where `dial` is not used. */
  readonly ask?: (path: string) => Duplex;
}

/**
 * A client of a live route that reads as records come, over any stream: it comes back with its cursor
 * when a round has ended or the test has cut it. Entries begin with their number.
 */
export class LiveReader {
  readonly way: Way;
  /** All records, of all its connections. */
  readonly records: LiveRecord[] = [];
  cursor = '';
  session: string | undefined;
  /** How its last connection has ended, but for the ends after which it comes back. */
  end: LiveRecord['bye'] | 'cut';
  /** The close code, on a WebSocket. */
  code = 0;
  /** Called for each entry as it comes. */
  onEntry: (data: unknown) => void = () => {};
  readonly #numbers = new Map<string, number[]>();
  #stream: Duplex | undefined;
  #socket: WebSocket | undefined;
  #bye: LiveRecord['bye'];

  constructor(way: Way) {
    this.way = way;
    this.#connect();
  }

  /** Waits until the server has said that it reads. */
  async ready(): Promise<this> {
    await until(() => this.session !== undefined);
    return this;
  }

  /** The numbers of the entries of a channel, as they came. */
  numbersOf(channel: string): readonly number[] {
    return this.#numbers.get(channel) ?? [];
  }

  /** Waits until the entry of this number has come. */
  async reaches(number: number, channel = 'news'): Promise<void> {
    const hasCome = () => (this.numbersOf(channel).at(-1) ?? -1) >= number;
    await until(() => hasCome() || this.end !== undefined);
    assert.ok(hasCome(), this.#whatCame());
  }

  /** Every entry of the channel from 0 to `last` has come, each once and in order. */
  hasAll(last: number, channel = 'news'): void {
    const all = Array.from({ length: last + 1 }, (_, i) => i);
    assert.deepEqual(this.numbersOf(channel), all, this.#whatCame());
  }

  /** What came is in the order of the hub, whatever the channel, and no cursor is ahead of it. */
  isInOrder(): void {
    let before: Place = [0, 0];
    for (const { id, ready, cursor } of this.records) {
      const told = id ?? ready?.cursor ?? cursor;
      if (told === undefined) continue;
      const place = placeOf(told);
      const order = place[0] - before[0] || place[1] - before[1];
      assert.ok(id === undefined ? order >= 0 : order > 0, `${this.#whatCame()}: ${told}`);
      before = place;
    }
  }

  /** Sends a message on its WebSocket. */
  send(message: unknown): void {
    this.#socket!.send(JSON.stringify(message));
  }

  pause(): void {
    if (this.#socket === undefined) this.#stream!.pause();
    else this.#socket.pause();
  }

  resume(): void {
    if (this.#socket === undefined) this.#stream!.resume();
    else this.#socket.resume();
  }

  /** Is cut without a word, and comes back. */
  cut(): void {
    this.#abandon();
    this.#connect();
  }

  leave(): void {
    this.end ??= 'cut';
    this.#abandon();
  }

  #abandon(): void {
    this.#socket
      ?.removeAllListeners()
      .on('error', () => {})
      .terminate();
    this.#stream
      ?.removeAllListeners()
      .on('error', () => {})
      .destroy();
  }

  #connect(): void {
    this.#bye = undefined;
    const query = new URLSearchParams({ ...this.way.query, cursor: this.cursor });
    if (this.session !== undefined) query.set('session', this.session);
    if (this.way.transport !== 'websocket') query.set('transport', this.way.transport);
    const path = `/events?${query}`;
    const { ask } = this.way;
    if (ask !== undefined) this.#readBare(ask(path));
    else if (this.way.transport === 'websocket') this.#readSocket(path);
    else this.#readAnswer(path);
  }

  /** What HTTP/2 carries has no framing of HTTP/1.1, and of WebSockets that it carries all the frames. */
  #readBare(stream: Duplex): void {
    this.#hear(stream, (octets, records) => this.#tell(records.take(octets)));
  }

  #readAnswer(path: string): void {
    const stream = this.way.dial();
    let answer: AnswerReader | undefined;
    this.#hear(stream, (octets, records) => {
      answer ??= new AnswerReader({
        head: (status) => assert.equal(status, 200),
        content: (content) => this.#tell(records.take(content)),
        whole: () => {
          this.#tell(records.whole());
          stream.destroy();
        },
      });
      answer.take(octets);
    });
    const fields = ['Host: localhost', 'Referer: http://localhost/', 'Connection: close'];
    stream.write(`${[`GET ${path} HTTP/1.1`, ...fields].join('\r\n')}\r\n\r\n`);
  }

  #hear(stream: Duplex, take: (octets: Buffer, records: RecordReader) => void): void {
    const records = recordReaderOf(this.way.transport);
    this.#stream = stream;
    stream.on('error', () => {});
    stream.on('data', (octets: Buffer) => take(octets, records));
    stream.on('end', () => stream.destroy());
    stream.on('close', () => this.#ended());
  }

  #readSocket(path: string): void {
    const { windowBits, dial } = this.way;
    const socket = new WebSocket(`ws://localhost${path}`, {
      createConnection: dial as never,
      perMessageDeflate: windowBits === undefined ? false : { serverMaxWindowBits: windowBits },
    });
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('message', (data) => this.#tell([{ record: JSON.parse(String(data)) }]));
    socket.on('close', (code) => {
      this.code = code;
      this.#ended();
    });
  }

  #tell(all: readonly { readonly record: LiveRecord }[]): void {
    for (const { record } of all) {
      const { ready, id, channel, data, cursor, bye } = record;
      this.records.push(record);
      this.session ??= ready?.session;
      this.cursor = id ?? ready?.cursor ?? cursor ?? this.cursor;
      this.#bye ??= bye;
      if (id === undefined) continue;
      const numbers = this.#numbers.get(channel!) ?? [];
      this.#numbers.set(channel!, numbers);
      numbers.push(Number.parseInt(String(data), 10));
      this.onEntry(data);
    }
  }

  #ended(): void {
    if (this.end !== undefined) return;
    if (this.#bye?.reason === 'round') this.#connect();
    else this.end = this.#bye ?? 'cut';
  }

  #whatCame(): string {
    const { transport, windowBits = 'no' } = this.way;
    return `${transport}, ${windowBits} bits, end ${JSON.stringify(this.end)}`;
  }
}

type Place = readonly [ms: number, seq: number];

function placeOf(id: string): Place {
  const [ms, seq] = id.slice(id.indexOf('.') + 1).split('-');
  return [Number(ms), Number(seq)];
}

/** So many readers, by each of the transports in turn, once all of them read. */
export async function readersBy(
  transports: readonly LiveTransport[],
  count: number,
  dial: () => Duplex,
): Promise<LiveReader[]> {
  const readers = Array.from({ length: count }, (_, i) => {
    return new LiveReader({ transport: transports[i % transports.length]!, dial });
  });
  for (const reader of readers) await reader.ready();
  return readers;
}

/**
 * The connections that are told that there is something to take, from now on or from when this was
 * cleared: those that are written to together with others are not.
 */
export function tellings(t: TestContext): Set<LiveConnection> {
  const told = new Set<LiveConnection>();
  const { readable } = LiveConnection.prototype;
  t.mock.method(LiveConnection.prototype, 'readable', function (this: LiveConnection) {
    told.add(this);
    readable.call(this);
  });
  return told;
}
