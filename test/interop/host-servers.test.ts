import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { createHub } from 'encke';
import express from 'express';
import fastify from 'fastify';
import Koa from 'koa';
import { WebSocket, WebSocketServer } from 'ws';

/** Applications that answer `/app` themselves, and everything else with 404. */
const APPLICATIONS: Readonly<Record<string, () => Promise<Server>>> = {
  async Express() {
    const app = express();
    app.get('/app', (_request, response) => void response.send('the application'));
    app.post('/app', express.text(), (request, response) => void response.send(request.body));
    return createServer(app);
  },

  async Koa() {
    const app = new Koa();
    app.use(async (context) => {
      if (context.path !== '/app') return;
      context.body = context.method === 'POST' ? await text(context.req) : 'the application';
    });
    return createServer(app.callback());
  },

  async Fastify() {
    const app = fastify();
    app.get('/app', async () => 'the application');
    app.post('/app', async ({ body }) => body);
    await app.ready();
    return app.server as Server;
  },
};

for (const [name, application] of Object.entries(APPLICATIONS)) {
  describe(`a hub attached to ${name}`, () => {
    let server: Server;
    let port: number;
    const hub = createHub();
    hub.http('/hub', ({ method, body }) => answer(method, body));
    hub.websocket('/hub', { message: (socket, data) => socket.send(data) });
    hub.websocket('/refused', { authorize: () => ({ status: 401, body: 'no' }) });

    before(async () => {
      server = await application();
      hub.attach(server);
      port = await listening(server);
    });
    after(async () => {
      await hub.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });

    const at = (path: string) => `http://127.0.0.1:${port}${path}`;

    it('answers its own paths', async () => {
      assert.equal(await (await fetch(at('/hub'))).text(), 'the hub');
      const echo = await fetch(at('/hub'), { method: 'POST', body: 'content' });
      assert.equal(await echo.text(), 'content');
    });

    it('leaves other requests to the application, content and all', async () => {
      assert.equal(await (await fetch(at('/app'))).text(), 'the application');
      const headers = { 'Content-Type': 'text/plain' };
      const echo = await fetch(at('/app'), { method: 'POST', body: 'content', headers });
      assert.equal(await echo.text(), 'content');
      assert.equal((await fetch(at('/nowhere'))).status, 404);
    });

    it('opens WebSockets at its own paths', async () => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/hub`);
      await once(socket, 'open');
      socket.send('hello');
      const [echo] = await once(socket, 'message');
      assert.equal(String(echo), 'hello');
      socket.close(1000);
      const [code] = await once(socket, 'close');
      assert.equal(code, 1000);
    });

    it('lets the application answer an upgrade that it does not want, as if it were none', async () => {
      const socket = connect(port, '127.0.0.1');
      socket.write('GET /app HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
      const [first] = await once(socket, 'data');
      assert.match(String(first), /^HTTP\/1\.1 200 .*the application$/s);
      // Not in one segment with the first: node:http would drop it, with or without a hub.
      socket.write('GET /app HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
      assert.match(await text(socket), /^HTTP\/1\.1 200 .*the application$/s);
      const nowhere = await exchange(port, handshake('/nowhere', 'Connection: close'));
      assert.match(nowhere, /^HTTP\/1\.1 404/);
    });

    it('closes the socket of an upgrade that it refuses', async () => {
      assert.match(await exchange(port, handshake('/refused')), /^HTTP\/1\.1 401 .*no$/s);
      const foreign = handshake('/hub', 'Origin: https://elsewhere.example');
      assert.match(await exchange(port, foreign), /^HTTP\/1\.1 403 /);
      const old = handshake('/hub').replace('Version: 13', 'Version: 8');
      assert.match(await exchange(port, old), /^HTTP\/1\.1 426 /);
    });

    it('survives peers that reset the connection in the middle of the handshake', async () => {
      const wire = handshake('/hub');
      for (const length of [1, 30, wire.length - 1, wire.length]) {
        const socket = connect(port, '127.0.0.1');
        await once(socket, 'connect');
        socket.write(wire.slice(0, length));
        socket.resetAndDestroy();
      }
      assert.equal(await (await fetch(at('/app'))).text(), 'the application');
    });

    it('lives beside another WebSocket server', async () => {
      const other = new WebSocketServer({ noServer: true });
      server.on('upgrade', (request, socket, head) => {
        if (request.url !== '/other') socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
        else other.handleUpgrade(request, socket, head, (opened) => opened.send('the other'));
      });
      const socket = new WebSocket(`ws://127.0.0.1:${port}/other`);
      const [data] = await once(socket, 'message');
      assert.equal(String(data), 'the other');
      socket.terminate();
      const own = new WebSocket(`ws://127.0.0.1:${port}/hub`);
      await once(own, 'open');
      own.terminate();
      assert.match(await exchange(port, handshake('/nowhere')), /^HTTP\/1\.1 404/);
    });
  });
}

// Helpers

async function answer(method: string, body: { text(): Promise<string> }) {
  return { body: method === 'POST' ? await body.text() : 'the hub' };
}

async function listening(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

/** Sends a request, and reads until the server closes. */
async function exchange(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(request);
  return text(socket);
}

function handshake(path: string, ...fields: readonly string[]): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...fields,
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}
