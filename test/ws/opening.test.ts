import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { describe, it } from 'node:test';

import { acceptValue } from '../../src/websocket/accept.ts';
import { addressOf, LIBRARIES } from '../support/ws-libraries.ts';
import { endOf } from '../support/ws-pair.ts';

/** A server that answers requests to upgrade with lines of its own. */
async function answering(
  answer: (request: IncomingMessage, stream: Duplex) => readonly string[],
): Promise<Server> {
  const server = createServer();
  server.on('upgrade', (request, stream: Duplex) => {
    leaveWithPeer(stream);
    stream.write(`${answer(request, stream).join('\r\n')}\r\n\r\n`);
  });
  await once(server.listen(0), 'listening');
  return server;
}

/** Ends what nobody reads from when the peer does. */
function leaveWithPeer(stream: Duplex): void {
  stream.on('error', () => {}).on('end', () => stream.destroy());
  stream.resume();
}

/** The head that accepts a handshake, with other lines behind it. */
function accepting({ headers }: IncomingMessage, ...lines: readonly string[]): string[] {
  return [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${acceptValue(headers['sec-websocket-key']!)}`,
    ...lines,
  ];
}

for (const [name, { WebSocket, WebSocketServer }] of LIBRARIES) {
  /** What a client that is refused says. */
  async function errorOf(url: string, ...rest: [protocols?: string[], options?: object]) {
    const socket = new WebSocket(url, ...rest);
    const told: [Error, state: number][] = [];
    socket.on('error', (error) => told.push([error, socket.readyState]));
    assert.deepEqual(await endOf(socket), [1006, '']);
    assert.equal(socket.readyState, WebSocket.CLOSED);
    const [[error, state], ...others] = told as [[Error, number]];
    assert.deepEqual([state, others], [WebSocket.CLOSING, []]);
    return error;
  }

  async function serving(listener: RequestListener): Promise<Server> {
    const server = createServer(listener);
    await once(server.listen(0), 'listening');
    return server;
  }

  describe(`opening a connection with ${name}`, () => {
    it('refuses at once what can not be connected to', () => {
      for (const address of ['nonsense', 'ftp://localhost', 'ws://localhost/#fragment']) {
        assert.throws(() => new WebSocket(address), SyntaxError);
      }
      for (const protocols of [['a', 'a'], ['a b'], ['']]) {
        assert.throws(() => new WebSocket('ws://localhost', protocols), SyntaxError);
      }
      assert.throws(() => new WebSocket('ws://localhost', { protocolVersion: 12 }), RangeError);
    });

    it('sends what it was told, and agrees on what it asked for', async () => {
      const requests: IncomingMessage[] = [];
      const server = await answering((request) => {
        requests.push(request);
        return accepting(request, 'Sec-WebSocket-Protocol: b');
      });
      const socket = new WebSocket(addressOf(server).replace('//', '//ada:a%20b@'), ['a', 'b'], {
        headers: { Cookie: 'c=d', 'x-comet': 'e' },
        origin: 'https://comet.example',
        perMessageDeflate: false,
      });
      const [response] = await once(socket, 'upgrade');
      assert.equal(response.statusCode, 101);
      assert.equal(socket.readyState, WebSocket.OPEN);
      assert.equal(socket.protocol, 'b');
      const [{ headers }] = requests as [IncomingMessage];
      assert.equal(headers.cookie, 'c=d');
      assert.equal(headers['x-comet'], 'e');
      assert.equal(headers.origin, 'https://comet.example');
      assert.equal(headers.authorization, `Basic ${btoa('ada:a b')}`);
      assert.equal(headers['sec-websocket-protocol']!.replace(' ', ''), 'a,b');
      assert.equal(headers['sec-websocket-extensions'], undefined);
      socket.terminate();
      await endOf(socket);
      server.close();
    });

    it('takes its subprotocols as an option, too, and one by itself', async () => {
      const asked: unknown[] = [];
      const server = await answering((request) => {
        asked.push(request.headers['sec-websocket-protocol']);
        return accepting(request, 'Sec-WebSocket-Protocol: a');
      });
      for (const args of [['a'], [{ protocols: 'a' }], [undefined, { protocols: ['a'] }]]) {
        const socket = new WebSocket(addressOf(server), ...(args as []));
        await once(socket, 'open');
        assert.equal(socket.protocol, 'a');
        socket.terminate();
        await endOf(socket);
      }
      assert.deepEqual(asked, ['a', 'a', 'a']);
      server.close();
    });

    for (const [what, change] of [
      ['another Upgrade', (lines) => lines.with(1, 'Upgrade: h2c')],
      ['another accept value', (lines) => lines.with(3, 'Sec-WebSocket-Accept: nonsense')],
      ['a subprotocol that was not asked for', (lines) => [...lines, 'Sec-WebSocket-Protocol: c']],
      ['no subprotocol', (lines) => lines],
      ['an extension that was not offered', (lines) => [...lines, 'Sec-WebSocket-Extensions: x']],
    ] satisfies [string, (lines: string[]) => string[]][]) {
      it(`fails where the server answers with ${what}`, async () => {
        const server = await answering((request) => change(accepting(request)));
        const error = await errorOf(addressOf(server), ['a']);
        assert.notEqual(error.message, '');
        server.close();
      });
    }

    it('fails where the server answers otherwise, and lets who listens have the answer', async () => {
      const server = await serving((_, response) => response.writeHead(403).end('not you'));
      const { message } = await errorOf(addressOf(server));
      assert.equal(message, 'Unexpected server response: 403');
      const socket = new WebSocket(addressOf(server));
      const [request, response] = await once(socket, 'unexpected-response');
      assert.equal(response.statusCode, 403);
      assert.equal(String(await once(response, 'data')), 'not you');
      assert.equal(socket.readyState, WebSocket.CONNECTING);
      request.destroy();
      socket.on('error', () => {});
      socket.terminate();
      await endOf(socket);
      server.close();
    });

    it('gives up in the time of handshakeTimeout', async () => {
      const server = createServer().on('upgrade', (_, stream: Duplex) => leaveWithPeer(stream));
      await once(server.listen(0), 'listening');
      const { message } = await errorOf(addressOf(server), [], { handshakeTimeout: 50 });
      assert.equal(message, 'Opening handshake has timed out');
      server.close();
    });

    for (const method of ['close', 'terminate'] as const) {
      it(`is given up by ${method}()`, async () => {
        const server = await answering((request) => accepting(request));
        const errors: string[] = [];
        for (const isLate of [false, true]) {
          const socket = new WebSocket(addressOf(server));
          socket.on('open', () => assert.fail('it is open'));
          socket.on('error', ({ message }) => errors.push(message));
          const end = endOf(socket);
          const giveUp = () => {
            socket[method]();
            assert.equal(socket.readyState, WebSocket.CLOSING);
          };
          if (isLate) socket.on('upgrade', giveUp);
          else giveUp();
          await end;
        }
        const early = 'WebSocket was closed before the connection was established';
        assert.deepEqual(errors, [early, early]);
        server.close();
      });
    }

    it('follows redirects as far as it was told', async () => {
      const server = await serving((request, response) => {
        response.writeHead(302, { Location: `${request.url}x` }).end();
      });
      assert.match((await errorOf(addressOf(server))).message, /response: 302/);
      const options = { followRedirects: true, maxRedirects: 2 };
      const socket = new WebSocket(addressOf(server), options);
      const urls: string[] = [];
      socket.on('redirect', (url) => urls.push(new URL(url).pathname));
      const [error] = await once(socket, 'error');
      assert.equal(error.message, 'Maximum redirects exceeded');
      assert.deepEqual(urls, ['/x', '/xx']);
      server.close();
    });

    it('follows a redirect to where it is open, and fails at one to nowhere', async () => {
      const target = new WebSocketServer({ port: 0 });
      await once(target, 'listening');
      const server = await serving((request, response) => {
        const location = request.url === '/bad' ? 'ftp://localhost/' : addressOf(target, 'http');
        response.writeHead(301, { Location: location }).end();
      });
      const socket = new WebSocket(addressOf(server), { followRedirects: true });
      await once(socket, 'open');
      assert.equal(socket.url, `${addressOf(target)}/`);
      socket.terminate();
      await errorOf(`${addressOf(server)}/bad`, [], { followRedirects: true });
      server.close();
      target.close();
    });

    it('does not show another server who the client is, unless somebody looks on', async () => {
      const seen: (string | undefined)[] = [];
      const target = new WebSocketServer({ port: 0 });
      await once(target, 'listening');
      target.on('connection', (_, { headers }) => {
        seen.push(headers.cookie, headers.authorization, headers['x-comet'] as string);
      });
      const server = await serving((_, response) => {
        response.writeHead(307, { Location: addressOf(target) }).end();
      });
      const headers = { Cookie: 'c', Authorization: 'd', 'X-Comet': 'e' };
      for (const listens of [false, true]) {
        const socket = new WebSocket(addressOf(server), { followRedirects: true, headers });
        if (listens) socket.on('redirect', () => {});
        await once(socket, 'open');
        socket.terminate();
        await endOf(socket);
      }
      assert.deepEqual(seen, [undefined, undefined, 'e', 'c', 'd', 'e']);
      server.close();
      target.close();
    });

    it('goes through an agent, and lets the request be finished', async () => {
      const server = new WebSocketServer({ port: 0 });
      await once(server, 'listening');
      const cookies: unknown[] = [];
      server.on('connection', (_, { headers }) => cookies.push(headers.cookie));
      let asked = 0;
      const agent = new Agent();
      const connect = Reflect.get(agent, 'createConnection') as (...args: unknown[]) => unknown;
      Reflect.set(agent, 'createConnection', (...args: unknown[]) => {
        asked++;
        return Reflect.apply(connect, agent, args);
      });
      const socket = new WebSocket(addressOf(server), {
        agent,
        finishRequest(request, websocket) {
          assert.equal(websocket.readyState, WebSocket.CONNECTING);
          request.setHeader('Cookie', 'late');
          request.end();
        },
      });
      await once(socket, 'open');
      assert.deepEqual([asked, cookies], [1, ['late']]);
      socket.terminate();
      await endOf(socket);
      server.close();
    });
  });
}
