import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttp2Server } from 'node:http2';
import { connect as connectNet } from 'node:net';
import type { Duplex } from 'node:stream';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHub, type Hub, type Socket } from '../../src/index.ts';
import { dialThroughStreams, tlsDoor } from '../support/doors.ts';
import { HANDSHAKE, Http2Peer, listening } from '../support/http2.ts';
import { openingHandshake } from '../support/raw.ts';
import { ServerFrames } from '../support/server-frames.ts';
import { frameTo } from '../support/websocket.ts';

/** Around every size at which octets take another way: short lengths, copies, slabs. */
const SIZES = [1, 100, 125, 126, 5_000, 16_384, 16_385, 65_535, 65_536, 140_000];

/** How many connections there are of each kind. */
const OF_EACH_KIND = 3;

/** What each asks for: enough to fill what the kernel holds for a peer that does not read yet. */
const ASKED = [...SIZES, ...Array<number>(40).fill(16_384), ...SIZES];

describe('no octet of one connection reaches another', () => {
  for (const reading of ['at once', 'after a while', 'little by little'] as const) {
    it(`when each answers to all, over sockets, TLS, streams and HTTP/2 that are read ${reading}`, async (t) => {
      const { hub, sent } = crossTalk();
      const doors = await openDoors(hub);
      t.after(async () => {
        await hub.close();
        doors.close();
      });
      const peers = await Promise.all(
        Array.from({ length: OF_EACH_KIND * doors.doors.length }, async (_, i) => {
          const { connect, greeting } = doors.doors[i % doors.doors.length]!;
          return MarkedPeer.open(await connect(), greeting, i + 1);
        }),
      );
      for (const peer of peers) peer.read(reading);
      for (const size of ASKED) for (const peer of peers) peer.ask(size);

      const expected = peers.length * ASKED.length + 1;
      await Promise.all(peers.map((peer) => peer.receive(expected)));
      assert.equal(sent(), peers.length * expected);
      for (const peer of peers) peer.leave();
    });
  }
});

// Helpers

/**
 * A hub where each connection has a mark, which it tells first. A message with a size is answered
 * to every connection with so many octets of that one's mark.
 */
function crossTalk(): { hub: Hub; sent: () => number } {
  const marks = new Map<Socket<undefined>, number>();
  let count = 0;
  const send = (socket: Socket<undefined>, size: number) => {
    socket.send(new Uint8Array(size).fill(marks.get(socket)!));
    count++;
  };
  const hub = createHub({ hosts: '*' });
  hub.websocket('/', {
    message: (socket, data) => {
      const [mark, size] = Buffer.from(data as Uint8Array)
        .toString()
        .split(' ')
        .map(Number);
      if (!marks.has(socket)) marks.set(socket, mark!);
      if (size === undefined) send(socket, 1);
      else for (const each of marks.keys()) send(each, size);
    },
  });
  return { hub, sent: () => count };
}

/** A way into the hub, and what is said there first. */
interface Door {
  readonly connect: () => Promise<Duplex>;
  readonly greeting: string;
}

/** A socket of its own, TLS, a pair of streams, and streams of HTTP/2 that share a connection. */
async function openDoors(hub: Hub) {
  const { port } = await hub.listen({ port: 0 });
  const tls = await tlsDoor(hub);
  const http2 = createHttp2Server();
  hub.attach(http2);
  const client = await Http2Peer.connect(await listening(http2));
  const greeting = openingHandshake('/');
  const doors: Door[] = [
    { greeting, connect: async () => connectNet(port, '127.0.0.1') },
    { greeting, connect: async () => tls.dial() },
    { greeting, connect: async () => dialThroughStreams(hub) },
    {
      greeting: '',
      connect: async () =>
        client.session.request({ ...HANDSHAKE, ':path': '/', ':authority': 'localhost' }),
    },
  ];
  return { doors, close: tls.close };
}

/** A binary message of a client. */
function messageOf(payload: string): Buffer {
  return frameTo('server', { opcode: 2, payload });
}

/** A peer that knows its mark, and accepts no other octet. */
class MarkedPeer {
  readonly #stream: Duplex;
  readonly #mark: number;
  readonly #frames: ServerFrames;

  private constructor(stream: Duplex, mark: number) {
    this.#stream = stream;
    this.#mark = mark;
    this.#frames = new ServerFrames((payload) => {
      assert.ok(payload.equals(Buffer.alloc(payload.length, mark)), `not the mark ${mark}`);
    });
  }

  /** Opens the WebSocket, tells the mark, and waits for it to come back. */
  static async open(stream: Duplex, greeting: string, mark: number): Promise<MarkedPeer> {
    const peer = new MarkedPeer(stream, mark);
    stream.on('error', () => {});
    stream.write(Buffer.concat([Buffer.from(greeting), messageOf(`${mark}`)]));
    if (greeting !== '') {
      let received: Buffer = Buffer.alloc(0);
      while (!received.includes('\r\n\r\n')) {
        await once(stream, 'readable');
        received = Buffer.concat([received, stream.read() ?? Buffer.alloc(0)]);
      }
      peer.#frames.take(received.subarray(received.indexOf('\r\n\r\n') + 4));
    }
    while (peer.#frames.complete === 0) {
      await once(stream, 'readable');
      peer.#frames.take(stream.read() ?? Buffer.alloc(0));
    }
    return peer;
  }

  async read(reading: 'at once' | 'after a while' | 'little by little'): Promise<void> {
    if (reading !== 'at once') await sleep(100);
    this.#stream.on('data', (octets: Buffer) => {
      this.#frames.take(octets);
      if (reading !== 'little by little') return;
      this.#stream.pause();
      setImmediate(() => this.#stream.resume());
    });
    this.#stream.resume();
  }

  ask(size: number): void {
    this.#stream.write(messageOf(`${this.#mark} ${size}`));
  }

  async receive(frames: number): Promise<void> {
    const deadline = performance.now() + 20_000;
    while (this.#frames.complete < frames) {
      assert.ok(performance.now() < deadline, `${this.#frames.complete} of ${frames} frames`);
      await sleep(10);
    }
  }

  leave(): void {
    this.#stream.destroy();
  }
}
