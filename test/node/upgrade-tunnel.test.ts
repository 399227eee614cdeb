import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createSecureServer, createServer, type Http2SecureServer } from 'node:http2';
import type { Socket } from 'node:net';
import { describe, it } from 'node:test';
import { WebSocketServer } from 'ws';

import { CERTIFICATE, KEY } from '../support/certificate.ts';
import { HANDSHAKE, Http2Peer, listening, readStreamUntil } from '../support/http2.ts';
import { newHub } from '../support/running-hub.ts';
import { until } from '../support/until.ts';
import { frameTo } from '../support/websocket.ts';

describe('UpgradeTunnel', () => {
  it("lets ws serve its WebSockets over HTTP/2, beside the hub's", async () => {
    const { server, peer } = await hubBeside();
    const wss = new WebSocketServer({ noServer: true, handleProtocols: () => 'chat' });
    server.on('upgrade', (request, socket, head) => {
      wss.handleUpgrade(request, socket, head, (client) => {
        client.on('message', (data) => client.send(`ws: ${data}`));
      });
    });
    const client = await peer();
    const { stream, head } = await client.handshake('/theirs?q', {
      'sec-websocket-protocol': 'chat, other',
    });
    assert.equal(head[':status'], 200);
    assert.equal(head['sec-websocket-protocol'], 'chat');
    assert.equal(head['sec-websocket-accept'], undefined);
    stream.write(frameTo('server', { opcode: 1, payload: 'hello' }));
    await readStreamUntil(stream, 'ws: hello');

    const own = await client.handshake('/ours');
    await readStreamUntil(own.stream, 'from the hub');
    stream.write(frameTo('server', { opcode: 8, payload: Buffer.of(0x03, 0xe8) }));
    await once(stream, 'end');
    stream.end();
    await once(stream, 'close');
    assert.equal(stream.rstCode, 0);
    own.stream.close();
  });

  it('carries many octets both ways, as fast as they are taken', async () => {
    const { server, peer } = await hubBeside();
    server.on('upgrade', (_, socket: Socket) => {
      socket.write(SWITCHING);
      socket.pipe(socket);
    });
    const { stream } = await (await peer()).handshake('/theirs');
    const sent = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => i % 251));
    stream.end(sent);
    const received: Buffer[] = [];
    for await (const octets of stream) received.push(octets);
    assert.ok(Buffer.concat(received).equals(sent));
  });

  it('says what the client has asked, by whom and over what, as a request of HTTP/1.1 would', async () => {
    const { server, peer } = await hubBeside();
    const asked: unknown[] = [];
    server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
      const { method, url, httpVersion, headers } = request;
      const { remoteAddress, encrypted } = request.socket as Socket & { encrypted: boolean };
      asked.push(method, url, httpVersion, remoteAddress, encrypted, headers);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    const fields = { cookie: 'a=1', 'sec-websocket-key': 'theirs', expect: '100-continue' };
    await (await peer()).ask('/theirs?q', { ...HANDSHAKE, ...fields });
    const headers = asked.pop() as Record<string, string>;
    assert.match(headers['sec-websocket-key']!, /^[A-Za-z0-9+/]{22}==$/);
    assert.deepEqual(asked, ['GET', '/theirs?q', '1.1', '127.0.0.1', true]);
    assert.deepEqual(
      { ...headers, 'sec-websocket-key': '' },
      {
        host: 'localhost',
        upgrade: 'websocket',
        connection: 'Upgrade',
        'sec-websocket-version': '13',
        'sec-websocket-key': '',
        cookie: 'a=1',
      },
    );
  });

  for (const [what, answer, status, content] of [
    ['with a length', 'HTTP/1.1 401 No\r\nContent-Length: 2\r\nX-Why: a\r\n\r\nno', 401, 'no'],
    [
      'in chunks',
      'HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n',
      404,
      'no',
    ],
    ['to its end', 'HTTP/1.1 503 No\r\nConnection: close\r\n\r\nno', 503, 'no'],
    [
      'that only looks like an agreement',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno',
      403,
      'no',
    ],
    ['behind an interim one', 'HTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 400 No\r\n\r\n', 400, ''],
  ] as const) {
    it(`hands a refusal on, ${what}`, async () => {
      const { server, peer } = await hubBeside();
      server.on('upgrade', (_, socket: Socket) => socket.end(answer));
      const client = await peer();
      const refused = await client.ask('/theirs', HANDSHAKE);
      assert.deepEqual([refused.status, refused.content], [status, content]);
      assert.equal(refused.code, 0);
      for (const name of ['connection', 'transfer-encoding', 'upgrade']) {
        assert.ok(!(name in refused.fields), name);
      }
    });
  }

  it('resets the stream of one that is hung up on, and of one whose answer is none', async () => {
    const { server, peer } = await hubBeside();
    const client = await peer();
    server.once('upgrade', (_, socket: Socket) => socket.destroy());
    assert.equal((await client.ask('/theirs', HANDSHAKE)).code, 2);
    server.once('upgrade', (_, socket: Socket) => socket.end('Welcome!\r\n'));
    assert.equal((await client.ask('/theirs', HANDSHAKE)).code, 2);
    server.removeAllListeners('upgrade');
    server.once('upgrade', (_, socket: Socket) => {
      socket.write(SWITCHING);
      setImmediate(() => socket.destroy());
    });
    const cut = await client.ask('/theirs', HANDSHAKE);
    assert.deepEqual([cut.status, cut.code], [200, 8]);
  });

  it('tells the application when the client has gone', async () => {
    const { server, peer } = await hubBeside();
    let closed = 0;
    server.on('upgrade', (_, socket: Socket) => {
      socket.on('close', () => closed++);
      socket.write(SWITCHING);
    });
    const client = await peer();
    const { stream } = await client.handshake('/theirs');
    stream.close(8);
    await until(() => closed === 1);
    await client.handshake('/theirs');
    client.session.destroy();
    await until(() => closed === 2);
  });

  it('is not asked where the application hears of a CONNECT by itself', async () => {
    const { server, peer } = await hubBeside();
    server.on('upgrade', () => assert.fail('asked to upgrade'));
    server.on('connect', (request, response) => response.writeHead(410).end(request.url));
    const { status, content } = await (await peer()).ask('/theirs', HANDSHAKE);
    assert.deepEqual([status, content], [410, '/theirs']);
    server.removeAllListeners('request').removeAllListeners('stream');
    server.on('stream', (stream) => stream.respond({ ':status': 404 }, { endStream: true }));
    assert.equal((await (await peer()).ask('/theirs', HANDSHAKE)).status, 404);
  });

  it('is asked for WebSockets alone', async () => {
    const { server, peer } = await hubBeside();
    server.on('upgrade', () => assert.fail('asked to upgrade'));
    const udp = { ...HANDSHAKE, ':protocol': 'connect-udp' };
    assert.equal((await (await peer()).ask('/theirs', udp)).status, 405);
  });

  it('refuses what can not be said in HTTP/1.1', async () => {
    const { server, peer } = await hubBeside();
    server.on('upgrade', (_, socket: Socket) => socket.end('HTTP/1.1 400 No\r\n\r\n'));
    const client = await peer();
    const { status } = await client.ask('/theirs#é', HANDSHAKE);
    assert.equal(status, 405);
    const long = { ...HANDSHAKE, 'x-long': 'x'.repeat(40_000) };
    assert.equal((await client.ask('/theirs', long)).status, 431);
  });

  it('leaves what is not inside TLS refused, where HTTP/1.1 is not spoken', async () => {
    const server = createServer();
    newHub().attach(server);
    server.on('upgrade', () => assert.fail('asked to upgrade'));
    const client = await Http2Peer.connect(await listening(server));
    assert.equal((await client.ask('/theirs', HANDSHAKE)).status, 405);
  });
});

// Helpers

const SWITCHING =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';

/** A hub in a server of an application that answers requests, and may listen for upgrades. */
async function hubBeside() {
  const server: Http2SecureServer = createSecureServer(
    { key: KEY, cert: CERTIFICATE, allowHTTP1: true },
    (request, response) => response.end(`application ${request.method} ${request.url}`),
  );
  newHub({ origins: '*' })
    .attach(server)
    .websocket('/ours', { open: (socket) => socket.send('from the hub') });
  const origin = (await listening(server)).replace('http:', 'https:');
  return { server, peer: () => Http2Peer.connect(origin) };
}
