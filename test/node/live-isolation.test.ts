import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { connect as connectNet } from 'node:net';
import { type Duplex, Duplex as DuplexStream, PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGunzip, createGzip } from 'node:zlib';

import { createHub, type Hub, type Session } from '../../src/index.ts';

import { dialThroughStreams, tlsDoor } from '../support/doors.ts';
import { portOf } from '../support/host-server.ts';
import { HANDSHAKE, Http2Peer, listening } from '../support/http2.ts';
import { openingHandshake } from '../support/raw.ts';

/** Around every size at which octets take another way: copies, slabs, portions. */
const SIZES = [1, 100, 5_000, 16_000, 17_000, 40_000];

/** How many rounds are sent: enough to fill what the kernel holds for a peer that does not read. */
const ROUNDS = 12;

const TRANSPORTS = ['stream', 'event-stream', 'websocket'] as const;

describe('no octet of one live client reaches another', () => {
  for (const reading of ['at once', 'after a while'] as const) {
    it(`when each is sent its own, from inside handlers, to peers that read ${reading}`, async (t) => {
      const { hub, sessions } = markedHub();
      const doors = await openDoors(hub);
      t.after(async () => {
        await hub.close();
        doors.close();
      });
      const peers = await Promise.all(
        doors.ask.flatMap((ask, door) =>
          TRANSPORTS.filter((transport) => hasSockets(door) || transport !== 'websocket').map(
            async (transport, i) => {
              const mark = String.fromCharCode(0x41 + door * TRANSPORTS.length + i);
              return new Peer(await ask(`/?transport=${transport}&mark=${mark}`), mark);
            },
          ),
        ),
      );
      while (sessions.size < peers.length) await sleep(10);
      if (reading === 'at once') for (const peer of peers) peer.read();
      for (let round = 0; round < ROUNDS; round++) {
        for (const size of SIZES) {
          for (const [mark, session] of sessions) session.send(mark.repeat(size));
          hub.channel('all').publish('-'.repeat(size));
        }
        await sleep(5);
        // Who gets nothing of its own is written to together with others.
        hub.channel('all').publish('--');
        await sleep(5);
      }
      for (const session of sessions.values()) session.send('end');
      for (const peer of peers) peer.read();
      await Promise.all(peers.map((peer) => peer.check(ROUNDS * SIZES.length)));
      for (const peer of peers) peer.leave();
    });
  }
});

// Helpers

/** A hub whose clients say what their mark is. */
function markedHub() {
  const sessions = new Map<string, Session<string>>();
  const hub = createHub({ hosts: '*', limits: { inbox: 64 * 2 ** 20, round: 2 ** 30 } });
  hub.channel('all', { history: { octets: 64 * 2 ** 20 } });
  hub.live<string>('/', {
    authorize: ({ url }) => ({
      channels: ['all'],
      data: new URL(url, 'http://localhost').searchParams.get('mark')!,
    }),
    open: (session) => {
      sessions.set(session.data, session);
      for (const [mark, other] of sessions) other.send(mark);
    },
  });
  return { hub, sessions };
}

/** Whether a door leads to WebSockets too: all but middleware of node:http, and a compressor. */
const hasSockets = (door: number): boolean => door !== 3 && door !== 4;

/**
 * The ways in: a socket, TLS, a pair of streams, node:http, a compressor, and streams of HTTP/2 that
 * share a connection, to a hub that is attached and to middleware.
 */
async function openDoors(hub: Hub) {
  const { port } = await hub.listen({ port: 0 });
  const tls = await tlsDoor(hub);
  const plain = createHttpServer((request, response) =>
    hub.middleware(request, response, () => {}),
  );
  await once(plain.listen(0, '127.0.0.1'), 'listening');
  const connect: (() => Promise<Duplex>)[] = [
    async () => connectNet(port, '127.0.0.1'),
    async () => tls.dial(),
    async () => dialThroughStreams(hub),
    async () => connectNet(portOf(plain), '127.0.0.1'),
    async () => {
      // A compressor keeps what it was written after it says that it has nothing left.
      const [there, gzip, gunzip] = [new PassThrough(), createGzip(), createGunzip()];
      gzip.pipe(gunzip);
      hub.accept(DuplexStream.from({ readable: there, writable: gzip }));
      setInterval(() => gzip.flush(), 20).unref();
      return DuplexStream.from({ readable: gunzip, writable: there });
    },
  ];
  const close = (): void => {
    tls.close();
    plain.close();
    plain.closeAllConnections();
  };
  const attached = createHttp2Server();
  hub.attach(attached);
  const asMiddleware = createHttp2Server({ settings: { enableConnectProtocol: true } });
  asMiddleware.on('request', (request, response) => hub.middleware(request, response, () => {}));
  asMiddleware.on('connect', (request, response) => hub.middleware(request, response, () => {}));
  const ask = connect.map((open) => async (path: string) => askBy(await open(), path));
  for (const server of [attached, asMiddleware]) {
    const { session } = await Http2Peer.connect(await listening(server));
    ask.push(async (path) => {
      const fields = isOfSocket(path) ? HANDSHAKE : {};
      return session.request({ ...fields, ':path': path, ':authority': 'localhost' });
    });
  }
  return { ask, close };
}

const isOfSocket = (path: string): boolean => path.includes('websocket');

/** Asks over HTTP/1.1. */
function askBy(stream: Duplex, path: string): Duplex {
  stream.write(
    isOfSocket(path) ? openingHandshake(path) : `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
  );
  return stream;
}

/** A peer that knows its mark, and accepts entries of no other in its inbox. */
class Peer {
  readonly #stream: Duplex;
  readonly #mark: string;
  readonly #received: Buffer[] = [];
  #isReading = false;

  constructor(stream: Duplex, mark: string) {
    this.#stream = stream.on('error', () => {});
    this.#mark = mark;
  }

  read(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    this.#stream.on('data', (octets: Buffer) => this.#received.push(Buffer.from(octets)));
  }

  /** Waits for the end, and sees that all that came is its own, whole, and for everybody. */
  async check(count: number): Promise<void> {
    const deadline = performance.now() + 20_000;
    let text = '';
    while (!text.includes('"data":"end"')) {
      assert.ok(performance.now() < deadline, `${this.#mark}: ${text.length} octets`);
      await sleep(20);
      text = Buffer.concat(this.#received).toString('latin1');
    }
    const runs = text.match(/"data":"[A-Z-]*/g)!.map((run) => run.slice('"data":"'.length));
    const own = runs.filter((run) => /^[A-Z]/.test(run) && run[0] === this.#mark);
    for (const run of runs.filter((each) => each.length > 1)) {
      assert.match(run, new RegExp(`^(?:${this.#mark}+|-+)$`));
    }
    assert.ok(own.length >= count, `${this.#mark}: ${own.length} of ${count}`);
    const shared = runs.filter((run) => run.startsWith('-')).length;
    assert.equal(shared, count + ROUNDS, `${this.#mark}: ${shared} for everybody`);
  }

  leave(): void {
    this.#stream.destroy();
  }
}
