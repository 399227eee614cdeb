import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Duplex, PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { TimerWheel } from '../../src/node/timer-wheel.ts';
import { portOf } from '../support/host-server.ts';

import { dial, exchange, openingHandshake, readUntil } from '../support/raw.ts';
import { attachedHub, listeningHub, newHub, runningHost } from '../support/running-hub.ts';
import { until } from '../support/until.ts';
import { frameTo } from '../support/websocket.ts';

describe('Hub.listen', () => {
  it('listens on loopback and on a free port unless told otherwise, and says where', async () => {
    const address = await newHub().listen();
    assert.equal(address.host, '127.0.0.1');
    assert.equal(address.url, `http://127.0.0.1:${address.port}/`);
  });

  it('writes an IPv6 address in brackets', async () => {
    const hub = newHub();
    const address = await hub.listen({ host: '::1' });
    assert.equal(address.url, `http://[::1]:${address.port}/`);
  });

  for (const host of ['127.0.0.1', '0.0.0.0', '::']) {
    it(`refuses a name that was rebound to this machine when it listens on ${host}`, async () => {
      const hub = newHub();
      hub.http('/', () => ({ body: 'ok' }));
      const { port } = await hub.listen({ host });
      const ask = (name: string): Promise<string> =>
        exchange(port, `GET / HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`);
      assert.match(await ask('localhost'), /^HTTP\/1\.1 200 /);
      assert.match(await ask('rebound.example'), /^HTTP\/1\.1 403 /);
    });
  }

  it('rejects when the port is taken', async () => {
    const { hub, port } = await listeningHub();
    await assert.rejects(hub.listen({ port }), { code: 'EADDRINUSE' });
  });
});

