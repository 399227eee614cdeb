import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Request } from '../../src/index.ts';
import { liveHub } from '../support/live-hub.ts';
import { LivePeer, TRANSPORTS } from '../support/live-peer.ts';
import { dial, exchange, readUntil } from '../support/raw.ts';
import { newHub, runningHost } from '../support/running-hub.ts';
import { until } from '../support/until.ts';

describe('serveLive', () => {
  for (const isAttached of [false, true]) {
    for (const transport of TRANSPORTS) {
      it(`hands on what is published by ${transport}${isAttached ? ' inside node:http' : ''}`, async () => {
        const { open, news, hub } = await liveHub({}, {}, isAttached);
        const before = hub.cursor();
        await news.publish({ n: 1 });
        const peer = await open(transport, { query: { cursor: before } });
        assert.equal(peer.ready.recovery, 'full');
        assert.equal(peer.ready.cursor, before);
        await peer.until(({ id }) => id !== undefined);
        assert.deepEqual(peer.entries, [{ n: 1 }]);
        assert.equal(peer.records.find(({ id }) => id !== undefined)!.channel, 'news');
        peer.leave();
      });
    }
  }

  it('is chosen by Accept where no transport is named', async () => {
    const { port } = await liveHub();
    for (const [accept, type] of [
      ['text/event-stream', 'text/event-stream'],
      ['text/html, Application/X-NDJSON;q=0.5', 'application/x-ndjson'],
      ['*/*', 'application/json'],
      ['text/html', 'application/json'],
    ] as const) {
      const answer = await head(port, `GET /events?wait=0 HTTP/1.1\r\nAccept: ${accept}\r\n`);
      assert.match(answer, new RegExp(`content-type: ${type}\r\n`));
    }
    const answer = await head(port, 'GET /events?wait=0 HTTP/1.1\r\n');
    assert.match(answer, /content-type: application\/json/);
  });

  it('says that nobody is to keep, change or guess an answer', async () => {
    const { open } = await liveHub({ authorize: forbid });
    for (const transport of TRANSPORTS) {
      const { headers, status } = await (await open(transport)).ended();
      assert.equal(headers['cache-control'], 'no-store, no-transform', transport);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['x-accel-buffering'], 'no');
      assert.equal(headers.vary, 'Origin');
      assert.equal(status, ['jsonp', 'forever-frame'].includes(transport) ? 200 : 403);
    }
  });

  it('reads the channels that are named and allowed, and does not say which are not', async () => {
    const { hub, open } = await liveHub({ authorize: () => ({ channels: ['a', 'b', ''] }) });
    const cursor = hub.cursor();
    for (const name of ['a', 'b', 'c']) await hub.channel(name).publish(name);
    const read = async (...names: string[]) => {
      const query = [
        ...names.map((name) => ['channel', name] as const),
        ['cursor', cursor] as const,
      ];
      const peer = await open('long-poll', { query: [...query, ['wait', '0']] });
      assert.equal(peer.status, 200);
      return peer.entries;
    };
    assert.deepEqual(await read(), ['a', 'b']);
    assert.deepEqual(await read('b', 'c'), ['b']);
    assert.deepEqual(await read('c'), []);
    assert.deepEqual(await read('__proto__', ''), []);
  });

  it('prefers Last-Event-ID to the cursor of the query, and takes a repeated one for a gap', async () => {
    const { hub, news, open } = await liveHub();
    const old = hub.cursor();
    await news.publish(1);
    const young = hub.cursor();
    await news.publish(2);
    const read = (cursor: string, lastEventId: string) =>
      open('long-poll', { query: { cursor }, headers: { 'last-event-id': lastEventId } });
    assert.deepEqual((await read(old, young)).entries, [2]);
    assert.deepEqual((await read(old, '')).entries, [1, 2]);
    assert.deepEqual((await read(old, `${young}, ${young}`)).ready.gaps, ['news']);
  });

  for (const [query, why] of [
    ['transport=nonsense', /no transport "nonsense"/],
    ['transport=stream&transport=stream', /transport may not repeat/],
    ['cursor=a&cursor=a', /cursor may not repeat/],
    ['wait=long', /seconds/],
    ['transport=jsonp', /callback/],
    ['transport=jsonp&callback=alert(1)', /callback/],
  ] as const) {
    it(`answers 400 to ?${query}, but only to who may come in`, async () => {
      const { url } = await liveHub();
      const answer = await fetch(`${url}?${query}`);
      assert.equal(answer.status, 400);
      assert.match(await answer.text(), why);
      const { url: closed } = await liveHub({ authorize: forbid });
      assert.equal((await fetch(`${closed}?${query}`)).status, 403);
    });
  }

  it('knows only the transports that are switched on', async () => {
    const { open } = await liveHub({ transports: undefined });
    for (const transport of ['jsonp', 'forever-frame'] as const) {
      const peer = await (await open(transport)).ended();
      assert.equal(peer.status, 400);
      assert.match(peer.text, /not switched on/);
    }
    const { open: only } = await liveHub({ transports: ['long-poll'] });
    assert.equal((await (await only('websocket')).ended()).status, 400);
  });

  it('answers other methods with what there is', async () => {
    const { url } = await liveHub();
    const options = await fetch(url, { method: 'OPTIONS' });
    assert.equal(options.status, 204);
    assert.equal(options.headers.get('allow'), 'GET, HEAD, POST, DELETE, OPTIONS');
    const put = await fetch(url, { method: 'PUT', body: 'x' });
    assert.equal(put.status, 405);
    assert.equal(put.headers.get('allow'), 'GET, HEAD, POST, DELETE, OPTIONS');
  });

  it('answers HEAD with the fields of GET, and opens no session', async () => {
    const { port, told } = await liveHub();
    for (const transport of TRANSPORTS.slice(1)) {
      const query = `transport=${transport}&callback=f`;
      const answer = await head(port, `HEAD /events?${query} HTTP/1.1\r\n`);
      assert.match(answer, /^HTTP\/1.1 200 /);
      assert.match(answer, /content-type: /);
    }
    assert.deepEqual(told, []);
  });

  it('answers a preflight without asking anybody', async () => {
    let asked = 0;
    const origins = ['https://app.example'];
    const { port } = await liveHub({ origins, authorize: () => ({ channels: [], a: asked++ }) });
    const preflight = (origin: string) =>
      head(
        port,
        `OPTIONS /events HTTP/1.1\r\nOrigin: ${origin}\r\nAccess-Control-Request-Method: POST\r\n`,
      );
    const granted = await preflight('https://app.example');
    assert.match(granted, /^HTTP\/1.1 204 /);
    assert.match(granted, /access-control-allow-origin: https:\/\/app.example\r\n/);
    assert.match(granted, /access-control-allow-credentials: true\r\n/);
    const refused = await preflight('https://evil.example');
    assert.match(refused, /^HTTP\/1.1 403 /);
    assert.doesNotMatch(refused, /access-control-allow/);
    assert.equal(asked, 0);
  });

  it('lets no page read what is refused before its head is whole: who asks is not known', async () => {
    const origin = 'https://app.example';
    const { port } = await liveHub({ origins: [origin] }, { limits: { target: 100, head: 1_000 } });
    const fields = `Origin: ${origin}\r\n`;
    const long = 'x'.repeat(1_000);
    for (const [status, request] of [
      [200, `GET /events?wait=0 HTTP/1.1\r\n${fields}`],
      [414, `GET /events?${long} HTTP/1.1\r\n${fields}`],
      [431, `GET /events?wait=0 HTTP/1.1\r\n${fields}X: ${long}\r\n`],
      [400, `GET /events?wait=0 HTTP/1.1\r\n${fields}X\r\n`],
    ] as const) {
      const answer = await head(port, request);
      assert.equal(answer.split(' ')[1], `${status}`);
      assert.equal(/access-control-allow/i.test(answer), status === 200, `${status}`);
    }
  });

  it('lets the page read what it is refused for, if it may come from there', async () => {
    const { url } = await liveHub({
      origins: ['https://app.example'],
      authorize: () => ({
        status: 401,
        headers: { vary: 'X', 'access-control-allow-origin': '*', 'www-authenticate': 'Bearer' },
        body: 'no token',
      }),
    });
    const answer = await fetch(url, { headers: { origin: 'https://app.example' } });
    assert.equal(answer.status, 401);
    assert.equal(answer.headers.get('access-control-allow-origin'), 'https://app.example');
    assert.equal(answer.headers.get('www-authenticate'), 'Bearer');
    assert.equal(answer.headers.get('vary'), 'Origin, X');
    assert.equal(await answer.text(), 'no token');
  });

  for (const transport of TRANSPORTS) {
    it(`refuses a foreign origin, a foreign host and what authorize refuses, by ${transport}`, async () => {
      const { open, told } = await liveHub();
      for (const headers of [{ origin: 'https://evil.example' }, { host: 'evil.example' }]) {
        assert.equal(refusalOf(await (await open(transport, { headers })).ended()), 403);
      }
      const { open: closed } = await liveHub({ authorize: forbid });
      assert.equal(refusalOf(await (await closed(transport)).ended()), 403);
      assert.deepEqual(told, []);
    });
  }

  it('gives authorize a request without cookies where any page may have made it', async () => {
    const seen: unknown[][] = [];
    const { open } = await liveHub({
      authorize: ({ headers, url }: Request) => {
        seen.push([headers.get('cookie'), headers.get('authorization'), url.includes('token=t')]);
        return { channels: [] };
      },
    });
    const headers = { cookie: 'a=b', authorization: 'Basic x' };
    for (const transport of ['jsonp', 'forever-frame'] as const) {
      const asking = { query: { token: 't' }, headers };
      (await open(transport, asking)).leave();
      (
        await open(transport, { ...asking, headers: { ...headers, referer: 'http://x.example/' } })
      ).leave();
      assert.deepEqual(seen.splice(0), [
        [undefined, undefined, true],
        [undefined, undefined, true],
      ]);
      const host = '127.0.0.1';
      const known = { ...headers, host, referer: `http://${host}/page` };
      (await open(transport, { ...asking, headers: known })).leave();
      assert.deepEqual(seen.splice(0), [['a=b', 'Basic x', true]]);
    }
    (await open('stream', { headers })).leave();
    assert.deepEqual(seen, [['a=b', 'Basic x', false]]);
  });

  it('reports an authorize that fails or returns something else, and answers 500', async () => {
    for (const authorize of [
      () => {
        throw new Error('no');
      },
      () => Promise.reject(new Error('no')),
      () => ({}) as never,
      () => ({ channels: 'news' }) as never,
      () => ({ channels: [], identity: 1 }) as never,
      async () => ({ channels: [], expires: Number.NaN }),
      () => undefined as never,
      () => false as never,
    ]) {
      const { url, reported } = await liveHub({ authorize });
      assert.equal((await fetch(url)).status, 500);
      assert.equal(reported.length, 1);
    }
  });

  it('says how authorize decides, and that a token tells the time in seconds', async () => {
    for (const [decision, message] of [
      [undefined, /^authorize returns \{ channels: .*\{ status: 401 \}/],
      [true, /^authorize returns/],
      [
        { channels: [], expires: Math.floor(Date.now() / 1_000) },
        /^expires is .*exp is in seconds/,
      ],
    ] as const) {
      const { url, reported } = await liveHub({ authorize: () => decision as never });
      assert.equal((await fetch(url)).status, 500);
      assert.match((reported[0] as Error).message, message);
    }
  });

  it('never opens a session for a peer that has left while it was judged', async () => {
    let decide: (() => void) | undefined;
    let request: Request | undefined;
    const { port, told, reported } = await liveHub({
      authorize: (asking) => {
        request = asking;
        void asking.signal;
        return new Promise((resolve) => {
          decide = () => resolve({ channels: ['news'] });
        });
      },
    });
    for (const leave of ['end', 'destroy'] as const) {
      decide = undefined;
      const socket = dial(port);
      socket.write('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n');
      await until(() => decide !== undefined);
      socket[leave]();
      await until(() => request!.signal.aborted);
      decide!();
      await sleep(20);
      socket.destroy();
    }
    assert.deepEqual(told, []);
    assert.deepEqual(reported, []);
  });

  it('knows a session by its identity alone', async () => {
    const { open, post, url, sessions } = await liveHub({
      authorize: ({ headers }) => ({ channels: [], identity: headers.get('x-name') }),
    });
    const ann = { 'x-name': 'ann' };
    const peer = await open('long-poll', { headers: ann });
    const query = { session: peer.ready.session, cursor: peer.cursor, wait: '0' };
    const same = await open('long-poll', { query, headers: ann });
    assert.equal(same.ready.session, peer.ready.session);
    assert.equal(same.ready.recovery, 'full');
    for (const headers of [{ 'x-name': 'bob' }, {}]) {
      const other = await open('long-poll', { query, headers });
      assert.notEqual(other.ready.session, peer.ready.session);
      assert.equal(other.ready.recovery, 'gap');
      assert.deepEqual(other.ready.gaps, ['']);
      const json = { 'content-type': 'application/json' };
      const posted = await post(query.session, [{ n: 1, data: 1 }], {
        headers: { ...headers, ...json },
      });
      assert.equal(posted.status, 409);
      assert.deepEqual(await posted.json(), { error: 'unknown-session' });
      const deleted = await fetch(`${url}?session=${query.session}`, { method: 'DELETE', headers });
      assert.equal(deleted.status, 409);
    }
    assert.equal(sessions.length, 3);
    const deleted = await fetch(`${url}?session=${query.session}`, {
      method: 'DELETE',
      headers: ann,
    });
    assert.equal(deleted.status, 204);
    assert.deepEqual(await sessions[0]!.closed, { by: 'client', reason: 'deleted' });
  });

  it('ends what is open when the client deletes its session', async () => {
    const { open, url } = await liveHub();
    const peer = await open('event-stream');
    await fetch(`${url}?session=${peer.ready.session}`, { method: 'DELETE' });
    assert.equal((await peer.ended()).bye!.reason, 'deleted');
  });

  for (const transport of TRANSPORTS) {
    it(`says by ${transport} that there is no room, and when to come back`, async () => {
      const { open } = await liveHub({}, { limits: { sessions: 1 } });
      const busy = await open('stream');
      const peer = await (await open(transport)).ended();
      refusedFor('full', peer);
      busy.leave();
      const { open: few } = await liveHub(
        { authorize: () => ({ channels: ['a', 'b'] }) },
        { limits: { channels: 1 } },
      );
      refusedFor('full', await (await few(transport)).ended());
    });
  }

  it('says what is missing where a server does not hand its upgrades over', async () => {
    const hub = newHub();
    hub.live('/events', { authorize: () => ({ channels: [] }) });
    const { port } = await runningHost((request, response) => {
      hub.middleware(request, response, () => response.end());
    });
    const peer = await LivePeer.start(port, 'websocket').ended();
    assert.equal(peer.status, 501);
    assert.match(peer.text, /hub\.upgrade/);
  });

  it('refuses what is no opening handshake', async () => {
    const { port } = await liveHub();
    const upgrade = 'GET /events HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n';
    const answer = await head(port, upgrade);
    assert.match(answer, /^HTTP\/1.1 400 .*connection: close\r\n/is);
    const wrong = await head(
      port,
      `${upgrade}Sec-WebSocket-Version: 12\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n`,
    );
    assert.match(wrong, /^HTTP\/1.1 426 /);
  });

  it('parses nothing behind an upgrade that authorize refuses', async () => {
    const { port } = await liveHub({ authorize: forbid });
    const handshake =
      'GET /events HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n';
    const answer = await exchange(
      port,
      `${handshake}GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    );
    assert.match(answer, /^HTTP\/1.1 403 .*connection: close/is);
    assert.equal(answer.match(/HTTP\/1.1/g)!.length, 1);
  });

  it('ends a stream to an HTTP/1.0 peer by the close', async () => {
    const { port, news } = await liveHub({}, { limits: { roundTime: 1_000 } });
    const socket = dial(port);
    socket.write('GET /events?transport=stream HTTP/1.0\r\nHost: localhost\r\n\r\n');
    const begun = await readUntil(socket, '"ready"');
    const rest = readUntil(socket, '"bye"');
    await news.publish('x');
    assert.match(
      `${begun}${await rest}`,
      /Connection: close\r\n\r\n\{"ready".*"data":"x".*"bye":\{"reason":"round"/s,
    );
    socket.destroy();
  });

  it('starts what the peer asked for only once', async () => {
    const { port, told } = await liveHub();
    const peer = LivePeer.start(port, 'stream');
    await peer.until(({ ready }) => ready !== undefined);
    peer.leave();
    assert.deepEqual(told, ['open']);
  });
});

// Helpers

const forbid = () => ({ status: 403, body: 'not you' });

/** The status of a refusal, whichever way it was told. */
function refusalOf(peer: LivePeer): number | undefined {
  if (peer.status !== 200) return peer.status;
  assert.equal(peer.bye?.reason, 'refused');
  return peer.bye?.status;
}

/** Sees that a refusal for lack of capacity reaches a client of this transport. */
function refusedFor(reason: string, peer: LivePeer): void {
  if (['jsonp', 'forever-frame', 'event-stream'].includes(peer.transport)) {
    assert.equal(peer.status, 200);
    assert.equal(peer.bye!.reason, reason);
    if (peer.transport === 'event-stream') assert.match(peer.text, /^retry: \d+$/m);
    else assert.equal(peer.bye!.status, 503);
  } else {
    assert.equal(peer.status, 503);
    assert.match(peer.headers['retry-after']!, /^\d+$/);
  }
}

/** The head of the answer to a request that is given without Host and end. */
async function head(port: number, request: string): Promise<string> {
  const socket = dial(port);
  socket.write(
    `${request}Host: localhost\r\nConnection: close\r\n\r\n`.replace(
      /Connection: Upgrade\r\n(.*)Connection: close\r\n/s,
      'Connection: Upgrade\r\n$1',
    ),
  );
  const received = await readUntil(socket, '\r\n\r\n');
  socket.destroy();
  return received.slice(0, received.indexOf('\r\n\r\n') + 4);
}
