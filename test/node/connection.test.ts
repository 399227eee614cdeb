import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Duplex, PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';

import type { Endpoint, Tenant } from '../../src/hub/carrier.ts';
import { type Limits, limitsWith } from '../../src/hub/limits.ts';
import { Connection } from '../../src/node/connection.ts';
import { handleOf } from '../../src/node/direct-write.ts';
import type { Ground } from '../../src/node/ground.ts';
import { SlabPool } from '../../src/node/slab.ts';
import { TimerWheel } from '../../src/node/timer-wheel.ts';
import { acceptedSocket } from '../support/accepted-socket.ts';
import { dial, openingHandshake, readUntil } from '../support/raw.ts';
import { listeningHub } from '../support/running-hub.ts';
import { until } from '../support/until.ts';
import { frameTo } from '../support/websocket.ts';

describe('Connection', () => {
  it('lets a client that keeps sending read the answer before the end', async () => {
    const { hub, port } = await listeningHub({ limits: { body: 1_000, linger: 1_000 } });
    hub.http('/', async ({ body }) => ({ body: await body.text() }));
    const socket = dial(port);
    socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000000\r\n\r\n');
    for (let i = 0; i < 50 && socket.writable; i++) socket.write(Buffer.alloc(100_000));
    const answer = await allOf(socket);
    assert.match(answer, /^HTTP\/1.1 413 .*limits.body/s);
    socket.destroy();
  });

  it('resets the connection of an HTTP/1.0 client whose answer broke off', async () => {
    const { hub, port } = await listeningHub({ onError: () => {} });
    hub.http('/', () => ({ body: piecesThatBreakOff() }));
    const socket = dial(port);
    const failed = once(socket, 'error');
    socket.write('GET / HTTP/1.0\r\nHost: localhost\r\n\r\n');
    await readUntil(socket, 'the first');
    const [error] = await failed;
    assert.equal((error as NodeJS.ErrnoException).code, 'ECONNRESET');
  });

  it('discards no more than limits.lingerOctets, and for no longer than limits.linger', async () => {
    const { port } = await listeningHub({ limits: { lingerOctets: 100_000, linger: 300 } });
    const flooding = dial(port);
    flooding.write('nonsense\r\n\r\n');
    for (let i = 0; i < 100 && !flooding.destroyed; i++) {
      flooding.write(Buffer.alloc(100_000));
      await sleep(2);
    }
    await until(() => flooding.destroyed);
    const silent = dial(port);
    silent.write('nonsense\r\n\r\n');
    assert.match(await allOf(silent), /^HTTP\/1.1 400 /);
    await until(() => {
      silent.write('x');
      return silent.destroyed;
    });
  });

  it('destroys a connection whose output makes no progress for limits.stall', async () => {
    const { hub, port } = await listeningHub({ limits: { stall: 500 } });
    const codes: number[] = [];
    hub.websocket('/', {
      open: (socket) => socket.send(Buffer.alloc(10_000_000)),
      close: (_, code) => codes.push(code),
    });
    const socket = dial(port).pause();
    socket.write(openingHandshake('/'));
    await until(() => codes.length === 1);
    assert.deepEqual(codes, [1006]);
    socket.destroy();
  });

  it('does not take it for progress that ever more is written', async () => {
    const { hub, port } = await listeningHub({ limits: { stall: 500, sendBuffer: 1_000_000_000 } });
    const codes: number[] = [];
    let written = 0;
    hub.websocket('/', {
      open: (socket) => {
        const writing = setInterval(() => {
          if (codes.length > 0 || written > 200_000_000) clearInterval(writing);
          else {
            written += 1_000_000;
            socket.send(Buffer.alloc(1_000_000));
          }
        }, 50);
      },
      close: (_, code) => codes.push(code),
    });
    const socket = dial(port).pause();
    socket.write(openingHandshake('/'));
    await until(() => codes.length === 1);
    assert.deepEqual(codes, [1006]);
    socket.destroy();
  });

  it('keeps one whose peer reads slowly', async () => {
    const { hub, port } = await listeningHub({ limits: { stall: 1_000 } });
    const codes: number[] = [];
    hub.websocket('/', {
      open: (socket) => socket.send(Buffer.alloc(40_000_000)),
      close: (_, code) => codes.push(code),
    });
    const socket = dial(port);
    let received = 0;
    // Some octets at a time, so that the connection is behind for longer than limits.stall. The system
    // takes more only when much was read, and a busy machine reads some ten times as slowly.
    socket.on('data', (octets: Buffer) => {
      received += octets.length;
      socket.pause();
    });
    socket.write(openingHandshake('/'));
    for (const end = performance.now() + 2_200; performance.now() < end; socket.resume()) {
      await sleep(5);
    }
    assert.ok(received > 1_000_000 && received < 40_000_000, `${received}`);
    assert.deepEqual(codes, []);
    socket.destroy();
    await until(() => codes.length === 1);
  });

  it('stops reading from a peer that does not read, and goes on when it does', async () => {
    const { hub, port } = await listeningHub();
    let received = 0;
    hub.websocket('/', {
      message: (socket, data) => {
        received++;
        socket.send(data);
      },
    });
    const socket = dial(port).pause();
    socket.write(openingHandshake('/'));
    const message = frameTo('server', { opcode: 2, payload: Buffer.alloc(100_000) });
    let sent = 0;
    while (socket.writableLength < 20_000_000) {
      socket.write(message);
      if (++sent % 10 === 0) await sleep(1);
    }
    await sleep(100);
    assert.ok(received < sent, `all of ${sent} messages were taken from a peer that reads none`);
    socket.resume();
    await until(() => received === sent);
    socket.destroy();
  });

  it('hears a peer that is behind, until as much waits as holdAt says', async () => {
    const written: (() => void)[] = [];
    const stream = new Duplex({
      highWaterMark: 10,
      read() {},
      write: (_, __, done) => void written.push(done),
    });
    const connection = connectionOn(stream, { holdAt: 1_000 });
    const told: string[] = [];
    const endpoint = {
      ...NOTHING,
      pause: () => void told.push('pause'),
      resume: () => void told.push('resume'),
      drained: () => void told.push('drained'),
    };
    connection.carry(endpoint, endpoint);
    connection.output.append(Buffer.alloc(500));
    await until(() => connection.behind);
    assert.deepEqual([told, connection.reading], [[], true]);
    connection.output.append(Buffer.alloc(500));
    await until(() => !connection.reading);
    assert.deepEqual(told, ['pause']);
    await until(() => {
      written.shift()?.();
      return connection.reading && written.length === 0 && !connection.behind;
    });
    assert.deepEqual(told, ['pause', 'resume', 'drained']);
    stream.destroy();
  });

  it('sees the FIN of a peer whose messages nobody asks for', async () => {
    const { hub, port } = await listeningHub();
    const codes: number[] = [];
    let next: (() => Promise<unknown>) | undefined;
    hub.websocket('/', {
      open: (socket) => {
        const messages = socket[Symbol.asyncIterator]();
        next = () => messages.next();
      },
      close: (_, code) => codes.push(code),
    });
    const socket = dial(port);
    socket.write(openingHandshake('/'));
    await readUntil(socket, '101');
    socket.end(frameTo('server', { opcode: 1, payload: 'last words' }));
    await sleep(50);
    assert.deepEqual(codes, []);
    assert.deepEqual(await next!(), { value: 'last words', done: false });
    assert.deepEqual(await next!(), { value: undefined, done: true });
    assert.deepEqual(codes, [1006]);
  });

  it('tells the endpoint of an upgrade of a FIN that came right behind the handshake', async () => {
    const { hub, port } = await listeningHub();
    const told: unknown[] = [];
    hub.websocket('/', {
      message: (_, data) => told.push(data),
      close: (_, code) => told.push(code),
    });
    const socket = dial(port);
    const message = frameTo('server', { opcode: 1, payload: 'hello and goodbye' });
    socket.end(Buffer.concat([Buffer.from(openingHandshake('/')), message]));
    await until(() => told.length === 2);
    assert.deepEqual(told, ['hello and goodbye', 1006]);
    socket.destroy();
  });

  it('reports a fault of an endpoint of ours, and gives that connection up', async () => {
    const reported: unknown[] = [];
    const stream = new PassThrough();
    const error = new Error('ours');
    const connection = connectionOn(stream, { report: (reason) => reported.push(reason) });
    const failing = {
      ...NOTHING,
      receive() {
        throw error;
      },
    };
    connection.carry(failing, NOTHING);
    connection.received(Buffer.from('a'));
    await once(stream, 'close');
    assert.deepEqual(reported, [error]);
  });

  it('reports a fault of ours in handing on what was written, and hands on that of the others', async () => {
    const error = new Error('ours');
    const reported: unknown[] = [];
    const ground = { report: (reason: unknown) => reported.push(reason), unflushed: [] };
    const written: string[] = [];
    const streams = [0, 1, 2].map(
      (number) =>
        new Duplex({
          read() {},
          write(octets, _, done) {
            written.push(`${number}: ${octets}`);
            done();
          },
        }),
    );
    streams[1]!.write = () => {
      throw error;
    };
    for (const stream of streams) connectionOn(stream, ground).output.append(Buffer.from('all'));
    await turn();
    assert.deepEqual(reported, [error]);
    assert.deepEqual(written, ['0: all', '2: all']);
    assert.deepEqual(
      streams.map(({ destroyed }) => destroyed),
      [false, true, false],
    );
    for (const stream of streams) stream.destroy();
  });

  it('reports a fault of ours in a delivery, and gives that connection up alone', async (t) => {
    const reported: unknown[] = [];
    const error = new Error('ours');
    const report = (reason: unknown) => reported.push(reason);
    const pairs = [await acceptedSocket(t), await acceptedSocket(t), await acceptedSocket(t)];
    const outputs = pairs.map(({ accepted }) => connectionOn(accepted, { report }).output);
    const received = pairs.map(({ peer }) => allOf(peer));
    // The first write of all goes through the stream; from the second on the way is clear.
    for (const text of ['.', '.']) {
      for (const output of outputs) output.share(Buffer.from(text));
      await turn();
    }
    Object.defineProperty(handleOf(pairs[1]!.accepted), 'writeBuffer', {
      value: () => {
        throw error;
      },
    });
    for (const output of outputs) output.share(Buffer.from('shared'));
    await turn();
    assert.deepEqual(reported, [error]);
    for (const output of outputs) output.end();
    assert.deepEqual(await Promise.all(received), ['..shared', '..', '..shared']);
  });

  it('reads on behind a paused endpoint up to some octets, and no further', async () => {
    const stream = new PassThrough();
    const connection = connectionOn(stream, {});
    const endpoint = { ...NOTHING, waiting: 65_535 };
    connection.carry(endpoint, NOTHING);
    connection.received(Buffer.from('a'));
    assert.equal(connection.reading, true);
    endpoint.waiting++;
    connection.received(Buffer.from('a'));
    assert.equal(connection.reading, false);
    stream.destroy();
    await once(stream, 'close');
  });

  it('gives its endpoint a copy of what a stream that is no socket handed out', async () => {
    const stream = new PassThrough();
    const connection = connectionOn(stream, {});
    const endpoint = { ...NOTHING, receive: (octets: Uint8Array) => void octets.fill(0) };
    connection.carry(endpoint, NOTHING);
    const octets = Buffer.from('abc');
    connection.received(octets);
    assert.equal(String(octets), 'abc');
    stream.destroy();
    await once(stream, 'close');
  });

  it('forgets who it worked for once the stream is closed', async () => {
    const stream = new PassThrough();
    const connection = connectionOn(stream, {});
    const told: string[] = [];
    const endpoint = { ...NOTHING, receive: () => void told.push('receive') };
    connection.carry(endpoint, NOTHING);
    stream.destroy();
    await once(stream, 'close');
    connection.feed(Buffer.from('a'));
    assert.deepEqual(told, []);
  });

  it('lingers for limits.linger from when its last octets have left', async () => {
    const written: (() => void)[] = [];
    const stream = new Duplex({ read() {}, write: (_, __, done) => void written.push(done) });
    const wheel = new TimerWheel();
    const connection = connectionOn(stream, { wheel });
    const { linger } = limitsWith({});
    connection.output.append(Buffer.alloc(10));
    connection.output.end();
    await until(() => stream.writableEnded);
    const later = wheel.now + 2 * linger;
    connection.expire(later);
    written[0]!();
    await until(() => stream.writableLength === 0);
    connection.expire(later + linger - 1);
    assert.equal(stream.destroyed, false);
    connection.expire(later + linger);
    assert.equal(stream.destroyed, true);
  });

  it('asks its tenant again as soon as it is told to', async () => {
    const stream = new PassThrough();
    const asked: number[] = [];
    const wheel = new TimerWheel(10);
    const connection = connectionOn(stream, { wheel });
    const tenant = {
      ...NOTHING,
      check(now: number) {
        asked.push(now);
        return 100_000;
      },
    };
    connection.carry(NOTHING, tenant);
    connection.checkIn(20);
    connection.checkIn(50_000);
    await until(() => asked.length === 2);
    await sleep(50);
    assert.equal(asked.length, 2);
    stream.destroy();
    await once(stream, 'close');
    connection.checkIn(10);
    await sleep(50);
    assert.equal(asked.length, 2);
  });
});

// Helpers

async function* piecesThatBreakOff(): AsyncGenerator<string> {
  yield 'the first piece';
  await sleep(50);
  throw new Error('of the application');
}

const NOTHING: Endpoint & Tenant = {
  receive() {},
  receiveEnd() {},
  pause() {},
  resume() {},
  waiting: 0,
  check: () => 100_000,
  drained() {},
  ended() {},
  leave() {},
  gone() {},
};

function connectionOn(stream: Duplex, given: Partial<Ground & { limits: Limits }>): Connection {
  const ground: Ground = {
    limits: limitsWith({}),
    wheel: new TimerWheel(),
    slabs: new SlabPool(),
    connections: new Set(),
    unflushed: [],
    emptied: () => {},
    report: assert.ifError,
    ...given,
  };
  return new Connection(stream, ground);
}

async function allOf(socket: Socket): Promise<string> {
  const received: Buffer[] = [];
  socket.on('data', (octets: Buffer) => received.push(octets));
  await once(socket, 'end');
  return Buffer.concat(received).toString('latin1');
}
