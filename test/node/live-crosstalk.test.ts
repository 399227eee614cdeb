import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect as connectNet } from 'node:net';
import type { Duplex } from 'node:stream';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import compression from 'compression';
import express from 'express';
import type { LiveTransport } from '../../src/hub/live-transport.ts';
import { createHub, type Hub, type Session } from '../../src/index.ts';
import { AnswerReader } from '../faults/answer-reader.ts';
import { recordReaderOf } from '../faults/record-readers.ts';
import { dialThroughStreams, tlsDoor } from '../support/doors.ts';
import { portOf } from '../support/host-server.ts';
import { type LiveRecord, TRANSPORTS } from '../support/live-peer.ts';
import { frameTo } from '../support/websocket.ts';

/** Around every size at which octets take another way; a mark has three octets. */
const SIZES = [1, 33, 41, 42, 1_600, 5_461, 5_462, 21_845, 21_846, 47_000, 90_000, 140_000];

const READINGS = ['at once', 'after a while', 'little by little'] as const;

describe('no octet of one live client reaches another', () => {
  for (const reading of READINGS) {
    it(`by any transport, through any door, when handlers publish to all and it is read ${reading}`, async (t) => {
      const { hub, asked } = crossTalk();
      const doors = await openDoors(hub);
      t.after(() => doors.close());
      const clients = doors.connect
        .flatMap((open) => TRANSPORTS.map((transport) => ({ open, transport })))
        .map(({ open, transport }, i) => new MarkedClient(open, transport, i, reading));
      await Promise.all(clients.map((client) => client.until(() => client.session !== undefined)));

      const sizes = clients.map((_, i) => SIZES[i % SIZES.length]!);
      for (const [i, client] of clients.entries()) client.ask(sizes[i]!, doors.port);
      const count = 2 * sizes.length;
      await Promise.all(clients.map((client) => client.until(() => client.sizes.length >= count)));

      assert.deepEqual(asked.toSorted(), sizes.toSorted());
      for (const client of clients) {
        const expected = asked.flatMap((size) => [size, size]);
        assert.deepEqual(client.sizes, expected, `client ${client.mark}`);
        assert.deepEqual(client.foreign, []);
        client.leave();
      }
    });
  }
});

// Helpers

/** What the data of a client are made of: a character that no other octets are part of. */
function markOf(index: number): string {
  return String.fromCodePoint(0xe000 + index);
}

/**
 * A hub where each client has a mark, a channel and an inbox of its own. A message with a size makes
 * the handler publish so many marks to each channel, and send as many to each session.
 */
function crossTalk(): { hub: Hub; asked: number[] } {
  const sessions = new Map<number, Session<number>>();
  const asked: number[] = [];
  const MiB = 2 ** 20;
  const hub = createHub({
    hosts: '*',
    limits: { inbox: 64 * MiB, closing: 300, linger: 300, wait: 5_000 },
  });
  hub.live<number>('/live', {
    transports: TRANSPORTS,
    authorize: ({ url }) => {
      const mark = Number(new URL(url, 'http://localhost').searchParams.get('mark'));
      return { identity: `${mark}`, channels: [`channel ${mark}`], data: mark };
    },
    open: (session) => {
      sessions.set(session.data, session);
    },
    message: (_, data) => {
      const size = Number(data);
      asked.push(size);
      for (const [mark, session] of sessions) {
        const history = { octets: 64 * MiB };
        hub.channel(`channel ${mark}`, { history }).publish(markOf(mark).repeat(size));
        session.send(markOf(mark).repeat(size));
      }
    },
  });
  return { hub, asked };
}

/** The ways into the hub: a socket of its own, TLS, a pair of streams, and Express that compresses. */
async function openDoors(hub: Hub) {
  const { port } = await hub.listen();
  const tls = await tlsDoor(hub);
  const app = express().use(compression({ threshold: 0 }), hub.middleware);
  const host = createServer(app).on('upgrade', hub.upgrade);
  await once(host.listen(0, '127.0.0.1'), 'listening');
  const connect: (() => Duplex)[] = [
    () => connectNet(port, '127.0.0.1'),
    () => tls.dial(),
    () => dialThroughStreams(hub),
    () => connectNet(portOf(host), '127.0.0.1'),
  ];
  const close = async () => {
    await hub.close();
    tls.close();
    host.close();
    host.closeAllConnections();
  };
  return { connect, port, close };
}

