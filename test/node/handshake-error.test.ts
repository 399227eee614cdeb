import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { WebSocketError } from '../../src/errors.ts';
import { FieldList } from '../../src/http1/fields.ts';
import { ResponseHead } from '../../src/http1/response-head.ts';
import { HandshakeError, HandshakeRefusal } from '../../src/node/handshake-error.ts';
import { WebSocket } from '../../src/node/websocket.ts';
import type { CloseEvent } from '../../src/node/websocket-events.ts';
import type { WebSocketInit } from '../../src/node/websocket-options.ts';
import { WebSocketStream } from '../../src/node/websocket-stream.ts';
import { listeningHub } from '../support/running-hub.ts';
import { type StandardPeer, StandardServer } from '../support/standard-peer.ts';

const END = Symbol('end');

describe('HandshakeError', () => {
  for (const [status, body, why, detail] of [
    [
      403,
      'Origin https://a is not allowed.\n',
      undefined,
      '403 Forbidden: "Origin https://a is not allowed."',
    ],
    [404, '', undefined, '404 Not Found'],
    [599, ' \r\n ', undefined, '599'],
    [307, '', 'too many redirects', '307 Temporary Redirect (too many redirects)'],
    [302, 'there', 'redirected to no URL: \x85x', '302 Found (redirected to no URL: x): "there"'],
    [
      500,
      'a\r\n\tb\x1b[2J\u202ec\u2028d "e"',
      undefined,
      '500 Internal Server Error: "a b [2J c d \\"e\\""',
    ],
    [400, '🌠'.repeat(301), undefined, `400 Bad Request: "${'🌠'.repeat(300)}…"`],
    [400, '🌠'.repeat(300), undefined, `400 Bad Request: "${'🌠'.repeat(300)}"`],
  ] as const) {
    it(`says in one line: ${detail.slice(0, 60)}`, () => {
      const error = new HandshakeError(headOf(status), body, why);
      const expected = `the server refused the opening handshake: ${detail} (RFC 6455 §4.1)`;
      assert.equal(error.message, expected);
      assert.ok(error instanceof WebSocketError);
      const { code, closeCode } = error;
      assert.deepEqual([code, closeCode, error.status], ['WS_HANDSHAKE', 1006, status]);
      assert.equal(error.body, body);
    });
  }
});

describe('HandshakeRefusal', () => {
  it('keeps 4 KiB, without the character that they cut through', () => {
    const refusal = new HandshakeRefusal(headOf(403));
    assert.equal(refusal.add(Buffer.from('a'.repeat(4_094))), false);
    assert.equal(refusal.add(Buffer.from('€')), true);
    assert.equal(refusal.error().body, 'a'.repeat(4_094));
  });

  it('is told when it has enough, and not before', () => {
    const refusal = new HandshakeRefusal(headOf(403));
    assert.equal(refusal.add(Buffer.alloc(4_095, 'a')), false);
    assert.equal(refusal.add(Buffer.from('b')), true);
    assert.equal(refusal.error().body, `${'a'.repeat(4_095)}b`);
  });

  for (const [coding, body] of [
    ['gzip', ''],
    ['Identity', 'words'],
  ] as const) {
    it(`takes the content of the coding ${coding} for ${JSON.stringify(body)}`, () => {
      const refusal = new HandshakeRefusal(headOf(403, ['content-encoding', coding]));
      refusal.add(Buffer.from('words'));
      const error = refusal.error();
      assert.deepEqual([error.body, error.headers.get('content-encoding')], [body, coding]);
    });
  }
});

