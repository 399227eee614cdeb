import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HELD, LASTING, LATE } from '../../src/browser/attempts.ts';
import { connect } from '../../src/browser/connect.ts';
import type { ConnectOptions } from '../../src/browser/types.ts';
import { FROZEN } from '../../src/browser/watchdog.ts';
import { bye, entry, FakeBrowser, ready } from '../support/fake-browser.ts';

/** A connection in a browser of its own, and what it told. */
async function connecting(options: ConnectOptions = {}, browser = new FakeBrowser()) {
  const told: string[] = [];
  const states: string[] = [];
  const connection = connect('/live', {
    platform: browser.platform,
    onentry: ({ data }) => void told.push(String(data)),
    ongap: ({ channels }) => void told.push(`gap of ${channels}`),
    onstate: (state, reason) => void states.push(`${state}${reason && `: ${reason}`}`),
    onclose: (error) => void told.push(`closed: ${error?.status} ${error?.message}`),
    ...options,
  });
  await browser.settle();
  return { browser, connection, told, states };
}

/** One that reads a WebSocket. */
async function onWebSocket(options: ConnectOptions = {}) {
  const all = await connecting(options);
  all.browser.socket.tell(ready());
  return all;
}

/** One that polls. */
async function onLongPoll(options: ConnectOptions = {}) {
  const all = await connecting({ transports: ['long-poll'], ...options });
  all.browser.request.poll(ready(), bye());
  await all.browser.settle();
  return all;
}

