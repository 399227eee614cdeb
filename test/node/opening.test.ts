import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';

import { DEFAULT_CLIENT_LIMITS } from '../../src/node/client-terms.ts';
import { Opening, type RedirectableTerms } from '../../src/node/opening.ts';
import { WebSocket } from '../../src/node/websocket.ts';
import { eventsOf } from '../support/client-events.ts';
import { StandardServer, serverFrame } from '../support/standard-peer.ts';
import { until } from '../support/until.ts';

describe('Opening', () => {
  it('hands over the connection, and hears no signal any more', async () => {
    const controller = new AbortController();
    const { server, told, opening } = await open({ signal: controller.signal });
    (await server.peer()).open();
    await until(() => told.length > 0);
    controller.abort();
    opening.abort();
    assert.deepEqual(told, ['opened']);
    server.close();
  });

  for (const [reason, message] of [
    [undefined, 'This operation was aborted'],
    [new Error('enough'), 'enough'],
    ['a word', 'a word'],
  ] as const) {
    it(`gives up connecting when the signal is aborted, then or before: ${message}`, async () => {
      const controller = new AbortController();
      const { signal } = controller;
      const { server, told } = await open({ signal });
      const peer = await server.peer();
      controller.abort(reason);
      assert.deepEqual(told, [message]);
      assert.equal(await peer.frame(), undefined);
      server.close();
      const late = await open({ signal });
      assert.deepEqual(late.told, [message]);
      late.server.close();
    });
  }

  it('fails once when it is given up', async () => {
    const { server, told, opening } = await open();
    opening.abort();
    opening.abort();
    assert.deepEqual(told, [
      'the server refused the opening handshake: closed before the connection was established (RFC 6455 §4.1)',
    ]);
    server.close();
  });

  it('gives up connecting when the socket is closed', async () => {
    const server = await StandardServer.start();
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/`);
    socket.close();
    assert.equal(socket.readyState, WebSocket.CLOSING);
    assert.deepEqual((await eventsOf(socket)).slice(-1), ['close 1006 false']);
    server.close();
  });
});

describe('redirects of an opening handshake', () => {
  let first: StandardServer;
  let second: StandardServer;
  before(async () => {
    first = await StandardServer.start();
    second = await StandardServer.start();
  });
  after(() => {
    first.close();
    second.close();
  });

  const headers = { Authorization: 'Bearer x', Cookie: 'a=b' };
  const open = (redirects?: number) =>
    new WebSocket(`ws://127.0.0.1:${first.port}/`, [], { headers, redirects });

  it('W17: are followed where that is asked for, and another origin gets no credentials', async () => {
    const socket = open(3);
    await redirect(first, '/b');
    const inFirst = await redirect(first, `http://127.0.0.1:${second.port}/c`);
    assert.deepEqual(inFirst.fields('authorization'), ['Bearer x']);
    const inSecond = await redirect(second, `http://127.0.0.1:${first.port}/d`);
    assert.deepEqual([inSecond.fields('authorization'), inSecond.fields('cookie')], [[], []]);
    const opened = once(socket, 'open');
    const back = await first.peer();
    assert.match(back.head, /^GET \/d /);
    assert.deepEqual(back.fields('authorization'), []);
    assert.notDeepEqual(back.fields('sec-websocket-key'), inFirst.fields('sec-websocket-key'));
    back.open();
    await opened;
    socket.close();
  });

  it('leave the url as it was, and tell the origin of who sends', async () => {
    const socket = open(1);
    await redirect(first, `//127.0.0.1:${second.port}/`);
    const message = once(socket, 'message');
    (await second.peer()).open('', serverFrame(1, 'hello'));
    const [{ origin }] = (await message) as [MessageEvent];
    assert.equal(origin, `ws://127.0.0.1:${second.port}`);
    assert.equal(socket.url, `ws://127.0.0.1:${first.port}/`);
    socket.close();
  });

  it('are not followed further than was allowed', async () => {
    const events = eventsOf(open(1));
    await redirect(first, '/b');
    await redirect(first, '/c');
    assert.match((await events)[0]!, /too many redirects/);
  });

  it('are not followed to where there can be no WebSocket', async () => {
    const events = eventsOf(open(1));
    await redirect(first, 'ftp://a/');
    assert.match((await events)[0]!, /ftp: is not supported/);
  });

  it('are not followed at all by default', async () => {
    const events = eventsOf(open());
    await redirect(first, '/b');
    assert.match((await events)[0]!, /307 Temporary Redirect \(redirects are not followed\)/);
  });

  it('are a number', () => {
    for (const redirects of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => open(redirects), RangeError);
    }
  });
});

// Helpers

async function open(terms: Partial<RedirectableTerms> = {}) {
  const server = await StandardServer.start();
  const told: string[] = [];
  const opening = new Opening(
    new URL(`ws://127.0.0.1:${server.port}/`),
    {
      protocols: [],
      compression: undefined,
      fields: [],
      limits: DEFAULT_CLIENT_LIMITS,
      transport: {},
      redirects: 0,
      signal: undefined,
      ...terms,
    },
    {
      opened: ({ connection }) => {
        told.push('opened');
        connection.destroy();
      },
      failed: ({ message }) => told.push(message),
    },
  );
  return { server, told, opening };
}

/** Sends the next that asks elsewhere. */
async function redirect(server: StandardServer, location: string) {
  const peer = await server.peer();
  const head = `HTTP/1.1 307 There\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`;
  peer.socket.end(head);
  return peer;
}