describe('Hub.accept', () => {
  it('answers a peer that has ended its side, on streams that would end theirs by themselves', async () => {
    const hub = newHub();
    hub.http('/', async () => {
      await sleep(20);
      return { body: 'late' };
    });
    const server = createServer(hub.accept).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = dial(portOf(server));
    socket.end('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await readUntil(socket, 'late');
    server.close();
  });

  it('lets a hub close that was handed streams which are closed', async () => {
    const hub = newHub();
    const stream = new PassThrough();
    stream.destroy();
    await once(stream, 'close');
    hub.accept(stream);
    await hub.close();
  });

  it('ends a stream that it is handed once the hub is closed', async () => {
    const hub = newHub();
    await hub.close();
    const [here, there] = streamPair();
    hub.accept(there);
    let isEnded = false;
    here.on('end', () => (isEnded = true)).resume();
    await until(() => isEnded);
    here.end();
  });

  it('speaks on any byte stream', async () => {
    const hub = newHub();
    hub.http('/', () => ({ body: 'ok' }));
    const [here, there] = streamPair();
    hub.accept(there);
    here.write('GET / HTTP/1.1\r\nHost: push.example\r\nConnection: close\r\n\r\n');
    let answer = '';
    for await (const octets of here) answer += octets;
    assert.match(answer, /200 OK.*ok$/s);
  });

  it('does not unmask in memory that the stream has handed to others', async () => {
    const hub = newHub();
    const [here, there] = streamPair();
    const messages: unknown[] = [];
    hub.websocket('/', { message: (_, data) => messages.push(data) });
    hub.accept(there);
    here.write(openingHandshake('/').replace('localhost', 'push.example'));
    const frame = frameTo('server', { opcode: 1, payload: 'Hello' });
    const copy = Buffer.from(frame);
    here.write(frame);
    await until(() => messages.length === 1);
    assert.ok(frame.equals(copy));
    here.end();
  });
});

describe('Hub.middleware and Hub.upgrade', () => {
  it('serve what the hub owns, and pass everything else on', async () => {
    const hub = newHub();
    hub.http('/hub', () => ({ body: 'from the hub' }));
    hub.websocket('/ws', {});
    const { server, port } = await runningHost((request, response) => {
      hub.middleware(request, response, () => response.end(`next ${request.url}`));
    });
    const taken: boolean[] = [];
    server.on('upgrade', (request, socket, head) => {
      const isTaken = hub.upgrade(request, socket, head);
      taken.push(isTaken);
      if (!isTaken) socket.end('HTTP/1.1 404 Not Found\r\n\r\n', () => socket.destroy());
    });
    const get = (path: string) =>
      exchange(port, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    assert.match(await get('/hub'), /from the hub$/);
    assert.match(await get('/other'), /next \/other/);
    assert.match(await exchange(port, openingHandshake('/other')), /404/);
    const socket = dial(port);
    socket.write(openingHandshake('/ws'));
    await readUntil(socket, '101');
    socket.destroy();
    assert.deepEqual(taken, [false, true]);
  });

  it('say what is missing where upgrades are not handed over', async () => {
    const hub = newHub();
    hub.websocket('/ws', {});
    const { port } = await runningHost((request, response) => {
      hub.middleware(request, response, () => response.end());
    });
    assert.match(
      await exchange(port, openingHandshake('/ws')),
      /^HTTP\/1.1 501 .*server.on\("upgrade", hub.upgrade\)/s,
    );
  });
});

describe('Hub.close', () => {
  it('resolves when everything is closed, sends 1001, and accepts nothing new', async () => {
    const { hub, port } = await listeningHub();
    hub.websocket('/', {});
    const socket = dial(port);
    socket.write(openingHandshake('/'));
    await readUntil(socket, '101');
    const goodbye = readUntil(socket, 'going away');
    const closed = hub.close();
    assert.ok((await goodbye).includes('\x03\xe9the server is going away'));
    socket.end(frameTo('server', { opcode: 8, payload: Buffer.from([3, 0xe9]) }));
    await closed;
    await assert.rejects(exchange(port, 'GET'), { code: 'ECONNREFUSED' });
  });

  it('is the same however often it is asked, and gives a peer that does not answer up', async () => {
    const { hub, port } = await listeningHub({ limits: { closing: 100, linger: 100 } });
    hub.websocket('/', {});
    const socket = dial(port);
    socket.write(openingHandshake('/'));
    await readUntil(socket, '101');
    const first = hub.close();
    assert.equal(hub.close(), first);
    await first;
    socket.destroy();
  });

  it('waits for the answers that are under way inside node:http, but not for ever', async () => {
    const { hub, port } = await attachedHub(undefined, { limits: { closing: 100, linger: 100 } });
    let answer: (() => void) | undefined;
    hub.http('/late', () => new Promise((resolve) => (answer = () => resolve({ body: 'late' }))));
    hub.http('/never', () => new Promise(() => {}));
    const ask = (path: string): Promise<string> =>
      exchange(port, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    const late = ask('/late');
    const never = ask('/never');
    await until(() => answer !== undefined);
    let isClosed = false;
    const closed = hub.close().then(() => (isClosed = true));
    await turn();
    assert.equal(isClosed, false);
    answer!();
    assert.match(await late, /late$/);
    assert.equal(await never, '');
    await closed;
  });

  it('gives up a connection whose answer is never given', async () => {
    const { hub, get } = await listeningHub({ limits: { closing: 100, linger: 100 } });
    let isAsked = false;
    hub.http('/', () => {
      isAsked = true;
      return new Promise(() => {});
    });
    const answer = get('/');
    await until(() => isAsked);
    let isClosed = false;
    hub.close().then(() => (isClosed = true));
    await until(() => isClosed);
    assert.equal(await answer, '');
  });

  it('lets nothing grow old any more', async ({ mock }) => {
    const schedule = mock.method(TimerWheel.prototype, 'schedule');
    const hub = newHub();
    hub.live('/', { authorize: () => ({ channels: [] }) });
    const [aging] = schedule.mock.calls.map((call) => call.arguments[0]);
    assert.notEqual(aging!.slot, undefined);
    await hub.close();
    assert.equal(aging!.slot, undefined);
  });

  it('does nothing for a hub that never listened, and keeps no process alive', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout');
    const before = timers();
    await newHub().close();
    assert.deepEqual(timers(), before);
  });
});

// Helpers

/** Two streams, each of which reads what the other is written. */
function streamPair(): [Duplex, Duplex] {
  const there = new PassThrough();
  const back = new PassThrough();
  return [
    Duplex.from({ writable: there, readable: back }),
    Duplex.from({ writable: back, readable: there }),
  ];
}
