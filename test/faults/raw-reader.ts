import { connect, type Socket } from 'node:net';
import type { LiveTransport } from '../../src/hub/live-transport.ts';
import { AnswerReader } from './answer-reader.ts';
import type { Ledger } from './push-ledger.ts';
import type { Random } from './random.ts';
import { pongsFor, type RecordReader, recordReaderOf, type Told } from './record-readers.ts';

/** After so many milliseconds without an octet the connection is given up. */
const PATIENCE = 4_000;

/** The longest pause before it comes back, in milliseconds. */
const LONGEST_PAUSE = 200;

/**
 * A client written straight from the documentation of one wire format: it remembers a cursor and a
 * session, and whenever its connection ends, however that may be, it comes back with both.
 */
export class RawReader {
  readonly ledger: Ledger;
  readonly #transport: LiveTransport;
  readonly #port: number;
  readonly #random: Random;
  #socket: Socket | undefined;
  #pause: NodeJS.Timeout | undefined;
  #heardAt = 0;
  #isStopped = false;

  constructor(transport: LiveTransport, port: number, ledger: Ledger, random: Random) {
    this.#transport = transport;
    this.#port = port;
    this.ledger = ledger;
    this.#random = random;
    this.#again();
  }

  /** Gives up a connection that has been silent for too long. */
  check(now: number): void {
    if (this.#socket !== undefined && now - this.#heardAt > PATIENCE) this.#socket.destroy();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#pause);
    this.#socket?.destroy();
  }

  #again(): void {
    if (this.#isStopped) return;
    this.#pause = setTimeout(() => this.#connect(), this.#random.below(LONGEST_PAUSE));
  }

  #connect(): void {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
    this.#socket = socket;
    this.#heardAt = performance.now();
    socket.on('error', () => {});
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = undefined;
      this.#again();
    });
    this.#ask(socket);
  }

  /** Sends a request, and reads what comes until the next. */
  #ask(socket: Socket): void {
    const isPoll = this.#transport === 'long-poll' || this.#transport === 'jsonp';
    const persists = isPoll && this.#random.oneIn(2);
    let records: RecordReader | undefined;
    const answer = new AnswerReader({
      head: (status) => {
        const expected = this.#transport === 'websocket' ? 101 : 200;
        if (status === expected) records = recordReaderOf(this.#transport);
      },
      content: (octets) => {
        if (records === undefined) return;
        this.#tell(records.take(octets));
        const pongs = pongsFor(records);
        if (pongs.length > 0) socket.write(pongs);
      },
      whole: (isLast) => {
        this.#tell(records?.whole() ?? []);
        socket.removeAllListeners('data').removeAllListeners('end');
        if (persists && !isLast && records !== undefined) this.#ask(socket);
        else socket.destroy();
      },
    });
    socket.on('data', (octets) => {
      this.#heardAt = performance.now();
      answer.take(octets);
    });
    socket.on('end', () => answer.ended());
    socket.write(this.#request(persists));
  }

  #request(persists: boolean): string {
    const { cursor, session, channels } = this.ledger;
    const query = new URLSearchParams(channels.map((channel) => ['channel', channel]));
    if (session !== undefined) query.set('session', session);
    if (this.#transport !== 'websocket') query.set('transport', this.#transport);
    if (this.#transport === 'jsonp') query.set('callback', 'called');
    // An EventSource says it so, all others in the URL.
    const isField = this.#transport === 'event-stream';
    if (!isField) query.set('cursor', cursor);
    const fields = isField ? [`Last-Event-ID: ${cursor}`] : [];
    if (this.#transport === 'websocket') fields.push(...UPGRADE);
    else if (!persists) fields.push('Connection: close');
    return `${[`GET /events?${query} HTTP/1.1`, 'Host: localhost', ...fields].join('\r\n')}\r\n\r\n`;
  }

  #tell(all: readonly Told[]): void {
    if (this.#isStopped) return;
    const { ledger } = this;
    for (const { record, cursor } of all) {
      const { ready, id, gap } = record;
      if (ready !== undefined) {
        if (ready.gaps.length > 0) ledger.gap(ready.gaps, ready.cursor);
        ledger.hasSession(ready.session);
      } else if (id !== undefined) {
        ledger.entry(id, record.channel!, (record.data as { n: number }).n);
      } else if (gap !== undefined) ledger.gap(gap, record.cursor!);
      ledger.cursor = cursor ?? id ?? ready?.cursor ?? record.cursor ?? ledger.cursor;
    }
  }
}

const UPGRADE = [
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
];