describe('a refused opening handshake', () => {
  it('is told with the answer of a hub, and `close` says no more than it did', async () => {
    const { hub, port } = await listeningHub();
    hub.websocket('/', {});
    const headers = { Origin: 'https://a.example' };
    const { error, close } = await failed(
      new WebSocket(`ws://127.0.0.1:${port}/`, [], { headers }),
    );
    assert.match(error.message, /: 403 Forbidden: ".*https:\/\/a\.example.*" \(RFC 6455 §4\.1\)$/);
    assert.ok(error instanceof HandshakeError);
    assert.equal(error.status, 403);
    assert.match(error.body, /https:\/\/a\.example.*\n$/);
    assert.match(error.headers.get('content-type') ?? '', /^text\/plain/);
    assert.deepEqual([close.code, close.reason, close.wasClean], [1006, '', false]);
  });

  for (const [what, ...pieces] of [
    ['in one piece', 'HTTP/1.1 401 X\r\nX-A: b\r\nContent-Length: 5\r\n\r\nwords'],
    ['in pieces', 'HTTP/1.1 401 X\r\nX-A: b\r\nContent-Length: 5\r\n\r\n', 'wo', 'rds'],
    [
      'in chunks',
      'HTTP/1.1 401 X\r\nX-A: b\r\nTransfer-Encoding: chunked\r\n\r\n',
      '2\r\nwo\r\n',
      '3\r\nrds\r\n0\r\n\r\n',
    ],
    ['up to where it is cut', 'HTTP/1.1 401 X\r\nX-A: b\r\nContent-Length: 9\r\n\r\nwords', END],
    ['up to the end', 'HTTP/1.1 401 X\r\nX-A: b\r\n\r\nwo', 'rds', END],
    ['and goes on', 'HTTP/1.1 401 X\r\nX-A: b\r\nContent-Length: 9\r\n\r\nwords'],
    [
      'up to where it is wrong',
      'HTTP/1.1 401 X\r\nX-A: b\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nwords\r\n',
      'x',
    ],
    ['with more than is read', 'HTTP/1.1 401 X\r\nX-A: b\r\nContent-Length: 9999999\r\n\r\nwords'],
  ] as const) {
    it(`is told with content that comes ${what}`, async () => {
      const begun = performance.now();
      const { error } = await refused(async ({ socket }) => {
        for (const piece of pieces) {
          if (piece === END) socket.end();
          else socket.write(piece);
          // In a segment of its own, most of the time.
          await turn();
        }
      });
      assert.ok(error instanceof HandshakeError, `${error}`);
      const { status, headers, body, message } = error;
      assert.deepEqual([status, headers.get('x-a'), body], [401, 'b', 'words']);
      assert.match(message, /: 401 Unauthorized: "words" /);
      // Long before `limits.handshake`.
      assert.ok(performance.now() - begun < 15_000);
    });
  }

  it('is told when there is enough of an answer that never ends', async () => {
    let sending: NodeJS.Timeout | undefined;
    const { error } = await refused(({ socket }) => {
      socket.write('HTTP/1.1 503 X\r\n\r\n');
      sending = setInterval(() => socket.write('x'.repeat(1_000)), 1);
    });
    clearInterval(sending);
    assert.equal((error as HandshakeError).body, 'x'.repeat(4_096));
  });

  for (const [what, answer] of [
    ['it has come', 'HTTP/1.1 403 X\r\nContent-Length: 5\r\n\r\nwords'],
    ['enough of it has', `HTTP/1.1 403 X\r\n\r\n${'x'.repeat(4_096)}`],
  ] as const) {
    it(`is told as soon as ${what}`, async () => {
      // One of them is quick on any machine, unless all of them wait.
      let least = Number.POSITIVE_INFINITY;
      for (let i = 0; i < 20 && least >= 150; i++) {
        const begun = performance.now();
        await refused(({ socket }) => socket.write(answer));
        least = Math.min(least, performance.now() - begun);
      }
      assert.ok(least < 150, `${least} ms`);
    });
  }

  it('is not told to who gives up meanwhile', async () => {
    const { error } = await refused(async ({ socket }, client) => {
      socket.write('HTTP/1.1 403 X\r\nContent-Length: 9\r\n\r\nwords');
      client.close();
    });
    assert.match(error.message, /closed before the connection was established/);
  });

  for (const [redirects, location, why] of [
    [0, '/b', 'redirects are not followed'],
    [1, 'ftp://a/', 'the scheme ftp: is not supported'],
  ] as const) {
    it(`is told of a redirect that leads nowhere: ${why}`, async () => {
      const answer = `HTTP/1.1 307 X\r\nLocation: ${location}\r\nContent-Length: 5\r\n\r\nthere`;
      const { error } = await refused(({ socket }) => socket.write(answer), { redirects });
      assert.ok(error instanceof HandshakeError, `${error}`);
      assert.ok(error.message.includes(`: 307 Temporary Redirect (${why}): "there" (`));
      assert.deepEqual([error.headers.get('location'), error.body], [location, 'there']);
    });
  }

  it('is told of where redirects have led to', async () => {
    const server = await StandardServer.start();
    const url = `ws://127.0.0.1:${server.port}/`;
    const failing = failed(new WebSocket(url, [], { redirects: 1 }));
    const away = 'HTTP/1.1 307 X\r\nLocation: /b\r\nContent-Length: 5\r\n\r\nthere';
    (await server.peer()).socket.write(away);
    (await server.peer()).socket.write(away.replace('there', 'again'));
    const { error } = await failing;
    assert.ok(error instanceof HandshakeError, `${error}`);
    assert.match(error.message, /307 Temporary Redirect \(too many redirects\): "again"/);
    server.close();
  });

  it('rejects a WebSocketStream', async () => {
    const { hub, port } = await listeningHub();
    hub.http('/', () => ({ status: 418, body: 'a teapot' }));
    const { opened } = new WebSocketStream(`ws://127.0.0.1:${port}/`);
    await assert.rejects(opened, (error) => {
      assert.ok(error instanceof HandshakeError);
      assert.deepEqual([error.status, error.body], [418, 'a teapot']);
      return true;
    });
  });
});

// Helpers

/** Why a socket could not be opened. */
async function failed(socket: WebSocket) {
  const heard: Error[] = [];
  socket.onerror = ({ error }) => heard.push(error!);
  const [close] = (await once(socket, 'close')) as [CloseEvent];
  assert.equal(heard.length, 1);
  return { error: heard[0]!, close };
}

/** The same of one whose server answers the handshake so. */
async function refused(
  answer: (peer: StandardPeer, client: WebSocket) => unknown,
  init: WebSocketInit = {},
) {
  const server = await StandardServer.start();
  const client = new WebSocket(`ws://127.0.0.1:${server.port}/`, [], init);
  const failing = failed(client);
  await answer(await server.peer(), client);
  const { error } = await failing;
  server.close();
  return { error };
}

function headOf(status: number, ...lines: [name: string, value: string][]): ResponseHead {
  const fields = new FieldList(lines.map(([name, value]) => ({ name, value })));
  return new ResponseHead(1, status, 'Whatever', fields);
}