describe('createAttempts', () => {
  describe('falls back', () => {
    it('from one transport that opens and delivers nothing to the next, within five seconds', async () => {
      const { browser, connection } = await connecting();
      assert.equal(browser.sockets.length, 1);
      await browser.advance(1_500);
      assert.equal(browser.request.transport, 'event-stream');
      browser.request.open();
      await browser.advance(1_500);
      assert.equal(browser.request.transport, 'stream');
      browser.request.open();
      await browser.advance(1_500);
      assert.equal(browser.request.transport, 'long-poll');
      assert.equal(browser.request.parameter('wait'), '0');
      assert.ok(browser.requests.slice(0, -1).every(({ isAborted }) => isAborted));
      assert.ok(browser.socket.isClosed);
      browser.request.poll(ready(), entry(1), bye());
      await browser.settle();
      assert.ok(browser.now < 5_000);
      assert.equal(connection.transport, 'long-poll');
      assert.equal(connection.cursor, 'e.1-0');
    });

    it('at once from a WebSocket that does not open, to one whose status decides', async () => {
      const { browser, told, connection } = await connecting();
      browser.socket.cut();
      await browser.settle();
      assert.equal(browser.request.transport, 'event-stream');
      browser.request.answer(401, 'Your token is from yesterday.');
      await browser.settle();
      assert.deepEqual(told, ['closed: 401 Your token is from yesterday.']);
      assert.equal(connection.state, 'closed');
      assert.deepEqual(browser.timers, []);
    });

    it('at once from what the server does not have', async () => {
      const { browser } = await connecting({ transports: ['event-stream', 'long-poll'] });
      browser.request.answer(400, 'unknown transport');
      await browser.settle();
      assert.equal(browser.request.transport, 'long-poll');
    });

    it('at once from what answers with something else', async () => {
      const { browser } = await connecting({ transports: ['stream', 'long-poll'] });
      browser.request.open();
      browser.request.write('<!doctype html>\n');
      await browser.settle();
      assert.equal(browser.request.transport, 'long-poll');
    });

    it('at once from a WebSocket whose messages are no records', async () => {
      for (const data of ['hello', '[null]', '{"cursor":']) {
        const { browser } = await connecting();
        browser.socket.onmessage!({ data });
        await browser.settle();
        assert.equal(browser.request.transport, 'event-stream', data);
      }
    });

    it('with its cursor and its session', async () => {
      const { browser } = await onWebSocket();
      browser.socket.tell(entry(7));
      await browser.advance(20_000 * LATE);
      assert.equal(browser.request.transport, 'event-stream');
      assert.equal(browser.request.parameter('cursor'), 'e.7-0');
      assert.equal(browser.request.parameter('session'), 's1');
    });

    it('asks with fetch why a lone WebSocket does not open, and hears nothing else of it', async () => {
      const { browser, told, connection } = await connecting({ transports: ['websocket'] });
      browser.socket.cut();
      await browser.settle();
      assert.equal(browser.request.parameter('wait'), '0');
      browser.request.poll(ready(), entry(1), bye());
      await browser.settle();
      assert.deepEqual([told, connection.state], [[], 'waiting']);
      await browser.advance(1_000);
      assert.equal(browser.sockets.length, 2);
      browser.socket.cut();
      await browser.settle();
      browser.request.answer(403, 'Not you.');
      await browser.settle();
      assert.deepEqual(told, ['closed: 403 Not you.']);
    });

    it('looks for a better transport from time to time, between two rounds', async () => {
      const { browser, connection } = await connecting({ transports: ['websocket', 'long-poll'] });
      browser.socket.cut();
      await browser.settle();
      browser.request.poll(ready(), bye());
      await browser.settle();
      assert.equal(browser.request.parameter('wait'), '25');
      await browser.advance(15_000);
      assert.equal(browser.sockets.length, 1);
      browser.request.poll(ready({ recovery: 'full' }), bye());
      await browser.settle();
      assert.equal(browser.sockets.length, 2);
      browser.socket.tell(ready({ recovery: 'full' }));
      assert.equal(connection.transport, 'websocket');
      assert.equal(connection.state, 'open');
    });

    it('has more patience where even what works takes long', async () => {
      const { browser } = await connecting({ transports: ['websocket', 'long-poll'] });
      await browser.advance(1_500);
      await browser.advance(4_000);
      browser.request.poll(ready(), bye());
      await browser.advance(15_000);
      browser.request.poll(ready({ recovery: 'full' }), bye());
      await browser.advance(7_999);
      assert.equal(browser.socket.isClosed, false);
      await browser.advance(1);
      assert.equal(browser.socket.isClosed, true);
    });

    it('begins with what worked on the page before', async () => {
      const before = new FakeBrowser();
      before.remembered.set('encke:http://localhost/live', 'stream');
      const { browser } = await connecting({}, before);
      assert.deepEqual([browser.sockets.length, browser.request.transport], [0, 'stream']);
    });
  });

  describe('comes back', () => {
    it('on the same transport when it was cut, after a while of chance', async () => {
      const { browser, states } = await onWebSocket();
      browser.socket.tell(entry(1));
      browser.socket.cut();
      assert.deepEqual(browser.timers, [500]);
      await browser.advance(500);
      assert.equal(browser.sockets.length, 2);
      assert.equal(browser.socket.url.searchParams.get('cursor'), 'e.1-0');
      browser.socket.tell(ready({ recovery: 'full', cursor: 'e.1-0' }), entry(2));
      assert.deepEqual(states, ['open', 'waiting: cut', 'connecting', 'open']);
    });

    it('at longer and longer intervals while nobody answers, at most every half minute', async () => {
      const { browser } = await connecting({ transports: ['long-poll'] });
      const delays: number[] = [];
      for (let i = 0; i < 8; i++) {
        browser.request.cut();
        await browser.settle();
        delays.push(browser.timers[0]! - browser.now);
        await browser.advance(delays.at(-1)!);
      }
      assert.deepEqual(delays, [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
    });

    it('soon again after a connection that lasted, but not after those that do not', async () => {
      const { browser } = await onWebSocket();
      const delays: number[] = [];
      for (const lasting of [0, 0, 0, LASTING + 1]) {
        await browser.advance(lasting);
        browser.socket.cut();
        delays.push(browser.timers[0]! - browser.now);
        await browser.advance(delays.at(-1)!);
        browser.socket.tell(ready());
      }
      assert.deepEqual(delays, [500, 1_000, 2_000, 500]);
    });

    it('to the transport that worked, while the server restarts', async () => {
      const { browser } = await onWebSocket();
      browser.socket.cut();
      for (let i = 0; i < 4; i++) {
        await browser.advance(browser.timers[0]! - browser.now);
        browser.socket.cut();
        await browser.settle();
        browser.request.cut();
        await browser.settle();
      }
      assert.equal(browser.sockets.length, 5);
      assert.ok(browser.requests.every(({ transport }) => transport === 'event-stream'));
    });

    it('not before the server wants it to', async () => {
      const { browser, states } = await onWebSocket();
      browser.socket.tell(bye('draining', 4_321));
      assert.deepEqual(browser.timers, [4_321]);
      assert.equal(states.at(-1), 'waiting: draining');

      const other = await connecting({ transports: ['long-poll'] });
      other.browser.request.answer(503, 'full', { 'retry-after': '7' });
      await other.browser.settle();
      assert.deepEqual(other.browser.timers, [7_000]);
    });

    it('at once after a round, and is open all the while', async () => {
      const { browser, states } = await onLongPoll();
      assert.equal(browser.requests.length, 2);
      browser.request.poll(ready({ recovery: 'full' }), entry(1), bye());
      await browser.settle();
      assert.equal(browser.requests.length, 3);
      assert.equal(browser.request.parameter('cursor'), 'e.1-0');
      assert.deepEqual(states, ['open']);
    });

    it('lets the answer of a round end by itself, so that its connection can be used again', async () => {
      const { browser } = await connecting({ transports: ['stream'] });
      const [first] = browser.requests;
      first!.open();
      first!.tell(ready(), bye());
      await browser.settle();
      first!.end();
      await browser.settle();
      assert.equal(browser.requests.length, 2);
      assert.equal(first!.isAborted, false);
    });

    it('not at once, again and again, to a server that says bye each time', async () => {
      const { browser } = await onWebSocket();
      browser.socket.tell(bye('expired'));
      await browser.advance(0);
      browser.socket.tell(ready(), bye('expired'));
      assert.deepEqual(browser.timers, [2_000]);
    });

    it('not when the server has closed the session, and says so', async () => {
      const { browser, told } = await onWebSocket();
      browser.socket.tell(bye('closed'));
      assert.deepEqual(told, ['closed: undefined closed']);
      assert.deepEqual(browser.timers, []);
    });

    it('not when a bye tells of a refusal, with its status', async () => {
      const { browser, told } = await connecting();
      browser.socket.tell(bye('refused', 0, { status: 403 }));
      assert.deepEqual(told, ['closed: 403 status 403']);
    });

    it('rarely without a network, and at once when there is one', async () => {
      const { browser } = await onWebSocket();
      browser.isOnline = false;
      browser.socket.cut();
      assert.deepEqual(browser.timers, [30_000]);
      browser.isOnline = true;
      browser.fire('online');
      await browser.settle();
      assert.equal(browser.sockets.length, 2);
    });

    it('when a status says nothing, and when a bye says no time', async () => {
      const { browser, states } = await connecting({ transports: ['long-poll'] });
      browser.request.answer(500);
      await browser.advance(500);
      browser.request.poll(ready(), { bye: { reason: 'slow' } });
      await browser.advance(0);
      assert.deepEqual(states, ['waiting: status 500', 'connecting', 'open', 'waiting: slow']);
    });

    it('at once when the page comes back', async () => {
      const { browser } = await onWebSocket();
      browser.socket.tell(bye('draining', 60_000));
      browser.fire('pageshow');
      await browser.settle();
      assert.equal(browser.sockets.length, 2);
    });
  });

  describe('watches', () => {
    it('a connection for a heartbeat and a half', async () => {
      const { browser } = await onWebSocket();
      await browser.advance(20_000 * LATE - 1);
      assert.equal(browser.socket.isClosed, false);
      browser.socket.tell({ cursor: 'e.5-0' });
      await browser.advance(20_000 * LATE - 1);
      assert.equal(browser.socket.isClosed, false);
      await browser.advance(1);
      assert.equal(browser.socket.isClosed, true);
      assert.equal(browser.request.parameter('cursor'), 'e.5-0');
    });

    it('nothing where the server sends no heartbeats', async () => {
      const { browser } = await connecting();
      browser.socket.tell(ready({ heartbeat: 0 }));
      await browser.advance(86_400_000);
      assert.equal(browser.socket.isClosed, false);
    });

    it('a poll for as long as it may be held, and a little', async () => {
      const { browser } = await onLongPoll();
      await browser.advance(HELD - 1);
      assert.equal(browser.request.isAborted, false);
      await browser.advance(1);
      assert.equal(browser.requests[1]!.isAborted, true);
    });

    it('a page that was frozen for one heartbeat more', async () => {
      const { browser } = await onWebSocket();
      await browser.freeze(3_600_000);
      assert.equal(browser.socket.isClosed, false);
      await browser.advance(20_000 * LATE - 1);
      assert.equal(browser.socket.isClosed, false);
      await browser.advance(1);
      assert.equal(browser.socket.isClosed, true);
    });

    it('one in the background, whose timers are a little late, as any other', async () => {
      const { browser } = await onWebSocket();
      await browser.advance(2_000);
      await browser.freeze(20_000 * LATE + FROZEN - 2_000);
      assert.equal(browser.socket.isClosed, true);
    });
  });

  it('hears nothing of a connection that it has let go', async () => {
    const { browser, told } = await onWebSocket();
    const old = browser.socket;
    await browser.advance(20_000 * LATE);
    old.tell(entry(1), bye('closed'));
    old.cut();
    assert.deepEqual(told, []);
  });

  it('has one attempt under way at most, for any run of cuts and silences', async () => {
    const { browser } = await connecting();
    for (let i = 0; i < 200; i++) {
      browser.random = (i * 0.37) % 1;
      if (i % 3 === 0) browser.socket.cut();
      if (i % 3 === 1) browser.request?.cut();
      await browser.advance((i * 977) % 4_000);
      const sockets = browser.sockets.slice(0, -1).filter(({ isClosed }) => !isClosed);
      const requests = browser.requests.slice(0, -1).filter(({ isAborted }) => !isAborted);
      assert.deepEqual([sockets, requests], [[], []]);
    }
  });

  it('takes a token that can not be had for an attempt in vain', async () => {
    let asked = 0;
    const { browser, states } = await connecting({
      transports: ['long-poll'],
      token: () => {
        if (asked++ === 0) throw new Error('no token yet');
        return 'later';
      },
    });
    assert.deepEqual(states, ['waiting: Error: no token yet']);
    await browser.advance(500);
    assert.equal(browser.request.field('authorization'), 'Bearer later');
  });
});
