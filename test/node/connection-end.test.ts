import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { limitsWith } from '../../src/hub/limits.ts';
import { TimerWheel } from '../../src/node/timer-wheel.ts';
import { connectionOn } from '../support/connections.ts';
import { dial, openingHandshake, readUntil } from '../support/raw.ts';
import { listeningHub } from '../support/running-hub.ts';
import { until } from '../support/until.ts';

describe('the end of a Connection', () => {
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

  it('lingers for limits.linger, however soon it is asked what is due', async () => {
    const stream = new Duplex({ read() {}, write: (_, __, done) => done() });
    const { linger } = limitsWith({});
    const wheel = new TimerWheel(250, () => 2 * linger);
    const connection = connectionOn(stream, { wheel });
    connection.output.end();
    await until(() => stream.writableEnded);
    connection.expire(wheel.now + 1);
    assert.equal(stream.destroyed, false);
    connection.expire(wheel.now + linger);
    assert.equal(stream.destroyed, true);
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
});

// Helpers

async function* piecesThatBreakOff(): AsyncGenerator<string> {
  yield 'the first piece';
  await sleep(50);
  throw new Error('of the application');
}

async function allOf(socket: Socket): Promise<string> {
  const received: Buffer[] = [];
  socket.on('data', (octets: Buffer) => received.push(octets));
  await once(socket, 'end');
  return Buffer.concat(received).toString('latin1');
}
