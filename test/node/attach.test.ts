import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createSecureServer } from 'node:https';
import { describe, it } from 'node:test';
import { connect } from 'node:tls';

import { CERTIFICATE, KEY } from '../support/certificate.ts';
import { portOf } from '../support/host-server.ts';
import { dial, exchange, openingHandshake, readUntil } from '../support/raw.ts';
import { attachedHub, newHub } from '../support/running-hub.ts';
import { frameTo } from '../support/websocket.ts';

describe('attachTo', () => {
  it('takes the paths that the hub owns, and leaves all others to the application', async () => {
    const { hub, get } = await attachedHub();
    hub.http('/hub', () => ({ body: 'from the hub' }));
    assert.match(await get('/hub?q'), /200 OK.*from the hub/s);
    assert.match(await get('/other'), /200 OK.*application \/other/s);
    assert.match(await get('/hub/below'), /application/);
  });

  it('comes before listeners that are added later', async () => {
    const { hub, server, get } = await attachedHub();
    hub.http('/hub', () => ({ body: 'from the hub' }));
    const seen: string[] = [];
    server.prependListener('request', (request) => seen.push(request.url ?? ''));
    await get('/hub');
    await get('/other');
    assert.deepEqual(seen, ['/other']);
  });

  it('opens WebSocket connections, also with octets in the same segment', async () => {
    const { hub, port } = await attachedHub();
    hub.websocket('/ws', { message: (socket, data) => socket.send(data) });
    const socket = dial(port);
    const hello = frameTo('server', { opcode: 1, payload: 'Hello' });
    socket.write(Buffer.concat([Buffer.from(openingHandshake('/ws')), hello]));
    const answer = await readUntil(socket, 'Hello');
    assert.match(answer, /^HTTP\/1.1 101 .*s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/s);
    socket.destroy();
  });

  it('serves inside TLS, and knows by it what scheme an origin has to have', async (t) => {
    const hub = newHub();
    hub.http('/hub', () => ({ body: 'from the hub' }));
    hub.websocket('/ws', { open: (socket) => socket.send('opened') });
    const server = createSecureServer({ key: KEY, cert: CERTIFICATE }, (request, response) => {
      response.end(`application ${request.url}`);
    });
    hub.attach(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const ask = async (wire: string, expected: string): Promise<string> => {
      const socket = connect({ port: portOf(server), ca: CERTIFICATE, servername: 'localhost' });
      socket.write(wire);
      const answer = await readUntil(socket, expected);
      socket.destroy();
      return answer;
    };
    const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    await ask(get('/hub'), 'from the hub');
    await ask(get('/other'), 'application /other');
    await ask(openingHandshake('/ws', 'Origin: https://localhost\r\n'), 'opened');
    const foreign = openingHandshake('/ws', 'Origin: http://localhost\r\n');
    assert.match(await ask(foreign, 'option origins'), /^HTTP\/1.1 403 /);
  });

  it('leaves room for several hubs on one server', async () => {
    const { hub, server, get, port } = await attachedHub();
    hub.http('/one', () => ({ body: 'from the first' })).websocket('/ws/one', {});
    const second = newHub();
    second.attach(server).http('/two', () => ({ body: 'from the second' }));
    second.websocket('/ws/two', {});
    assert.match(await get('/one'), /from the first/);
    assert.match(await get('/two'), /from the second/);
    for (const path of ['/ws/one', '/ws/two']) {
      const socket = dial(port);
      socket.write(openingHandshake(path));
      assert.match(await readUntil(socket, '\r\n\r\n'), /^HTTP\/1.1 101 /);
      socket.destroy();
    }
    const h2c = 'Upgrade: h2c\r\nConnection: close, Upgrade\r\n';
    assert.match(await get('/other', h2c), /^HTTP\/1.1 200 .*application \/other/s);
    assert.match(await get('/one', h2c), /^HTTP\/1.1 200 .*from the first/s);
  });

  it('tells a client that waits for it to go on, where the application judges that itself', async () => {
    const { hub, server, port } = await attachedHub();
    server.on('checkContinue', (_, response) => response.end('application'));
    hub.http('/hub', async ({ body }) => ({ body: await body.text() }));
    const socket = dial(port);
    socket.write(
      'POST /hub HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n',
    );
    await readUntil(socket, 'HTTP/1.1 100 Continue\r\n\r\n');
    socket.write('echo');
    assert.match(await readUntil(socket, 'echo'), /^HTTP\/1.1 200 /);
    socket.destroy();
  });

  it('answers a plain request for a WebSocket path with 426', async () => {
    const { hub, get } = await attachedHub();
    hub.websocket('/ws', {});
    assert.match(await get('/ws'), /^HTTP\/1.1 426 .*Upgrade: websocket/is);
  });

  it('gives an upgrade that nobody wants back to the application as a request', async () => {
    const { hub, port } = await attachedHub((request, response) => {
      request.on('data', (octets) => response.write(`content ${octets}`));
      request.on('end', () => response.end(`${request.headers.upgrade} ${request.headers['x-a']}`));
    });
    hub.websocket('/ws', {});
    const wire =
      'POST /other HTTP/1.1\r\nHost: localhost\r\nUpgrade: h2c\r\nX-A: b\r\nConnection: close, Upgrade\r\nContent-Length: 3\r\n\r\nabc';
    assert.match(
      await exchange(port, wire),
      /^HTTP\/1.1 200 OK.*content abc.*(?:undefined|h2c) b/s,
    );
  });

  it('answers a request on a path of the hub that wants to be upgraded to something else', async () => {
    const { hub, port } = await attachedHub();
    hub.http('/echo', async ({ body }) => ({ body: `echo ${await body.text()}` }));
    hub.websocket('/ws', {});
    hub.http('/ws', () => ({ body: 'a page' }));
    const fields = 'Host: localhost\r\nUpgrade: h2c\r\nConnection: Upgrade, close\r\n';
    const post = `POST /echo HTTP/1.1\r\n${fields}Content-Length: 3\r\n\r\nabc`;
    assert.match(await exchange(port, post), /^HTTP\/1.1 200 .*echo abc$/s);
    const handshake = openingHandshake('/echo', 'Connection: close\r\n');
    assert.match(await exchange(port, handshake), /^HTTP\/1.1 200 .*echo $/s);
    const get = `GET /ws HTTP/1.1\r\n${fields}\r\n`;
    assert.match(await exchange(port, get), /^HTTP\/1.1 200 .*a page$/s);
  });

  it('gives further requests on such a connection to the application as well', async () => {
    const { port } = await attachedHub();
    const upgrade = 'Upgrade: h2c\r\nConnection: Upgrade\r\n';
    const socket = dial(port);
    for (const [i, fields] of [upgrade, upgrade, ''].entries()) {
      socket.write(`GET /${i} HTTP/1.1\r\nHost: localhost\r\n${fields}\r\n`);
      await readUntil(socket, `application /${i}`);
    }
    socket.destroy();
  });

  it('answers in order where requests stand in front of an upgrade', async () => {
    const { hub, port } = await attachedHub((request, response) => {
      setTimeout(() => response.end(`late ${request.url}`), 50);
    });
    hub.websocket('/ws', { open: (socket) => socket.send('opened') });
    const socket = dial(port);
    socket.write(`GET /1 HTTP/1.1\r\nHost: localhost\r\n\r\n${openingHandshake('/ws')}`);
    assert.match(await readUntil(socket, 'opened'), /^HTTP\/1.1 200 .*late \/1.*HTTP\/1.1 101 /s);
    socket.destroy();
  });

  it("leaves the application's own upgrades to it", async () => {
    const { hub, server, port } = await attachedHub();
    hub.websocket('/ws', {});
    server.on('upgrade', (request, socket) => {
      const answer = `HTTP/1.1 101 Switching Protocols\r\n\r\nthe application's ${request.url}`;
      socket.end(answer, () => socket.destroy());
    });
    const answer = await exchange(port, openingHandshake('/other'));
    assert.match(answer, /the application's \/other$/);
    const socket = dial(port);
    socket.write(openingHandshake('/ws'));
    assert.match(await readUntil(socket, 'Accept'), /s3pPLMBiTxaQ/);
    socket.destroy();
  });

  it('leaves no error unheard when a peer resets at any point of a handshake', async () => {
    const { hub, port } = await attachedHub();
    hub.websocket('/ws', { authorize: () => new Promise<object>(() => {}) });
    hub.http('/hub', () => new Promise<Response>(() => {}));
    const wires = [
      openingHandshake('/ws'),
      'GET /hub HTTP/1.1\r\nHost: localhost\r\n\r\n',
      openingHandshake('/x'),
    ];
    for (const wire of wires) {
      for (let cut = 1; cut <= wire.length; cut += 7) {
        const socket = dial(port);
        socket.write(wire.slice(0, cut), () => socket.resetAndDestroy());
        await new Promise((resolve) => socket.once('close', resolve));
      }
    }
    hub.http('/alive', () => ({ body: 'alive' }));
    assert.match(
      await exchange(port, 'GET /alive HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'),
      /alive$/,
    );
  });
});
