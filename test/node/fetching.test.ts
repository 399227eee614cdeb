import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';

import { connect } from '../../src/node/connect.ts';
import { fetchBy } from '../../src/node/fetching.ts';
import { createHub, type Hub } from '../../src/node/hub.ts';
import { CERTIFICATE, KEY } from '../support/certificate.ts';
import { portOf } from '../support/host-server.ts';
import { StandardServer } from '../support/standard-peer.ts';
import { until } from '../support/until.ts';

describe('fetchBy', () => {
  let server: StandardServer;
  before(async () => {
    server = await StandardServer.start();
  });
  after(() => server.close());

  const fetching = (init?: RequestInit) => fetchBy({})(`http://127.0.0.1:${server.port}/a?b`, init);

  it('sends what it is given, and reads the answer as it comes', async () => {
    const headers = { Authorization: 'Bearer x' };
    const answer = fetching({ method: 'POST', body: '{"ü":1}', headers, cache: 'no-store' });
    const peer = await server.peer();
    assert.match(peer.head, /^POST \/a\?b HTTP\/1\.1\r\nHost: 127\.0\.0\.1:\d+\r\n/);
    assert.deepEqual(peer.fields('authorization'), ['Bearer x']);
    assert.deepEqual(peer.fields('content-length'), ['8']);
    peer.socket.write('HTTP/1.1 201 Made\r\nX-Y: z\r\nContent-Length: 6\r\n\r\nabc');
    const response = await answer;
    assert.deepEqual([response.status, response.headers.get('x-y')], [201, 'z']);
    const reader = response.body!.getReader();
    assert.equal(Buffer.from((await reader.read()).value!).toString(), 'abc');
    peer.socket.write('def');
    assert.equal(Buffer.from((await reader.read()).value!).toString(), 'def');
    assert.equal((await reader.read()).done, true);
  });

  it('gives answers without content', async () => {
    const answer = fetching();
    (await server.peer()).socket.write('HTTP/1.1 204 None\r\n\r\n');
    assert.equal(await (await answer).text(), '');
  });

  for (const [what, answer] of [
    ['is no HTTP', 'SSH-2.0\r\n'],
    ['is missing', ''],
  ] as const) {
    it(`rejects when the answer ${what}`, async () => {
      const response = fetching();
      (await server.peer()).socket.end(answer);
      await assert.rejects(response);
    });
  }

  it('fails the content that is cut', async () => {
    const answer = fetching();
    const peer = await server.peer();
    peer.socket.write('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc');
    const response = await answer;
    peer.socket.end();
    await assert.rejects(response.text());
  });

  it('lets a server wait whose content nobody reads', async () => {
    const answer = fetching();
    const { socket } = await server.peer();
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n');
    socket.write(Buffer.alloc(100_000_000));
    const response = await answer;
    let before = -1;
    await until(() => {
      const isSame = before === socket.writableLength;
      before = socket.writableLength;
      return isSame;
    });
    assert.ok(socket.writableLength > 50_000_000);
    await response.body!.cancel();
  });

  it('is given up by a signal, before and behind the head', async () => {
    await assert.rejects(fetching({ signal: AbortSignal.abort() }), { name: 'AbortError' });
    const before = new AbortController();
    const waiting = fetching({ signal: before.signal });
    await server.peer();
    before.abort();
    await assert.rejects(waiting, { name: 'AbortError' });
    const behind = new AbortController();
    const answer = fetching({ signal: behind.signal });
    const peer = await server.peer();
    peer.socket.write('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc');
    const response = await answer;
    behind.abort();
    await assert.rejects(response.text(), { name: 'AbortError' });
    assert.equal(await peer.frame(), undefined);
  });
});

describe('connect, with tls', () => {
  let hub: Hub;
  before(() => {
    hub = createHub();
    hub.live('/live', { authorize: () => ({ channels: ['news'] }) });
  });
  after(() => hub.close());

  for (const transport of ['websocket', 'event-stream', 'stream', 'long-poll'] as const) {
    it(`trusts the authority that it is told to, over ${transport}`, async () => {
      const server = createTlsServer({ key: KEY, cert: CERTIFICATE }, hub.accept);
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const told: unknown[] = [];
      const connection = connect(`https://localhost:${portOf(server)}/live`, {
        tls: { ca: CERTIFICATE },
        transports: [transport],
        onentry: ({ data }) => void told.push(data),
      });
      await until(() => connection.state === 'open');
      hub.channel('news').publish('Comet sighted');
      await until(() => told.length === 1);
      connection.close();
      server.close();
    });
  }
});
