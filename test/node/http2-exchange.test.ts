import assert from 'node:assert/strict';
import type { ClientHttp2Stream } from 'node:http2';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { answerOf, http2Hub, readStreamUntil } from '../support/http2.ts';
import { dataFrame, headersFrame, PREFACE, resetFrame } from '../support/http2-frames.ts';
import { dial } from '../support/raw.ts';
import { until } from '../support/until.ts';
import { frameTo } from '../support/websocket.ts';

/** The error codes of RFC 9113 §7. */
const [NO_ERROR, INTERNAL_ERROR, CANCEL] = [0, 2, 8];

const POST = { ':method': 'POST', ':scheme': 'http', ':authority': 'localhost', ':path': '/hub' };

const CONNECT = {
  ...POST,
  ':method': 'CONNECT',
  ':protocol': 'websocket',
  'sec-websocket-version': '13',
};

describe('Http2Exchange', () => {
  it('answers with content that is all there, and says how long it is', async () => {
    const { hub, peer } = await http2Hub();
    hub.http('/hub', ({ method, url, host, headers }) => ({
      body: [method, url, host, headers.get('x-a'), headers.size].join(' '),
    }));
    const { status, fields, content } = await (await peer()).ask('/hub?q', { 'x-a': 'b' });
    assert.deepEqual([status, content], [200, 'GET /hub?q localhost b 1']);
    assert.equal(fields['content-length'], '24');
    assert.equal(fields['content-type'], 'text/plain; charset=utf-8');
    assert.ok(fields.date);
  });

  it('sends no field that speaks of a connection', async () => {
    const { hub, peer } = await http2Hub();
    hub.http('/hub', () => ({
      headers: {
        Connection: 'close, x-a',
        'Keep-Alive': 'timeout=5',
        'Proxy-Connection': 'close',
        'Transfer-Encoding': 'chunked',
        Upgrade: 'h2c',
        'Set-Cookie': ['a=1', 'b=2'],
        'X-A': 'b',
      },
      body: pieces('one', 'two'),
    }));
    const { status, fields, content } = await (await peer()).ask('/hub');
    assert.deepEqual([status, content], [200, 'onetwo']);
    assert.deepEqual(Object.keys(fields), [':status', 'set-cookie', 'x-a', 'date']);
    assert.deepEqual(fields['set-cookie'], ['a=1', 'b=2']);
  });

  it('answers HEAD, and with a status that has no content, with a head alone', async () => {
    const { hub, peer } = await http2Hub();
    hub.http('/whole', () => ({ body: 'whole' }));
    hub.http('/announced', () => ({ headers: { 'content-length': '6' }, body: pieces('on', 'e') }));
    hub.http('/none', () => ({ status: 204, body: 'none' }));
    hub.http('/nothing', () => ({ status: 204, body: pieces('no', 'thing') }));
    hub.http('/unmodified', () => ({
      status: 304,
      headers: { 'content-length': '9' },
      body: 'no',
    }));
    const client = await peer();
    for (const [path, method, status, length] of [
      ['/whole', 'HEAD', 200, '5'],
      ['/announced', 'HEAD', 200, '6'],
      ['/none', 'GET', 204, undefined],
      ['/nothing', 'GET', 204, undefined],
      ['/unmodified', 'GET', 304, '9'],
    ] as const) {
      const answer = await client.ask(path, { ':method': method });
      const { fields, content, code } = answer;
      assert.deepEqual(
        [answer.status, fields['content-length'], content, code],
        [status, length, '', 0],
      );
    }
  });

  it('reads content, whole and piece by piece', async () => {
    const { hub, peer } = await http2Hub();
    hub.http('/whole', async ({ body }) => ({ body: await body.text() }));
    hub.http('/pieces', ({ body }) => ({ body }));
    const client = await peer();
    const content = 'x'.repeat(300_000);
    for (const path of ['/whole', '/pieces']) {
      assert.equal((await client.ask(path, { ':method': 'POST' }, content)).content, content, path);
    }
    assert.equal((await client.ask('/whole')).content, '');
  });

  it('reads no more content than is taken from it', async () => {
    const { hub, peer } = await http2Hub();
    let goOn = (): void => {};
    const asked = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    hub.http('/hub', async ({ body }) => {
      let octets = 0;
      for await (const piece of body) {
        await asked;
        octets += piece.length;
      }
      return { body: `${octets}` };
    });
    const stream = (await peer()).session.request({ ':path': '/hub', ':method': 'POST' });
    const answer = answerOf(stream);
    for (let i = 0; i < 100; i++) stream.write(Buffer.alloc(10_000));
    await sleep(100);
    assert.ok(stream.writableLength > 500_000, `${stream.writableLength} wait at the client`);
    goOn();
    stream.end();
    assert.equal((await answer).content, '1000000');
  });

  it('tells a client that waits for it to go on', async () => {
    const { hub, peer } = await http2Hub();
    hub.http('/hub', async ({ body }) => ({ body: await body.text() }));
    hub.http('/unread', () => ({ status: 401 }));
    const { session } = await peer();
    for (const [path, told] of [
      ['/hub', 1],
      ['/unread', 0],
    ] as const) {
      let count = 0;
      const stream = session.request({ ':path': path, ':method': 'POST', expect: '100-continue' });
      stream.on('continue', () => {
        count++;
        stream.end('content');
      });
      stream.on('response', () => stream.end());
      const { content } = await answerOf(stream);
      assert.deepEqual([count, content], [told, told === 1 ? 'content' : '']);
    }
  });

  it('keeps limits.body: by what is announced, and by what comes', async () => {
    const reported: unknown[] = [];
    const onError = (error: unknown): unknown => reported.push(error);
    const { hub, peer } = await http2Hub(undefined, { limits: { body: 10 }, onError });
    hub.http('/hub', async ({ body }) => ({ body: await body.text() }));
    hub.http('/late', ({ body }) => ({ body }));
    const client = await peer();
    const post = { ':method': 'POST' };
    assert.equal((await client.ask('/hub', post, '0123456789')).content, '0123456789');
    const announced = { ...post, 'content-length': '11' };
    for (const fields of [post, announced]) {
      const { status, content, code } = await client.ask('/hub', fields, '01234567890');
      assert.equal(status, 413);
      assert.match(content, /limits\.body/);
      assert.equal(code, 0);
    }
    const stream = client.session.request({ ...post, ':path': '/late' });
    const answer = answerOf(stream);
    stream.write('hello');
    await until(() => stream.sentHeaders !== undefined);
    await readStreamUntil(stream, 'hello');
    stream.write('hello!');
    assert.equal((await answer).code, 2);
    assert.deepEqual(reported, []);
  });

  it('refuses content that does not come within limits.bodyTime', async () => {
    const { hub, peer } = await http2Hub(undefined, { limits: { bodyTime: 200 } });
    hub.http('/hub', async ({ body }) => ({ body: await body.text() }));
    const stream = (await peer()).session.request({ ':path': '/hub', ':method': 'POST' });
    stream.write('some');
    const { status, content } = await answerOf(stream);
    assert.equal(status, 408);
    assert.match(content, /limits\.bodyTime/);
  });

  it('lets a client that still sends stop, once it has been answered', async () => {
    const { hub, peer } = await http2Hub();
    hub.http('/hub', () => ({ body: 'enough' }));
    const stream = (await peer()).session.request({ ':path': '/hub', ':method': 'POST' });
    stream.write(Buffer.alloc(100_000));
    const { content, code } = await answerOf(stream);
    assert.deepEqual([content, code], ['enough', 0]);
  });

  it('breaks an answer off so that the client knows that it is not whole', async () => {
    const reported: unknown[] = [];
    const onError = (error: unknown): unknown => reported.push(error);
    const { hub, peer } = await http2Hub(undefined, { onError });
    hub.http('/fails', () => ({ body: breakingOff() }));
    hub.http('/short', () => ({ headers: { 'content-length': '6' }, body: pieces('one') }));
    hub.http('/long', () => ({ headers: { 'content-length': '2' }, body: pieces('one') }));
    const client = await peer();
    for (const path of ['/fails', '/short', '/long']) {
      assert.equal((await client.ask(path)).code, INTERNAL_ERROR, path);
    }
    assert.match(reported.join(), /the second fails.*more content than Content-Length/);
  });

  for (const [what, code] of [
    ['without an error', NO_ERROR],
    ['with INTERNAL_ERROR', INTERNAL_ERROR],
    ['with CANCEL', CANCEL],
  ] as const) {
    it(`aborts a request whose stream is reset ${what}, and takes no content for whole`, async () => {
      const { hub, port } = await http2Hub();
      const told: string[] = [];
      hub.http('/hub', async ({ body, signal }) => {
        told.push('asked');
        signal.addEventListener('abort', () => told.push('aborted'));
        await body.bytes().then(
          () => told.push('whole'),
          ({ code }) => told.push(code),
        );
        return {};
      });
      const socket = dial(port);
      socket.write(Buffer.concat([PREFACE, headersFrame(1, POST), dataFrame(1, 'some')]));
      await until(() => told.length === 1);
      socket.write(resetFrame(1, code));
      await until(() => told.length === 3);
      assert.deepEqual(told, ['asked', 'aborted', 'HTTP_CUT']);
      socket.destroy();
    });

    it(`answers nobody where the reset ${what} came together with the request`, async () => {
      const reported: unknown[] = [];
      const onError = (error: unknown): unknown => reported.push(error);
      const { hub, port } = await http2Hub(undefined, { onError });
      hub.http('/hub', () => ({ body: 'in vain' }));
      hub.websocket('/ws', { close: (_, closeCode) => reported.push(closeCode) });
      hub.http('/last', () => {
        reported.push('last');
        return {};
      });
      const socket = dial(port);
      const requests = [POST, { ...CONNECT, ':path': '/ws' }].flatMap((fields, i) => [
        headersFrame(2 * i + 1, fields),
        resetFrame(2 * i + 1, code),
      ]);
      socket.write(Buffer.concat([PREFACE, ...requests]));
      socket.write(headersFrame(5, { ...POST, ':path': '/last' }));
      await until(() => reported.includes('last'));
      assert.deepEqual(
        reported.filter((one) => one !== 1006),
        ['last'],
      );
      socket.destroy();
    });
  }

  it('keeps what comes before a WebSocket is let in, however it is cut', async () => {
    const { hub, port } = await http2Hub();
    let letIn = (): void => {};
    const messages: unknown[] = [];
    hub.websocket('/ws', {
      authorize: () =>
        new Promise<object>((resolve) => {
          letIn = () => resolve({});
        }),
      message: (_, data) => messages.push(data),
    });
    const socket = dial(port);
    socket.write(Buffer.concat([PREFACE, headersFrame(1, { ...CONNECT, ':path': '/ws' })]));
    const text = 'Hello '.repeat(50);
    const frame = frameTo('server', { opcode: 1, payload: text });
    socket.write(Buffer.concat(Array.from(frame, (octet) => dataFrame(1, Buffer.from([octet])))));
    await sleep(50);
    letIn();
    await until(() => messages.length === 1);
    assert.deepEqual(messages, [text]);
    socket.destroy();
  });

  it('refuses a head in which it is not clear who is asked', async () => {
    const { hub, peer } = await http2Hub();
    hub.http('/hub', () => ({}));
    const client = await peer();
    for (const fields of [{ host: 'other' }, { ':authority': 'localhost,localhost' }]) {
      assert.equal((await client.ask('/hub', fields)).status, 400, JSON.stringify(fields));
    }
    assert.equal((await client.ask('/hub', { host: 'localhost' })).status, 200);
    assert.equal((await client.ask('/hub', { ':authority': 'evil.example' })).status, 403);
  });

  it('is a WebSocket connection once it is accepted', async () => {
    const { hub, peer } = await http2Hub();
    hub.websocket('/ws', {
      authorize: async ({ method, source }) => ({ data: `${method} ${typeof source}` }),
      open: (socket) => socket.send(`${socket.data} ${socket.remoteAddress}`),
      message: (socket, data) => socket.send(data),
    });
    const { stream, head } = await (await peer()).handshake('/ws');
    assert.deepEqual(Object.keys(head), [':status', 'date']);
    await readStreamUntil(stream, 'CONNECT object 127.0.0.1');
    stream.write(frameTo('server', { opcode: 1, payload: 'Hello' }));
    await readStreamUntil(stream, 'Hello');
    stream.write(frameTo('server', { opcode: 8, payload: '\x03\xe8' }));
    assert.equal(await closeOf(stream), 0);
  });
});

// Helpers

async function* pieces(...texts: string[]): AsyncGenerator<string> {
  for (const text of texts) {
    await sleep(1);
    yield text;
  }
}

async function* breakingOff(): AsyncGenerator<string> {
  yield 'the first';
  throw new Error('the second fails');
}

async function closeOf(stream: ClientHttp2Stream): Promise<number> {
  stream.resume();
  await new Promise((resolve) => stream.once('close', resolve));
  return stream.rstCode ?? 0;
}
