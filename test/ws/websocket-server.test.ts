import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';
import { describe, it } from 'node:test';

import { dial, readUntil } from '../support/raw.ts';
import { until } from '../support/until.ts';
import { addressOf, LIBRARIES } from '../support/ws-libraries.ts';
import { connected, endOf } from '../support/ws-pair.ts';

for (const [name, library] of LIBRARIES) {
  const { WebSocket, WebSocketServer } = library;

  async function serverWith(options: object = {}) {
    const server = new WebSocketServer({ port: 0, host: 'localhost', ...options });
    await once(server, 'listening');
    return server;
  }

  /** The status that a request to upgrade is refused with. */
  async function refusal(url: string, ...rest: [protocols?: string[], options?: object]) {
    const socket = new WebSocket(url, ...rest);
    socket.on('error', () => {});
    const [, response] = await once(socket, 'unexpected-response');
    const [body] = await once(response, 'data');
    socket.terminate();
    await endOf(socket);
    return { status: response.statusCode, headers: response.headers, body: String(body) };
  }

  describe(`WebSocketServer of ${name}`, () => {
    it('wants to be told one way in, and no other', () => {
      const http = createServer();
      for (const options of [
        undefined,
        {},
        { port: 0, noServer: true },
        { port: 0, server: http },
        { server: http, noServer: true },
      ]) {
        assert.throws(() => new WebSocketServer(options), TypeError);
      }
    });

    it('says where it listens, and that it does', async () => {
      let isCalled = false;
      const server = new WebSocketServer({ port: 0, host: '127.0.0.1', backlog: 5 }, () => {
        isCalled = true;
      });
      await once(server, 'listening');
      assert.equal(isCalled, true);
      assert.equal((server.address() as { address: string }).address, '127.0.0.1');
      server.close();
      assert.equal(server.address(), null);
      assert.throws(() => new WebSocketServer({ noServer: true }).address(), /noServer/);
    });

    it('tells of the error of its server', async () => {
      const first = await serverWith();
      const { port } = first.address() as { port: number };
      const second = new WebSocketServer({ port, host: 'localhost' });
      const [error] = await once(second, 'error');
      assert.equal(error.code, 'EADDRINUSE');
      first.close();
    });

    it('asks who sends an ordinary request to upgrade', async () => {
      const server = await serverWith();
      const response = await fetch(addressOf(server, 'http'));
      assert.equal(response.status, 426);
      await response.text();
      server.close();
    });

    it('serves its path alone', async () => {
      const server = await serverWith({ path: '/live' });
      const socket = new WebSocket(`${addressOf(server)}/live?a`);
      await once(socket, 'open');
      assert.equal((await refusal(`${addressOf(server)}/other`)).status, 400);
      socket.terminate();
      server.close();
    });

    it('asks shouldHandle, which may be overridden', async () => {
      const server = new (class extends WebSocketServer {
        override shouldHandle(request: IncomingMessage): boolean {
          return request.url === '/mine';
        }
      })({ port: 0, host: 'localhost' });
      await once(server, 'listening');
      assert.equal((await refusal(`${addressOf(server)}/other`)).status, 400);
      server.close();
    });

    it('verifies its clients at once', async () => {
      const infos: unknown[] = [];
      const server = await serverWith({
        verifyClient: (info: { origin: string; secure: boolean; req: IncomingMessage }) => {
          infos.push([info.origin, info.secure, info.req.url]);
          return info.origin === 'https://comet.example';
        },
      });
      const origin = 'https://comet.example';
      const socket = new WebSocket(`${addressOf(server)}/a`, { origin });
      await once(socket, 'open');
      assert.deepEqual(infos, [[origin, false, '/a']]);
      assert.equal((await refusal(addressOf(server))).status, 401);
      socket.terminate();
      server.close();
    });

    it('verifies its clients later, with an answer of its own', async () => {
      const server = await serverWith({
        verifyClient: (
          { req }: { req: IncomingMessage },
          decide: (...decision: unknown[]) => void,
        ) => {
          setImmediate(() => {
            if (req.url === '/in') decide(true);
            else if (req.url === '/plain') decide(false);
            else decide(false, 429, 'too many comets', { 'Retry-After': 120 });
          });
        },
      });
      const socket = new WebSocket(`${addressOf(server)}/in`);
      await once(socket, 'open');
      assert.equal((await refusal(`${addressOf(server)}/plain`)).status, 401);
      const { status, headers, body } = await refusal(addressOf(server));
      assert.deepEqual([status, headers['retry-after'], body], [429, '120', 'too many comets']);
      socket.terminate();
      server.close();
    });

    it('chooses the subprotocol that handleProtocols says, or the first', async () => {
      for (const [handleProtocols, chosen] of [
        [undefined, 'a'],
        [(protocols: Set<string>) => [...protocols].at(-1), 'b'],
      ] as const) {
        const server = await serverWith({ handleProtocols });
        const accepted = once(server, 'connection');
        const socket = new WebSocket(addressOf(server), ['a', 'b']);
        const [[other]] = await Promise.all([accepted, once(socket, 'open')]);
        assert.deepEqual([socket.protocol, other.protocol], [chosen, chosen]);
        socket.terminate();
        server.close();
      }
    });

    it('lets the lines of its answer be seen and added to', async () => {
      const server = await serverWith();
      server.on('headers', (lines, request) => {
        assert.equal(lines[0], 'HTTP/1.1 101 Switching Protocols');
        lines.push(`X-Path: ${request.url}`);
      });
      const socket = new WebSocket(`${addressOf(server)}/a`);
      const [response] = await once(socket, 'upgrade');
      assert.equal(response.headers['x-path'], '/a');
      socket.terminate();
      server.close();
    });

    for (const [what, field, replacement] of [
      ['no key', 'Sec-WebSocket-Key', undefined],
      ['a version that is none', 'Sec-WebSocket-Version', 'thirteen'],
      ['another protocol', 'Upgrade', 'h2c'],
    ] as const) {
      it(`answers a handshake with ${what}, unless somebody else does`, async () => {
        const server = await serverWith();
        const head = {
          Host: 'localhost',
          Connection: 'Upgrade',
          Upgrade: 'websocket',
          'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
          'Sec-WebSocket-Version': '13',
          [field]: replacement,
        };
        const lines = Object.entries(head).filter(([, value]) => value !== undefined);
        const request = `GET / HTTP/1.1\r\n${lines.map((line) => line.join(': ')).join('\r\n')}\r\n\r\n`;
        const { port } = server.address() as { port: number };
        const refused = dial(port);
        refused.write(request);
        assert.match(String(await readUntil(refused, '\r\n\r\n')), /^HTTP\/1.1 4\d\d /);
        server.on('wsClientError', (error, stream, { url }) => {
          assert.ok(error instanceof Error);
          stream.end(`HTTP/1.1 418 I'm a teapot\r\nX-Path: ${url}\r\n\r\n`);
        });
        const told = dial(port);
        told.write(request);
        assert.match(String(await readUntil(told, '\r\n\r\n')), /^HTTP\/1.1 418 .*X-Path: \//s);
        refused.destroy();
        told.destroy();
        server.close();
      });
    }

    it('keeps its sockets, unless it is told not to', async () => {
      const { client, server, end } = await connected(library);
      assert.equal(server.readyState, WebSocket.OPEN);
      client.close();
      await endOf(client);
      await end();
      const untracked = await serverWith({ clientTracking: false });
      assert.equal(untracked.clients, undefined);
      const socket = new WebSocket(addressOf(untracked));
      await once(socket, 'open');
      socket.terminate();
      untracked.close();
      await once(untracked, 'close');
    });

    it('leaves a server that it was given as it was, and waits for its own sockets', async () => {
      const http = createServer();
      await once(http.listen(0), 'listening');
      const server = new WebSocketServer({ server: http });
      const socket = new WebSocket(addressOf(http));
      await once(socket, 'open');
      const events: string[] = [];
      server.on('close', () => events.push('server'));
      socket.on('close', () => events.push('socket'));
      server.close();
      server.close();
      assert.equal(http.listenerCount('upgrade') + http.listenerCount('error'), 0);
      await new Promise(setImmediate);
      assert.deepEqual([...events], []);
      socket.close();
      await until(() => events.includes('server'));
      assert.equal(http.listening, true);
      await once(http.close(), 'close');
    });

    it('refuses upgrades while it closes, and such streams as have become sockets', async () => {
      const http = createServer();
      const server = new WebSocketServer({ noServer: true });
      const thrown: unknown[] = [];
      http.on('upgrade', (request, stream: Duplex, head) => {
        if (request.url === '/late') server.close();
        server.handleUpgrade(request, stream, head, () => {
          try {
            server.handleUpgrade(request, stream, head, () => assert.fail('upgraded twice'));
          } catch (error) {
            thrown.push(error);
          }
        });
      });
      await once(http.listen(0), 'listening');
      const socket = new WebSocket(addressOf(http));
      await once(socket, 'open');
      await until(() => thrown.length === 1);
      assert.match(
        (thrown[0] as Error).message,
        /called .* with .* (?:stream|socket)|more than once/,
      );
      assert.equal((await refusal(`${addressOf(http)}/late`)).status, 503);
      socket.terminate();
      http.close();
    });

    it('gives up a stream that has ended before it was decided on', async () => {
      const server = new WebSocketServer({ noServer: true });
      const stream = new Duplex({ read() {}, write: (_, __, done) => done() });
      stream.push(null);
      stream.resume();
      await once(stream, 'end');
      const request = {
        method: 'GET',
        url: '/',
        httpVersionMinor: 1,
        headers: {
          upgrade: 'websocket',
          'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
          'sec-websocket-version': '13',
        },
        rawHeaders: [
          ...['Host', 'localhost', 'Connection', 'Upgrade', 'Upgrade', 'websocket'],
          ...['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version', '13'],
        ],
      };
      server.handleUpgrade(request as never, stream, Buffer.alloc(0), () => assert.fail('opened'));
      assert.equal(stream.destroyed, true);
    });
  });
}
