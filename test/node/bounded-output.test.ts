import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createHub } from '../../src/index.ts';
import { openingHandshake } from '../support/raw.ts';
import { ServerFrames } from '../support/server-frames.ts';
import { until } from '../support/until.ts';
import { frameTo } from '../support/websocket.ts';

const MESSAGES = 10_000;
const ANSWER = 65_536;

/** What the connection of a peer that does not read may hold: some answers. All are 625 MiB. */
const BOUND = 8 * 2 ** 20;

/** What may be in use while answers leave, with those that have left and are yet to be collected. */
const BOUND_WHILE_READ = 64 * 2 ** 20;

describe('a chunk of 10,000 messages whose handler answers 64 KiB each', () => {
  it('keeps memory bounded while the peer does not read, and is answered once it does', async (t) => {
    let handled = 0;
    const hub = createHub();
    hub.websocket('/', {
      message: (socket) => {
        socket.send(Buffer.alloc(ANSWER, handled++));
      },
    });
    t.after(() => hub.close());
    const { port } = await hub.listen({ port: 0 });
    const socket = await connectLazily(port);
    const before = memoryInUse();

    socket.write(messages(MESSAGES));
    while (handled === 0) await sleep(1);
    await sleep(200);
    const held = (await memoryHeld(before + BOUND)) - before;
    assert.ok(held < BOUND, `${held} octets are held`);
    assert.ok(handled < MESSAGES / 10, `${handled} messages are handled`);

    const most = await readAnswers(socket, before);
    assert.equal(handled, MESSAGES);
    assert.ok(most < BOUND_WHILE_READ, `${most} octets are held`);
    socket.destroy();
  });
});

describe('a peer that does not read, sent little at a time', () => {
  it('is behind once the system takes no more, with one message waiting', async (t) => {
    const hub = createHub();
    let waiting = 0;
    hub.websocket('/', {
      message: async (socket) => {
        while (socket.send(Buffer.alloc(1_024))) await turn();
        waiting = socket.bufferedAmount;
      },
    });
    t.after(() => hub.close());
    const { port } = await hub.listen({ port: 0 });
    const socket = await connectLazily(port);
    socket.write(messages(1));
    await until(() => waiting > 0);
    assert.ok(waiting <= 2 * 1_028, `${waiting} octets wait`);
    socket.destroy();
  });
});

// Helpers

function messages(count: number): Buffer {
  return Buffer.concat(Array.from({ length: count }, () => frameTo('server', { opcode: 2 })));
}

/** A WebSocket that does not read what follows the handshake. */
async function connectLazily(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.write(openingHandshake('/'));
  await once(socket, 'readable');
  const head: Buffer = socket.read();
  assert.ok(head.toString('latin1').endsWith('\r\n\r\n'));
  return socket;
}

/** Reads all the answers. Returns by how much more memory than before was in use at most. */
async function readAnswers(socket: Socket, before: number): Promise<number> {
  const frames = new ServerFrames(() => {});
  socket.on('data', (octets: Buffer) => frames.take(octets));
  let most = 0;
  while (frames.complete < MESSAGES) {
    await sleep(50);
    most = Math.max(most, (await memoryHeld(before + BOUND_WHILE_READ)) - before);
  }
  return most;
}

/**
 * The least of some looks, of which one below the bound is enough: V8 gives back in the background
 * what it has collected, and on a busy machine that takes its time.
 */
async function memoryHeld(bound: number): Promise<number> {
  let least = memoryInUse();
  for (let look = 1; look < 20 && least >= bound; look++) {
    await sleep(5);
    least = Math.min(least, memoryInUse());
  }
  return least;
}

/** Octets in use after a forced collection; what `external` says, `arrayBuffers` is part of. */
function memoryInUse(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');
