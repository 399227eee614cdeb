import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { describe, it } from 'node:test';

import { dial, exchange, readUntil } from '../support/raw.ts';
import { attachedHub, newHub, runningHost } from '../support/running-hub.ts';
import { until } from '../support/until.ts';

describe('ResponseExchange', () => {
  it('keeps limits.body: by what is announced, and by what comes', async () => {
    const reported: unknown[] = [];
    const onError = (error: unknown): unknown => reported.push(error);
    const { hub, port } = await attachedHub(undefined, { limits: { body: 10 }, onError });
    hub.http('/hub', async ({ body }) => ({ body: await body.text() }));
    const head = 'POST /hub HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n';
    const within = `${head}Content-Length: 10\r\n\r\n0123456789`;
    assert.match(await exchange(port, within), /0123456789$/);
    const announced = `${head}Content-Length: 11\r\n\r\n01234567890`;
    assert.match(await exchange(port, announced), /^HTTP\/1.1 413 .*limits.body/s);
    const chunked = `${head}Transfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n`;
    assert.match(await exchange(port, chunked), /^HTTP\/1.1 413 .*limits.body/s);
    assert.deepEqual(reported, []);
  });

  it('lets a client read that its content is too long, which has not sent all of it yet', async () => {
    const { hub, port } = await attachedHub(undefined, { limits: { body: 10 } });
    hub.http('/hub', async ({ body }) => ({ body: await body.text() }));
    const content = Buffer.alloc(8 * 2 ** 20);
    const head = 'POST /hub HTTP/1.1\r\nHost: localhost\r\n';
    for (const [framing, end] of [
      [`Content-Length: ${content.length}\r\n\r\n`, ''],
      [`Transfer-Encoding: chunked\r\n\r\n${content.length.toString(16)}\r\n`, '\r\n0\r\n\r\n'],
    ] as const) {
      const socket = dial(port).pause();
      socket.write(head + framing);
      await new Promise((resolve) => socket.write(content, resolve));
      socket.write(end);
      let answer = '';
      for await (const piece of socket) answer += piece;
      assert.match(answer, /^HTTP\/1.1 413 .*limits.body/s);
    }
  });

  it('discards no more than limits.lingerOctets, and for no longer than limits.linger', async () => {
    const patient = { body: 10, linger: 60_000, lingerOctets: 1_000_000 };
    const impatient = { body: 10, linger: 100 };
    for (const limits of [patient, impatient]) {
      const { hub, port } = await attachedHub(undefined, { limits });
      hub.http('/hub', async ({ body }) => ({ body: await body.text() }));
      const socket = dial(port);
      socket.write('POST /hub HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n');
      assert.match(await readUntil(socket, 'limits.body'), /^HTTP\/1.1 413 /);
      if (limits === patient) socket.write(Buffer.alloc(2_000_000));
      await finished(socket.resume());
    }
  });

  it('cuts an answer that has begun when too much comes', async () => {
    const { hub, port } = await attachedHub(undefined, { limits: { body: 10 }, onError: () => {} });
    hub.http('/hub', ({ body }) => ({ body }));
    const head = 'POST /hub HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n';
    const socket = dial(port);
    socket.write(`${head}5\r\nhello\r\n`);
    await readUntil(socket, 'hello');
    socket.write('6\r\nhello!\r\n');
    await finished(socket.resume());
  });

  it('leaves a request whose content is too long to the handler that does not want it', async () => {
    const { hub, port } = await attachedHub(undefined, { limits: { body: 10 } });
    hub.http('/hub', () => ({ status: 401 }));
    const wire = 'POST /hub HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n';
    const answer = await exchange(port, `${wire}Content-Length: 11\r\n\r\n01234567890`);
    assert.match(answer, /^HTTP\/1.1 401 /);
  });

  it('streams, and reads piece by piece', async () => {
    const { hub, port } = await attachedHub();
    hub.http('/hub', ({ body }) => ({ body }));
    const content = 'x'.repeat(300_000);
    const wire = `POST /hub HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: ${content.length}\r\n\r\n${content}`;
    const answer = await exchange(port, wire);
    assert.equal(answer.match(/x/g)!.length, content.length);
    assert.match(answer, /0\r\n\r\n$/);
  });

  it('gives up a peer that takes no more of a stream, and lets one be that is slow', async () => {
    const { hub, port } = await attachedHub(undefined, { limits: { stall: 400 } });
    let aborted = 0;
    hub.http('/hub', ({ signal }) => {
      signal.onabort = () => aborted++;
      const body = (async function* () {
        for (let i = 0; i < 300; i++) yield Buffer.alloc(65_536);
      })();
      return { body };
    });
    const request = 'GET /hub HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
    const stalled = dial(port).pause();
    stalled.write(request);
    const slow = dial(port);
    slow.write(request);
    let received = 0;
    slow.on('data', (octets: Buffer) => {
      received += octets.length;
      slow.pause();
      setTimeout(() => slow.resume(), 2);
    });
    await until(() => aborted === 1);
    stalled.destroy();
    slow.removeAllListeners('data').on('data', (octets: Buffer) => {
      received += octets.length;
    });
    slow.resume();
    await until(() => received > 300 * 65_536);
    assert.equal(aborted, 1);
  });

  it('tells all requests of a connection that is cut, also those that wait behind others', async () => {
    const { hub, port } = await attachedHub();
    let aborted = 0;
    let asked = 0;
    hub.http('/hub', ({ signal }) => {
      asked++;
      signal.onabort = () => aborted++;
      return new Promise(() => {});
    });
    const socket = dial(port);
    socket.write('GET /hub HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(3));
    await until(() => asked === 3);
    socket.resetAndDestroy();
    await until(() => aborted === 3);
    await hub.close();
  });

  it('lets its hub close when it is handed a request whose connection has gone', async () => {
    const hub = newHub();
    let aborted = 0;
    let arrived = 0;
    hub.http('/', ({ signal }) => {
      signal.onabort = () => aborted++;
      return new Promise(() => {});
    });
    const { port } = await runningHost((request, response) => {
      arrived++;
      request.socket.once('close', () => hub.middleware(request, response, () => {}));
    });
    const socket = dial(port);
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await until(() => arrived === 1);
    socket.destroy();
    await until(() => aborted === 1);
    await hub.close();
  });

  it('sends several lines of one name, and breaks off what fails', async () => {
    const { hub, port, get } = await attachedHub(undefined, { onError: () => {} });
    hub.http('/cookies', () => ({ headers: { 'Set-Cookie': ['a=1', 'b=2'] } }));
    assert.match(await get('/cookies'), /set-cookie: a=1\r\nset-cookie: b=2\r\n/i);
    hub.http('/broken', () => ({
      body: (async function* () {
        yield 'half';
        throw new Error('no');
      })(),
    }));
    const broken = await exchange(port, 'GET /broken HTTP/1.1\r\nHost: localhost\r\n\r\n').catch(
      () => '',
    );
    assert.doesNotMatch(broken, /0\r\n\r\n$/);
  });

  it('frames content as the own door does, whatever the fields say', async () => {
    const { hub, port } = await attachedHub(undefined, { onError: () => {} });
    const framed = { 'Content-Length': '5', 'Transfer-Encoding': 'chunked' };
    hub.http('/whole', () => ({ headers: framed, body: 'hello' }));
    hub.http('/bare', () => ({ headers: { 'content-length': '5' } }));
    hub.http('/empty', () => ({ status: 204, headers: { 'content-length': '5' }, body: 'hello' }));
    hub.http('/early', () => ({ status: 103 }));
    hub.http('/wrong', () => ({ headers: { 'content-length': '4' }, body: 'hello' }));
    hub.http('/broken', () => ({ headers: { 'set-cookie': 'a=1', 'x-a': 'a\nb' } }));
    const ask = (method: string, path: string): Promise<string> =>
      exchange(port, `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    const whole = await ask('GET', '/whole');
    assert.match(whole, /^HTTP\/1.1 200 .*hello$/s);
    assert.deepEqual(whole.match(/content-length.*|transfer-encoding.*/gi), ['content-length: 5']);
    const bare = await ask('HEAD', '/bare');
    assert.deepEqual(bare.match(/content-length.*/gi), ['content-length: 5']);
    assert.doesNotMatch(await ask('GET', '/empty'), /content-length|hello/i);
    for (const path of ['/early', '/wrong'])
      assert.match(await ask('GET', path), /^HTTP\/1.1 500 /);
    const broken = await ask('GET', '/broken');
    assert.match(broken, /^HTTP\/1.1 500 /);
    assert.doesNotMatch(broken, /set-cookie/i);
  });

  it('breaks off a stream that is longer or shorter than announced', async () => {
    const reported: unknown[] = [];
    const onError = (error: unknown): unknown => reported.push(error);
    const { hub, get } = await attachedHub(undefined, { onError });
    for (const length of ['3', '8']) {
      const headers = { 'content-length': length };
      hub.http(`/${length}`, () => ({ headers, body: piecesOf('hello') }));
      assert.doesNotMatch(await get(`/${length}`).catch(() => ''), /hello$/);
    }
    assert.equal(reported.length, 2);
  });

  it('says that somebody else has read the content', async () => {
    const reported: unknown[] = [];
    const { hub, server, post } = await runningMiddleware(reported);
    hub.http('/', async ({ body }) => ({ body: await body.text() }));
    assert.ok(server.listening);
    assert.match(await post('/', 'abc'), /^HTTP\/1.1 500 /);
    assert.match(String(reported[0]), /somebody else/);
  });
});

// Helpers

/** Resolves when the peer has ended or cut the connection. */
function finished(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('end', resolve).once('close', resolve);
  });
}

async function* piecesOf(...pieces: readonly string[]): AsyncGenerator<string> {
  yield* pieces;
}

/** A hub behind middleware that reads the content of each request. */
async function runningMiddleware(reported: unknown[]) {
  const hub = newHub({ onError: (error) => reported.push(error) });
  const host = await runningHost((request, response) => {
    request
      .resume()
      .on('end', () => setImmediate(() => hub.middleware(request, response, () => {})));
  });
  return { hub, ...host };
}