/** A client that knows its mark, and comes again and again until it has left. */
class MarkedClient {
  readonly mark: number;
  /** How many marks each entry had. */
  readonly sizes: number[] = [];
  /** What came that has no place here. */
  readonly foreign: string[] = [];
  session: string | undefined;
  readonly #open: () => Duplex;
  readonly #transport: LiveTransport;
  readonly #reading: (typeof READINGS)[number];
  #stream: Duplex;
  #cursor = '';
  #hasLeft = false;

  constructor(
    open: () => Duplex,
    transport: LiveTransport,
    mark: number,
    reading: (typeof READINGS)[number],
  ) {
    this.#open = open;
    this.#transport = transport;
    this.mark = mark;
    this.#reading = reading;
    this.#stream = this.#connect();
  }

  /** Asks for so many marks of everybody: on its socket, or by POST. */
  ask(size: number, port: number): void {
    const message = JSON.stringify({ data: size });
    if (this.#reading === 'after a while') this.#pause(300);
    if (this.#transport === 'websocket') {
      this.#stream.write(frameTo('server', { opcode: 1, payload: message }));
      return;
    }
    const query = `mark=${this.mark}&session=${this.session}`;
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: `[${message}]` };
    fetch(`http://127.0.0.1:${port}/live?${query}`, init).then(
      ({ status }) => status === 200 || this.foreign.push(`POST: ${status}`),
      (error) => this.foreign.push(`POST: ${error}`),
    );
  }

  async until(condition: () => boolean): Promise<void> {
    const deadline = performance.now() + 30_000;
    while (!condition() && this.foreign.length === 0) {
      const what = `client ${this.mark}, ${this.#transport}: ${this.sizes.length} entries`;
      assert.ok(performance.now() < deadline, what);
      await sleep(10);
    }
    assert.deepEqual(this.foreign, []);
  }

  leave(): void {
    this.#hasLeft = true;
    this.#stream.destroy();
  }

  #connect(): Duplex {
    const stream = this.#open();
    const records = recordReaderOf(this.#transport);
    const answer = new AnswerReader({
      head: (status) => {
        if (status !== 200 && status !== 101) this.foreign.push(`status ${status}`);
      },
      content: (octets) => this.#tell(records.take(octets).map(({ record }) => record)),
      whole: () => {
        this.#tell(records.whole().map(({ record }) => record));
        stream.destroy();
      },
    });
    stream.on('error', () => {});
    stream.on('data', (octets: Buffer) => {
      try {
        answer.take(octets);
      } catch (error) {
        this.foreign.push(`${this.#transport}: ${error}`);
      }
      if (this.#reading === 'little by little') this.#pause(0);
    });
    stream.on('close', () => {
      if (!this.#hasLeft) this.#stream = this.#connect();
    });
    stream.write(this.#request());
    return stream;
  }

  #pause(delay: number): void {
    const stream = this.#stream.pause();
    setTimeout(() => stream.resume(), delay);
  }

  #request(): string {
    const query = new URLSearchParams({ mark: `${this.mark}`, cursor: this.#cursor });
    if (this.session !== undefined) query.set('session', this.session);
    if (this.#transport !== 'websocket') query.set('transport', this.#transport);
    if (this.#transport === 'jsonp') query.set('callback', 'called');
    const fields = ['Host: localhost', 'Referer: http://localhost/', 'Accept-Encoding: gzip'];
    if (this.#transport === 'websocket') fields.push(...UPGRADE);
    else fields.push('Connection: close');
    return `${[`GET /live?${query} HTTP/1.1`, ...fields].join('\r\n')}\r\n\r\n`;
  }

  #tell(records: readonly LiveRecord[]): void {
    for (const { ready, id, channel, data, cursor, gap } of records) {
      this.#cursor = id ?? ready?.cursor ?? cursor ?? this.#cursor;
      if (ready !== undefined && this.session === undefined) this.session = ready.session;
      if (gap !== undefined || (ready !== undefined && ready.session !== this.session)) {
        this.foreign.push(`a gap of ${gap}, or another session`);
      }
      if (id === undefined) continue;
      const text = String(data);
      const isOwn = channel === '' || channel === `channel ${this.mark}`;
      if (!isOwn || text !== markOf(this.mark).repeat(text.length)) {
        this.foreign.push(`${channel}: ${text.slice(0, 100)}`);
      }
      this.sizes.push(text.length);
    }
  }
}

const UPGRADE = [
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
];
