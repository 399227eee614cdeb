import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Duplex, PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';

import { TimerWheel } from '../../src/node/timer-wheel.ts';
import { connectionOn, NOBODY } from '../support/connections.ts';
import { dial, openingHandshake, readUntil } from '../support/raw.ts';
import { listeningHub } from '../support/running-hub.ts';
import { until } from '../support/until.ts';
import { frameTo } from '../support/websocket.ts';

describe('Connection', () => {
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
      ...NOBODY,
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

  it('reads on behind a paused endpoint up to some octets, and no further', async () => {
    const stream = new PassThrough();
    const connection = connectionOn(stream, {});
    const endpoint = { ...NOBODY, waiting: 65_535 };
    connection.carry(endpoint, NOBODY);
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
    const endpoint = { ...NOBODY, receive: (octets: Uint8Array) => void octets.fill(0) };
    connection.carry(endpoint, NOBODY);
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
    const endpoint = { ...NOBODY, receive: () => void told.push('receive') };
    connection.carry(endpoint, NOBODY);
    stream.destroy();
    await once(stream, 'close');
    connection.feed(Buffer.from('a'));
    assert.deepEqual(told, []);
  });

  it('hands nothing to a stream that is closed, but tells its tenant what is lost', async (t) => {
    const stream = new Duplex({ highWaterMark: 10, read() {}, write() {} });
    const connection = connectionOn(stream, {});
    let lost = 0;
    const gone = () => {
      lost = connection.bufferedAmount;
    };
    connection.carry(NOBODY, { ...NOBODY, gone });
    connection.output.append(Buffer.alloc(100));
    await until(() => connection.behind);
    connection.output.append(Buffer.alloc(1_000_000));
    await turn();
    const write = t.mock.method(stream, 'write');
    stream.destroy();
    await once(stream, 'close');
    assert.equal(lost, stream.writableLength + 1_000_000);
    assert.equal(connection.bufferedAmount, stream.writableLength);
    assert.equal(connection.sentOctets, 100 - stream.writableLength);
    assert.equal(write.mock.callCount(), 0);
  });

  it('asks its tenant again as soon as it is told to', async () => {
    const stream = new PassThrough();
    const asked: number[] = [];
    const wheel = new TimerWheel(10);
    const connection = connectionOn(stream, { wheel });
    const tenant = {
      ...NOBODY,
      check(now: number) {
        asked.push(now);
        return 100_000;
      },
    };
    connection.carry(NOBODY, tenant);
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
