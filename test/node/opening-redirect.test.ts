import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';

import { DEFAULT_CLIENT_LIMITS } from '../../src/node/client-terms.ts';
import { redirectUrl, termsAt } from '../../src/node/opening-redirect.ts';
import { WebSocket } from '../../src/node/websocket.ts';
import { eventsOf } from '../support/client-events.ts';
import { StandardServer, serverFrame } from '../support/standard-peer.ts';

describe('redirectUrl', () => {
  for (const [location, from, to] of [
    ['/b', 'ws://a/x', 'ws://a/b'],
    ['//b/y', 'wss://a/x', 'wss://b/y'],
    ['https://b/y#z', 'ws://a/x', 'wss://b/y'],
    ['http://b/y', 'ws://a/x', 'ws://b/y'],
  ] as const) {
    it(`leads from ${from} by ${location} to ${to}`, () => {
      assert.equal(redirectUrl(location, new URL(from)).href, to);
    });
  }

  for (const [location, from, why] of [
    ['http://b/', 'wss://a/', /out of TLS/],
    ['ws://a/', 'wss://a/', /out of TLS/],
    ['ftp://b/', 'ws://a/', /ftp: is not supported/],
    ['ws://b:99999/', 'ws://a/', /no URL/],
  ] as const) {
    it(`does not lead from ${from} by ${location}`, () => {
      assert.throws(() => redirectUrl(location, new URL(from)), why);
    });
  }
});

describe('termsAt', () => {
  const from = new URL('wss://a/x');
  const terms = {
    protocols: ['chat'],
    compression: undefined,
    fields: [['Authorization', 'Bearer x']] as const,
    limits: DEFAULT_CLIENT_LIMITS,
    transport: { tls: { ca: 'a', key: 'k' } },
  };

  it('are the same for the same origin', () => {
    assert.deepEqual(termsAt(new URL('/y', from), terms, from), terms);
  });

  for (const there of ['wss://b/', 'wss://a:8443/', 'ws://a/x']) {
    it(`W17: have no credentials for ${there}`, () => {
      const { fields, protocols, transport } = termsAt(new URL(there), terms, from);
      assert.deepEqual([fields, protocols], [[], ['chat']]);
      assert.deepEqual(transport, { dial: undefined, tls: { ca: 'a' } });
    });
  }
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
    assert.match((await events)[0]!, /status 307/);
  });

  it('are a number', () => {
    for (const redirects of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => open(redirects), RangeError);
    }
  });
});

// Helpers

/** Sends the next that asks elsewhere. */
async function redirect(server: StandardServer, location: string) {
  const peer = await server.peer();
  const head = `HTTP/1.1 307 There\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`;
  peer.socket.end(head);
  return peer;
}
