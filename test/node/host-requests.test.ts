import assert from 'node:assert/strict';
import { createServer } from 'node:http2';
import { describe, it } from 'node:test';

import type { Admission, LiveTransport, Refusal } from '../../src/index.ts';
import { HANDSHAKE, Http2Peer, http2Hub, listening, readStreamUntil } from '../support/http2.ts';
import { newHub } from '../support/running-hub.ts';
import { until } from '../support/until.ts';
import { frameTo } from '../support/websocket.ts';

/** The transports whose answers are held open. */
const STREAMS: readonly LiveTransport[] = ['event-stream', 'stream', 'forever-frame'];

describe('HostRequests', () => {
  it('serves middleware of a server of node:http2, and keeps the fields of what stands in front', async () => {
    const hub = newHub();
    hub.http('/hub', async ({ body, source }) => ({
      headers: { 'x-b': 'hub' },
      body: `${await body.text()} ${source?.constructor.name}`,
    }));
    hub.websocket('/ws', { open: (socket) => socket.send('opened') });
    const server = createServer({ settings: { enableConnectProtocol: true } });
    server.on('request', (request, response) => {
      response.setHeader('x-a', 'front');
      response.setHeader('x-b', 'front');
      hub.middleware(request, response, () => response.end('application'));
    });
    server.on('connect', (request, response) => {
      hub.middleware(request, response, () => response.writeHead(404).end());
    });
    const client = await Http2Peer.connect(await listening(server));
    const { fields, content } = await client.ask('/hub', { ':method': 'POST' }, 'content');
    assert.deepEqual([fields['x-a'], fields['x-b']], ['front', 'hub']);
    assert.equal(content, 'content Http2ServerRequest');
    assert.equal((await client.ask('/other')).content, 'application');
    const { stream } = await client.handshake('/ws');
    await readStreamUntil(stream, 'opened');
    stream.close();
    assert.equal((await client.handshake('/other')).head[':status'], 404);
  });

  it('tells who has read the content in front', async () => {
    const reported: unknown[] = [];
    const hub = newHub({ onError: (error) => reported.push(error) });
    hub.http('/hub', async ({ body }) => ({ body: await body.text() }));
    const server = createServer((request, response) => {
      request.on('end', () => hub.middleware(request, response, () => {})).resume();
    });
    const client = await Http2Peer.connect(await listening(server));
    assert.equal((await client.ask('/hub', { ':method': 'POST' }, 'content')).status, 500);
    assert.match(String(reported), /somebody else has read the content/);
  });

  it('takes no stream that was reset before anybody looked at it', async () => {
    const { hub, server, peer } = await http2Hub();
    let asked = 0;
    hub.http('/hub', () => {
      asked++;
      return {};
    });
    server.prependListener('session', (session) => {
      session.prependListener('stream', (stream) => stream.destroy());
    });
    await (await peer()).ask('/hub');
    assert.equal(asked, 0);
  });

  it('judges a WebSocket over HTTP/2 as it does one over HTTP/1.1', async () => {
    const { hub, peer } = await http2Hub();
    hub.websocket('/ws', {
      protocols: ['a', 'b'],
      compression: true,
      authorize: ({ url }): Admission<undefined> | Refusal =>
        url.endsWith('?no') ? { status: 200, body: 'no' } : {},
    });
    hub.live('/live', { authorize: () => ({ status: 429, headers: { connection: 'close' } }) });
    const client = await peer();
    for (const [path, fields, expected] of [
      ['/ws', { origin: 'http://evil.example' }, 403],
      ['/ws', { 'sec-websocket-version': '12' }, 400],
      ['/ws', { 'content-length': '3' }, 400],
      ['/ws?no', {}, 403],
      ['/live', {}, 429],
      ['/live', { origin: 'http://evil.example' }, 403],
    ] as const) {
      const { stream, head } = await client.handshake(path, fields);
      stream.close();
      assert.equal(head[':status'], expected, path);
      assert.equal(head['upgrade'] ?? head['connection'], undefined);
    }
    const { stream, head } = await client.handshake('/ws', {
      'sec-websocket-protocol': 'c, b',
      'sec-websocket-extensions': 'permessage-deflate; client_max_window_bits',
      origin: 'http://localhost',
    });
    assert.equal(head['sec-websocket-protocol'], 'b');
    assert.match(String(head['sec-websocket-extensions']), /^permessage-deflate/);
    assert.equal(head['sec-websocket-accept'], undefined);
    stream.close();
    const { status, fields } = await client.ask('/ws');
    assert.deepEqual([status, fields.allow], [405, 'CONNECT']);
  });

  it('opens nothing for a peer that ends its side with the handshake, or once the hub closes', async () => {
    const { hub, peer } = await http2Hub();
    let goOn = (): void => {};
    hub.websocket('/ws', {
      authorize: () =>
        new Promise<object>((resolve) => {
          goOn = () => resolve({});
        }),
    });
    const client = await peer();
    const left = client.ask('/ws', HANDSHAKE, '');
    const leftOn = goOn;
    await until(() => goOn !== leftOn);
    setTimeout(goOn, 20);
    assert.equal((await left).status, 400);
    const before = goOn;
    const late = client.handshake('/ws');
    await until(() => goOn !== before);
    const closed = hub.close();
    goOn();
    assert.equal((await late).head[':status'], 503);
    await closed;
    const another = await peer();
    const told = new Promise((resolve) => another.session.once('goaway', resolve));
    const last = goOn;
    const refused = another.ask('/ws', HANDSHAKE);
    await until(() => goOn !== last);
    goOn();
    assert.equal((await refused).status, 503);
    await told;
  });

  for (const transport of STREAMS) {
    it(`serves a live route by ${transport}`, async () => {
      const { hub, client, publish } = await newsHub();
      const { stream, head } = await client.begin(`/live?transport=${transport}`, REFERER);
      assert.equal(head[':status'], 200);
      assert.equal(head['transfer-encoding'] ?? head.connection, undefined);
      await readStreamUntil(stream, 'ready');
      publish('first');
      await readStreamUntil(stream, 'first');
      stream.on('data', () => {});
      await hub.close();
      assert.equal(stream.rstCode, 0);
    });
  }

  it('serves long polls and JSONP, on one session at the same time', async () => {
    const { client, cursor, publish } = await newsHub();
    const polls = ['long-poll', 'jsonp&callback=f', 'long-poll'].map((transport) =>
      client.ask(`/live?transport=${transport}&cursor=${cursor()}`, REFERER),
    );
    publish('first');
    for (const { status, content } of await Promise.all(polls)) {
      assert.equal(status, 200);
      assert.match(content, /"data":"first"/);
    }
  });

  it('serves a live route by WebSocket, and what its client sends by POST', async () => {
    const { client, publish, heard } = await newsHub();
    const { stream } = await client.handshake('/live');
    const ready = await readStreamUntil(stream, '"heartbeat"');
    const session = /"session":"([^"]+)"/.exec(ready)![1]!;
    publish('first');
    await readStreamUntil(stream, 'first');
    stream.write(frameTo('server', { opcode: 1, payload: '{"n":1,"data":"by WebSocket"}' }));
    await readStreamUntil(stream, '{"ack":1}');
    const posted = await client.ask(
      `/live?session=${session}`,
      { ':method': 'POST', 'content-type': 'application/json' },
      '[{"n":2,"data":"by POST"}]',
    );
    assert.deepEqual([posted.status, posted.content], [200, '{"ack":2}']);
    assert.deepEqual(heard, ['by WebSocket', 'by POST']);
    stream.close();
  });

  it('holds nothing for an event stream that is not read, which reads on from the log later', async () => {
    const { client, publish } = await newsHub();
    const { stream } = await client.begin('/live?transport=event-stream');
    await readStreamUntil(stream, 'ready');
    stream.pause();
    const big = 'x'.repeat(10_000);
    for (let i = 0; i < 80; i++) publish(`${i} ${big}`);
    publish('last');
    const text = await readStreamUntil(stream.resume(), '"last"');
    for (let i = 0; i < 80; i++) assert.ok(text.includes(`"${i} ${big}"`), `${i}`);
  });
});

// Helpers

/** Of a page of the server's own. */
const REFERER = { referer: 'http://localhost/' };

/** A live route over HTTP/2 with a channel of news, and a session with it. */
async function newsHub() {
  const { hub, peer } = await http2Hub();
  const heard: unknown[] = [];
  hub.live('/live', {
    authorize: () => ({ channels: ['news'] }),
    transports: ['websocket', 'event-stream', 'stream', 'long-poll', 'jsonp', 'forever-frame'],
    message: (_, data) => heard.push(data),
  });
  const client = await peer();
  const publish = (data: unknown): void => {
    hub.channel('news').publish(data);
  };
  return { hub, client, heard, publish, cursor: () => hub.cursor() };
}
