import assert from 'node:assert/strict';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { WebSocket } from 'ws';

import type { LiveTransport } from '../../src/hub/live-transport.ts';
import { until } from './until.ts';

/** Every transport, for what has to hold on each. */
export const TRANSPORTS: readonly LiveTransport[] = [
  'websocket',
  'event-stream',
  'stream',
  'long-poll',
  'jsonp',
  'forever-frame',
];

/** A record as it came. */
export interface LiveRecord {
  readonly ready?: {
    readonly session: string;
    readonly cursor: string;
    readonly recovery: string;
    readonly gaps: string[];
    readonly heartbeat: number;
  };
  readonly id?: string;
  readonly channel?: string;
  readonly data?: unknown;
  readonly gap?: string[];
  readonly cursor?: string;
  readonly ack?: number;
  readonly bye?: {
    readonly reason: string;
    readonly retry: number;
    readonly status?: number;
    readonly expected?: number;
  };
}

/** What a peer asks with. */
export interface Asking {
  readonly path?: string;
  /** Parameters besides those that its transport needs. */
  readonly query?: Readonly<Record<string, string>> | readonly (readonly [string, string])[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
}

/** A client of a live route without any cleverness: one connection or round, by one transport. */
export class LivePeer {
  status = 0;
  headers: IncomingMessage['headers'] = {};
  /** All octets of the answer, as text. */
  text = '';
  readonly records: LiveRecord[] = [];
  /** Whether nothing comes any more, and whether the answer was whole. */
  state: 'open' | 'ended' | 'cut' = 'open';
  /** The close code, on a WebSocket. */
  code = 0;
  readonly transport: LiveTransport;
  #socket: WebSocket | undefined;
  #request: ClientRequest | undefined;
  #response: IncomingMessage | undefined;
  #parsed = 0;

  private constructor(transport: LiveTransport) {
    this.transport = transport;
  }

  /** Connects, and waits for nothing. */
  static start(port: number, transport: LiveTransport, asking: Asking = {}): LivePeer {
    const peer = new LivePeer(transport);
    if (transport === 'websocket') peer.#startSocket(port, asking);
    else peer.#startRequest(port, asking);
    return peer;
  }

  /** Connects, and waits for `ready` or a refusal. */
  static async open(port: number, transport: LiveTransport, asking?: Asking): Promise<LivePeer> {
    const peer = LivePeer.start(port, transport, asking);
    await until(() => peer.records.length > 0 || peer.state !== 'open');
    return peer;
  }

  get ready(): NonNullable<LiveRecord['ready']> {
    const { ready } = this.records[0]!;
    assert.ok(ready, JSON.stringify(this.records[0]));
    return ready;
  }

  get bye(): LiveRecord['bye'] {
    return this.records.find(({ bye }) => bye !== undefined)?.bye;
  }

  /** The data of the entries, in order. */
  get entries(): unknown[] {
    return this.records.filter(({ id }) => id !== undefined).map(({ data }) => data);
  }

  /** The last cursor that was told. */
  get cursor(): string {
    let cursor = '';
    for (const record of this.records) cursor = record.id ?? cursorIn(record) ?? cursor;
    return cursor;
  }

  /** Waits until a record has come for which this holds. */
  async until(condition: (record: LiveRecord) => boolean): Promise<LiveRecord> {
    await until(() => this.records.some(condition) || this.state !== 'open');
    const found = this.records.find(condition);
    assert.ok(found, `${this.state}: ${this.text} ${JSON.stringify(this.records)}`);
    return found;
  }

  /** Waits for the end. */
  async ended(): Promise<this> {
    await until(() => this.state !== 'open');
    return this;
  }

  /** Sends a message on the WebSocket. */
  send(message: unknown): void {
    this.#socket!.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Stops reading. */
  pause(): void {
    this.#socket?.pause();
    this.#response?.pause();
  }

  resume(): void {
    this.#socket?.resume();
    this.#response?.resume();
  }

  /** Leaves without a word. */
  leave(): void {
    this.#socket?.terminate();
    this.#request?.destroy();
  }

  #startSocket(port: number, { path = '/events', query = {}, headers = {} }: Asking): void {
    const url = `ws://127.0.0.1:${port}${path}?${new URLSearchParams(query as never)}`;
    const socket = new WebSocket(url, { headers });
    this.#socket = socket;
    this.status = 101;
    socket.on('message', (data) => {
      this.text += String(data);
      this.records.push(JSON.parse(String(data)) as LiveRecord);
    });
    socket.on('unexpected-response', (_, response) => this.#take(response));
    socket.on('close', (code) => {
      this.code = code;
      this.state = code === 1006 ? 'cut' : 'ended';
    });
    socket.on('error', () => {});
  }

  #startRequest(port: number, asking: Asking): void {
    const { path = '/events', query = {}, headers = {}, method = 'GET' } = asking;
    const parameters = new URLSearchParams(query as never);
    parameters.append('transport', this.transport);
    if (this.transport === 'jsonp' && !parameters.has('callback')) {
      parameters.append('callback', 'called');
    }
    const url = { port, host: '127.0.0.1', path: `${path}?${parameters}` };
    const asked = request({ ...url, method, headers, agent: false }, (response) => {
      this.#take(response);
    });
    this.#request = asked;
    asked.on('error', () => {
      this.state = 'cut';
    });
    asked.end();
  }

  #take(response: IncomingMessage): void {
    this.#response = response;
    this.status = response.statusCode!;
    this.headers = response.headers;
    response.setEncoding('utf8').on('data', (text: string) => {
      this.text += text;
      if (this.status === 200) this.#parse();
    });
    response.on('error', () => {});
    response.on('close', () => {
      this.state = response.complete ? 'ended' : 'cut';
    });
  }

  #parse(): void {
    const all = recordsIn(this.text, this.transport);
    this.records.push(...all.slice(this.#parsed));
    this.#parsed = all.length;
  }
}

function cursorIn({ ready, cursor }: LiveRecord): string | undefined {
  return ready?.cursor ?? cursor;
}

/** The records that are whole in what has come so far. */
function recordsIn(text: string, transport: LiveTransport): LiveRecord[] {
  switch (transport) {
    case 'event-stream': {
      const events = text.split('\n\n').slice(0, -1);
      const data = events.flatMap((event) => event.match(/^data: (.*)$/m)?.slice(1) ?? []);
      return data.map((json) => JSON.parse(json) as LiveRecord);
    }
    case 'stream':
      return text
        .split('\n')
        .slice(0, -1)
        .map((json) => JSON.parse(json) as LiveRecord);
    case 'forever-frame': {
      const scripts = text.matchAll(/push\((\[.*\])\)<\/script>\n/g);
      return Array.from(scripts, ([, json]) => JSON.parse(json!) as LiveRecord[]).flat();
    }
    case 'jsonp': {
      const [, json] = text.match(/^\/\*\*\/[\w.$]+\((.*)\);$/s) ?? [];
      return json === undefined ? [] : (JSON.parse(json) as LiveRecord[]);
    }
    default:
      return text.endsWith(']') ? (JSON.parse(text) as LiveRecord[]) : [];
  }
}
