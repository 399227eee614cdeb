import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createSecureServer, createServer } from 'node:http2';
import { request } from 'node:https';
import { describe, it } from 'node:test';
import { connect } from 'node:tls';

import { CERTIFICATE, KEY } from '../support/certificate.ts';
import {
  HANDSHAKE,
  Http2Peer,
  http2Hub,
  listening,
  readStreamUntil,
  secureHttp2Hub,
} from '../support/http2.ts';
import { openingHandshake } from '../support/raw.ts';
import { newHub } from '../support/running-hub.ts';

describe('attachToHttp2', () => {
  it('takes the paths that the hub owns, and leaves all others to the application', async () => {
    const { hub, peer } = await http2Hub();
    hub.http('/hub', () => ({ body: 'from the hub' }));
    const client = await peer();
    assert.equal((await client.ask('/hub?q')).content, 'from the hub');
    assert.equal((await client.ask('/other')).content, 'application GET /other');
    assert.equal((await client.ask('/hub/below')).content, 'application GET /hub/below');
    assert.equal(
      (await client.ask('*', { ':method': 'OPTIONS' })).content,
      'application OPTIONS *',
    );
  });

  it('comes before listeners for streams and for requests that are added later', async () => {
    const { hub, server, peer } = await http2Hub();
    hub.http('/hub', () => ({ body: 'from the hub' }));
    const seen: unknown[] = [];
    server.prependListener('stream', (_, headers) => seen.push(`stream ${headers[':path']}`));
    server.prependListener('request', ({ url }) => seen.push(`request ${url}`));
    const client = await peer();
    await client.ask('/hub');
    await client.ask('/other');
    assert.deepEqual(seen, ['stream /other', 'request /other']);
  });

  it('tells clients that they may ask for a WebSocket, besides what the application has set', async () => {
    const server = createServer({ settings: { maxConcurrentStreams: 7 } });
    newHub().attach(server);
    const { session } = await Http2Peer.connect(await listening(server));
    const { enableConnectProtocol, maxConcurrentStreams } = session.remoteSettings;
    assert.deepEqual([enableConnectProtocol, maxConcurrentStreams], [true, 7]);
  });

  it('leaves it to the application to take that back', async () => {
    const server = createServer();
    newHub().attach(server);
    server.updateSettings({ enableConnectProtocol: false });
    const { session } = await Http2Peer.connect(await listening(server));
    assert.equal(session.remoteSettings.enableConnectProtocol, false);
  });

  it("leaves a CONNECT that is not for a WebSocket of the hub's to the application", async () => {
    const { hub, server, peer } = await http2Hub();
    hub.websocket('/ws', {});
    const client = await peer();
    const udp = { ...HANDSHAKE, ':protocol': 'connect-udp' };
    for (const [path, fields] of [
      ['/other', HANDSHAKE],
      ['/ws', udp],
    ] as const) {
      assert.equal((await client.ask(path, fields)).status, 405, path);
    }
    server.on('connect', (incoming, response) => response.writeHead(404).end(incoming.url));
    for (const [path, fields] of [
      ['/other', HANDSHAKE],
      ['/ws', udp],
    ] as const) {
      const { status, content } = await client.ask(path, fields);
      assert.deepEqual([status, content], [404, path]);
    }
    const tunnel = client.session.request({ ':method': 'CONNECT', ':authority': 'localhost:1' });
    const [head] = await once(tunnel, 'response');
    assert.equal(head[':status'], 404);
    tunnel.close();
  });

  it('refuses it where the application listens for nothing of the kind', async () => {
    const server = createServer();
    newHub().attach(server);
    const client = await Http2Peer.connect(await listening(server));
    assert.equal((await client.ask('/other', HANDSHAKE)).status, 405);
    server.on('stream', (stream) => stream.respond({ ':status': 403 }, { endStream: true }));
    assert.equal((await client.ask('/other', HANDSHAKE)).status, 403);
  });

  it('refuses a WebSocket at a path of the hub that has none', async () => {
    const { hub, peer } = await http2Hub();
    hub.http('/hub', () => ({ body: 'a tunnel?' }));
    const { status, fields } = await (await peer()).ask('/hub', HANDSHAKE);
    assert.equal(status, 405);
    assert.match(fields.allow ?? '', /\bGET\b/);
  });

  it('leaves room for several hubs on one server', async () => {
    const { hub, server, peer } = await http2Hub();
    hub.http('/one', () => ({ body: 'from the first' })).websocket('/ws/one', {});
    const second = newHub().attach(server);
    second.http('/two', () => ({ body: 'from the second' })).websocket('/ws/two', {});
    const client = await peer();
    assert.equal((await client.ask('/one')).content, 'from the first');
    assert.equal((await client.ask('/two')).content, 'from the second');
    for (const path of ['/ws/one', '/ws/two']) {
      const { stream, head } = await client.handshake(path);
      assert.equal(head[':status'], 200, path);
      stream.close();
    }
  });

  it('serves HTTP/1.1 on the same port, to those that do not choose HTTP/2', async () => {
    const { hub, port, peer } = await secureHttp2Hub();
    hub.http('/hub', () => ({ body: 'from the hub' }));
    hub.websocket('/ws', { open: (socket) => socket.send('opened') });
    assert.equal(await get(port, '/hub'), '1.1 from the hub');
    assert.equal(await get(port, '/other'), '1.1 application GET /other');
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    socket.write(openingHandshake('/ws', `Origin: https://localhost\r\n`));
    let answer = '';
    for await (const octets of socket) {
      answer += octets;
      if (answer.endsWith('opened')) break;
    }
    assert.match(answer, /^HTTP\/1\.1 101 /);

    const client = await peer();
    assert.equal(client.session.alpnProtocol, 'h2');
    assert.equal((await client.ask('/hub')).content, 'from the hub');
    const { stream } = await client.handshake('/ws', { origin: 'https://localhost' });
    await readStreamUntil(stream, 'opened');
    stream.close();
  });

  it('knows the scheme by whether there is TLS, not by what the client says', async () => {
    const server = createSecureServer({ key: KEY, cert: CERTIFICATE });
    newHub().attach(server).websocket('/ws', {});
    const origin = (await listening(server)).replace('http:', 'https:');
    const client = await Http2Peer.connect(origin);
    const own = 'https://localhost';
    assert.equal(
      (await client.ask('/ws', { ...HANDSHAKE, origin: 'http://localhost' })).status,
      403,
    );
    const { stream, head } = await client.handshake('/ws', { origin: own, ':scheme': 'http' });
    assert.equal(head[':status'], 200);
    stream.close();
  });
});

// Helpers

function get(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { port, path, rejectUnauthorized: false, agent: false };
    request({ ...options, headers: { Host: 'localhost' } }, async (response) => {
      let content = `${response.httpVersion} `;
      for await (const octets of response) content += octets;
      resolve(content);
    })
      .on('error', reject)
      .end();
  });
}
