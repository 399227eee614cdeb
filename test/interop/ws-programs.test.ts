/**
 * The programs that the README of `ws` shows, written anew, each run on `ws` and, unchanged, on what is
 * to take its place.
 *
 * @module
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { describe, it } from 'node:test';

import { CERTIFICATE, KEY } from '../support/certificate.ts';
import { until } from '../support/until.ts';
import { addressOf, LIBRARIES } from '../support/ws-libraries.ts';

for (const [name, { WebSocket, WebSocketServer, createWebSocketStream }] of LIBRARIES) {
  type Socket = InstanceType<typeof WebSocket>;
  const LOCAL = { port: 0, host: 'localhost' };

  /** A client that is open, with all that it is sent. */
  async function open(url: string, ...rest: [protocols?: string[], options?: object]) {
    const socket = new WebSocket(url, ...rest);
    const messages: unknown[] = [];
    socket.on('message', (data, isBinary) => messages.push(isBinary ? data : String(data)));
    await once(socket, 'open');
    return { socket, messages };
  }

  async function closed(...sockets: readonly Socket[]): Promise<void> {
    for (const socket of sockets) {
      if (socket.readyState !== WebSocket.CLOSED) await once(socket, 'close');
    }
  }

  describe(`a program on ${name}`, () => {
    it('echoes text and octets', async () => {
      const server = new WebSocketServer(LOCAL);
      await once(server, 'listening');
      server.on('connection', (socket) => {
        socket.on('error', assert.ifError);
        socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
        socket.send('welcome');
      });
      const { socket, messages } = await open(addressOf(server));
      socket.send('☄ comet');
      socket.send(Buffer.from([1, 2, 3]));
      socket.send(new Uint16Array([0x0102]));
      socket.send('');
      await until(() => messages.length === 5);
      const [, , , short] = messages as Buffer[];
      assert.deepEqual(messages, ['welcome', '☄ comet', Buffer.from([1, 2, 3]), short, '']);
      assert.equal(short!.length, 2);
      socket.close();
      await closed(socket);
      server.close();
      await once(server, 'close');
    });

    it('serves wss: beside its own https server', async () => {
      const https = createSecureServer({ cert: CERTIFICATE, key: KEY });
      const server = new WebSocketServer({ server: https });
      server.on('connection', (socket) => {
        socket.on('message', (data) => socket.send(`heard ${data}`));
      });
      https.listen(0);
      await once(server, 'listening');
      const url = addressOf(https, 'wss');
      const refused = new WebSocket(url);
      const [error] = await once(refused, 'error');
      assert.equal(error.code, 'DEPTH_ZERO_SELF_SIGNED_CERT');
      const { socket, messages } = await open(url, [], { ca: CERTIFICATE });
      socket.send('you');
      await until(() => messages.length === 1);
      assert.deepEqual(messages, ['heard you']);
      socket.close();
      await closed(socket);
      server.close();
      https.close();
      await once(https, 'close');
    });

    it('has several servers on one server of node:http, by path', async () => {
      const http = createServer((_, response) => response.end('ordinary'));
      const servers = new Map(
        ['/foo', '/bar'].map((path) => [path, new WebSocketServer({ noServer: true })]),
      );
      for (const [path, server] of servers) {
        server.on('connection', (socket, request) => socket.send(`${path} by ${request.url}`));
      }
      http.on('upgrade', (request, stream: Duplex, head) => {
        const { pathname } = new URL(request.url!, 'ws://base.example');
        const server = servers.get(pathname);
        if (server === undefined) stream.destroy();
        else {
          server.handleUpgrade(request, stream, head, (socket) => {
            server.emit('connection', socket, request);
          });
        }
      });
      await once(http.listen(0), 'listening');
      const foo = await open(`${addressOf(http)}/foo?a`);
      const bar = await open(`${addressOf(http)}/bar`);
      await until(() => foo.messages.length + bar.messages.length === 2);
      assert.deepEqual([foo.messages, bar.messages], [['/foo by /foo?a'], ['/bar by /bar']]);
      const nowhere = new WebSocket(`${addressOf(http)}/baz`);
      const [error] = await once(nowhere, 'error');
      assert.match(error.message, /socket hang up|ECONNRESET/);
      const response = await fetch(addressOf(http, 'http'));
      assert.equal(await response.text(), 'ordinary');
      foo.socket.terminate();
      bar.socket.terminate();
      await closed(foo.socket, bar.socket);
      http.close();
      http.closeAllConnections();
    });

    it('authenticates a client before the upgrade', async () => {
      const http = createServer();
      const server = new WebSocketServer({ noServer: true });
      server.on('connection', (socket: Socket, _: IncomingMessage, user: string) => {
        socket.send(`hello ${user}`);
      });
      http.on('upgrade', (request, stream: Duplex, head) => {
        const failed = () => stream.destroy();
        stream.on('error', failed);
        const user = request.headers.authorization?.replace('Bearer ', '');
        if (user === undefined) {
          stream.write('HTTP/1.1 401 Unauthorized\r\n\r\n');
          stream.destroy();
          return;
        }
        stream.off('error', failed);
        server.handleUpgrade(request, stream, head, (socket) => {
          server.emit('connection', socket, request, user);
        });
      });
      await once(http.listen(0), 'listening');
      const { socket, messages } = await open(addressOf(http), [], {
        headers: { Authorization: 'Bearer ada' },
      });
      await until(() => messages.length === 1);
      assert.deepEqual(messages, ['hello ada']);
      const stranger = new WebSocket(addressOf(http));
      const [error] = await once(stranger, 'error');
      assert.match(error.message, /Unexpected server response: 401/);
      await closed(stranger);
      socket.terminate();
      await closed(socket);
      http.close();
    });

    it('broadcasts to all, and to all but the sender', async () => {
      const server = new WebSocketServer(LOCAL);
      await once(server, 'listening');
      server.on('connection', (socket) => {
        socket.on('message', (data, isBinary) => {
          for (const client of server.clients) {
            if (client.readyState !== WebSocket.OPEN) continue;
            client.send(data, { binary: isBinary });
            if (client !== socket) client.send('from another');
          }
        });
      });
      const clients: Awaited<ReturnType<typeof open>>[] = [];
      for (let i = 0; i < 3; i++) clients.push(await open(addressOf(server)));
      assert.equal(server.clients.size, 3);
      clients[0]!.socket.send('news');
      await until(() => clients.every(({ messages }, i) => messages.length === (i === 0 ? 1 : 2)));
      assert.deepEqual(
        clients.map(({ messages }) => messages),
        [['news'], ['news', 'from another'], ['news', 'from another']],
      );
      for (const { socket } of clients) socket.close();
      await closed(...clients.map(({ socket }) => socket));
      await until(() => server.clients.size === 0);
      server.close();
    });

    it('finds connections that broke by pings that nobody answers', async () => {
      const server = new WebSocketServer(LOCAL);
      await once(server, 'listening');
      const alive = new Map<Socket, boolean>();
      server.on('connection', (socket) => {
        alive.set(socket, true);
        socket.on('pong', () => alive.set(socket, true));
      });
      function beat(): void {
        for (const socket of server.clients) {
          if (!alive.get(socket)) {
            socket.terminate();
            continue;
          }
          alive.set(socket, false);
          socket.ping();
        }
      }
      const living = await open(addressOf(server));
      const dead = await open(addressOf(server), [], { autoPong: false });
      let pings = 0;
      dead.socket.on('ping', () => pings++);
      beat();
      await until(() => [...alive.values()].filter(Boolean).length === 1 && pings === 1);
      beat();
      const [code] = await once(dead.socket, 'close');
      assert.equal(code, 1006);
      assert.equal(living.socket.readyState, WebSocket.OPEN);
      living.socket.close();
      await closed(living.socket);
      server.close();
    });

    it('is a byte stream, both ways, that waits for whoever does not read', async () => {
      const server = new WebSocketServer(LOCAL);
      await once(server, 'listening');
      server.on('connection', (socket) => {
        const stream = createWebSocketStream(socket);
        stream.pipe(stream);
      });
      const stream = createWebSocketStream(new WebSocket(addressOf(server)), { encoding: 'utf8' });
      const pieces = Array.from({ length: 200 }, (_, i) => `${i}`.padEnd(20_000, '.'));
      const [received] = await Promise.all([
        text(stream),
        pipeline(pieces, stream, { end: false }).then(() => until(() => stream.readableEnded)),
        countTo(stream, pieces.length * 20_000),
      ]);
      assert.equal(received, pieces.join(''));
      server.close();
    });

    it('sees who connects, and from where', async () => {
      const server = new WebSocketServer(LOCAL);
      await once(server, 'listening');
      const seen: unknown[] = [];
      server.on('connection', (_, request) => {
        seen.push(request.socket.remoteAddress, request.headers['x-forwarded-for']);
      });
      const { socket } = await open(addressOf(server), [], {
        headers: { 'X-Forwarded-For': '192.0.2.1' },
      });
      await until(() => seen.length === 2);
      assert.match(String(seen[0]), /127\.0\.0\.1|::1/);
      assert.equal(seen[1], '192.0.2.1');
      socket.terminate();
      await closed(socket);
      server.close();
    });

    it('measures a round trip by the clock', async () => {
      const server = new WebSocketServer({ ...LOCAL, perMessageDeflate: true });
      await once(server, 'listening');
      server.on('connection', (socket) => {
        socket.on('message', (data) => socket.send(String(data)));
      });
      const { socket, messages } = await open(addressOf(server));
      assert.equal(socket.extensions, 'permessage-deflate');
      socket.send(Date.now());
      await until(() => messages.length === 1);
      assert.ok(Date.now() - Number(messages[0]) >= 0);
      socket.send('x'.repeat(100_000));
      await until(() => messages.length === 2);
      assert.equal(messages[1], 'x'.repeat(100_000));
      socket.close();
      await closed(socket);
      server.close();
    });

    it('closes its server, and what is open goes on', async () => {
      const server = new WebSocketServer(LOCAL);
      await once(server, 'listening');
      server.on('connection', (socket) => {
        socket.on('message', (data) => socket.send(String(data)));
      });
      const { socket, messages } = await open(addressOf(server));
      let isClosed = false;
      server.close(() => {
        isClosed = true;
      });
      socket.send('still there');
      await until(() => messages.length === 1);
      assert.equal(isClosed, false);
      socket.close(4000, 'done');
      const [code, reason] = await once(socket, 'close');
      assert.deepEqual([code, String(reason)], [4000, 'done']);
      await until(() => isClosed);
      await assert.rejects(
        new Promise((resolve, reject) => {
          server.close((error) => (error ? reject(error) : resolve(undefined)));
        }),
        /not running/,
      );
    });
  });

  /** Ends a stream once so much has come back. */
  async function countTo(stream: Duplex, length: number): Promise<void> {
    let received = 0;
    stream.on('data', (piece: string) => {
      received += piece.length;
      if (received === length) stream.end();
    });
  }
}
