import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { LiveStream } from '../../src/hub/live-stream.ts';
import { TimerWheel } from '../../src/node/timer-wheel.ts';
import { liveHub } from '../support/live-hub.ts';
import { LivePeer } from '../support/live-peer.ts';
import { dial, readUntil } from '../support/raw.ts';
import { until } from '../support/until.ts';

const STREAMS = ['event-stream', 'stream', 'forever-frame'] as const;

describe('LiveStream', () => {
  for (const transport of STREAMS) {
    it(`tells by ${transport} where it stands, now and then, as the log goes on`, async () => {
      const { open, hub } = await liveHub({ heartbeat: 250 });
      const peer = await open(transport);
      assert.equal(peer.ready.heartbeat, 250);
      await hub.channel('other').publish('not for this one');
      await peer.until(({ cursor }) => cursor === hub.cursor());
      assert.deepEqual(peer.entries, []);
      peer.leave();
    });

    for (const isAttached of [false, true]) {
      it(`gives a peer of ${transport} that has ended its side the whole answer${isAttached ? ' inside node:http' : ''}`, async () => {
        const { port, hub, news, sessions } = await liveHub({}, {}, isAttached);
        const cursor = hub.cursor();
        await news.publish('x');
        const socket = dial(port);
        const query = `transport=${transport}&cursor=${cursor}`;
        socket.write(`GET /events?${query} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
        await until(() => sessions.length === 1);
        socket.end();
        const received = await readUntil(socket, '0\r\n\r\n');
        assert.match(received, /"ready".*"data":"x".*"bye":\{"reason":"round","retry":0\}/s);
        socket.destroy();
      });
    }

    it(`ends ${transport} when the time that authorize gave is over`, async () => {
      const { open } = await liveHub({
        authorize: () => ({ channels: [], expires: Date.now() + 250 }),
      });
      const peer = await (await open(transport)).ended();
      assert.deepEqual(peer.bye, { reason: 'expired', retry: 0 });
      assert.equal(peer.state, 'ended');
    });

    it(`begins a session of ${transport} that is idle once its peer has left`, async () => {
      const { open, sessions, told } = await liveHub({}, { limits: { sessionIdle: 250 } });
      const peer = await open(transport);
      assert.equal(sessions[0]!.uses, 1);
      peer.leave();
      await until(() => sessions[0]!.uses === 0);
      await until(() => told.length === 2);
      assert.deepEqual(told, ['open', 'close server idle']);
    });

    it(`keeps no deadline of ${transport} once that is over`, async ({ mock }) => {
      const schedule = mock.method(TimerWheel.prototype, 'schedule');
      const { open, sessions } = await liveHub();
      await open(transport);
      const other = await open(transport);
      const timed = schedule.mock.calls.map((call) => call.arguments[0]);
      const streams = timed.filter((each) => each instanceof LiveStream);
      assert.deepEqual(
        streams.map(({ slot }) => slot !== undefined),
        [true, true],
      );
      sessions[0]!.close();
      other.leave();
      await until(() => sessions.every(({ uses }) => uses === 0));
      assert.deepEqual(
        streams.map(({ slot }) => slot !== undefined),
        [false, false],
      );
    });
  }

  for (const transport of ['stream', 'forever-frame'] as const) {
    it(`ends a round of ${transport} after so many octets, with the zero chunk`, async () => {
      const { open, news } = await liveHub({}, { limits: { round: 5_000 } });
      const peer = await open(transport);
      for (let i = 0; i < 10; i++) {
        await news.publish(`${i} ${'x'.repeat(1_000)}`);
        await sleep(2);
      }
      await peer.ended();
      assert.equal(peer.state, 'ended');
      assert.deepEqual(peer.bye, { reason: 'round', retry: 0 });
      assert.ok(peer.entries.length >= 4 && peer.entries.length < 10, `${peer.entries.length}`);
      const query = { session: peer.ready.session, cursor: peer.cursor };
      const next = await open(transport, { query });
      await next.until(({ data }) => String(data).startsWith('9'));
      assert.equal(peer.entries.length + next.entries.length, 10);
      next.leave();
    });

    it(`ends a round of ${transport} after some time`, async () => {
      const { open } = await liveHub({}, { limits: { roundTime: 250 } });
      assert.deepEqual((await (await open(transport)).ended()).bye, { reason: 'round', retry: 0 });
    });
  }

  it('has no rounds on an event stream, whose reader keeps nothing', async () => {
    const { open, news } = await liveHub({}, { limits: { round: 1_000, roundTime: 250 } });
    const peer = await open('event-stream');
    await news.publish('x'.repeat(2_000));
    await sleep(600);
    assert.equal(peer.state, 'open');
    assert.equal(peer.entries.length, 1);
    peer.leave();
  });

  it('gives a plain EventSource an id before there is an entry', async () => {
    const { open, hub } = await liveHub();
    const peer = await open('event-stream');
    assert.match(peer.text, new RegExp(`event: encke\nid: ${hub.cursor()}\ndata: {"ready"`));
    peer.leave();
  });

  it('lets a peer that is slow read on from the log, to a gap if that is no longer held', async () => {
    const { hub, open, sessions } = await liveHub({ authorize: () => ({ channels: ['big'] }) });
    const big = hub.channel('big', { history: { octets: 3_000_000 } });
    const slow = await open('event-stream');
    slow.pause();
    for (let i = 0; i < 200; i++) {
      await big.publish(`${i} ${'x'.repeat(100_000)}`);
      await sleep(1);
    }
    assert.ok(sessions[0]!.behind > 1_000_000);
    slow.resume();
    await slow.until(({ data }) => String(data).startsWith('199 '));
    const gap = slow.records.findIndex((record) => record.gap !== undefined);
    assert.deepEqual(slow.records[gap]!.gap, ['big']);
    const numbers = slow.entries.map((data) => Number.parseInt(String(data), 10));
    assert.deepEqual(
      numbers,
      [...numbers].sort((a, b) => a - b),
    );
    assert.equal(new Set(numbers).size, numbers.length);
    slow.leave();
  });

  for (const transport of ['event-stream', 'websocket'] as const) {
    it(`closes a peer of ${transport} that is slow, where the route says so`, async () => {
      const { hub, open, sessions } = await liveHub(
        { slow: 'close' },
        { limits: { behind: 100_000, closing: 5_000 } },
      );
      const peer = await open(transport);
      peer.pause();
      for (let i = 0; i < 200; i++) {
        await hub.channel('news').publish('x'.repeat(100_000));
        await sleep(1);
      }
      await until(() => sessions[0]!.uses === 0);
      peer.resume();
      await peer.ended();
      assert.equal(peer.bye?.reason, 'slow');
    });
  }

  for (const isAttached of [false, true]) {
    it(`gives up a peer that takes nothing${isAttached ? ' inside node:http' : ''}`, async () => {
      const limits = { stall: 400, round: 2 ** 40 };
      const { hub, port, sessions } = await liveHub({}, { limits }, isAttached);
      const socket = dial(port);
      socket.write('GET /events?transport=stream HTTP/1.1\r\nHost: localhost\r\n\r\n');
      await readUntil(socket, '"ready"');
      socket.pause();
      for (let i = 0; i < 100; i++) {
        await hub.channel('news').publish('x'.repeat(200_000));
        await sleep(1);
      }
      await until(() => sessions[0]!.uses === 0);
      socket.destroy();
    });
  }

  it('writes all that one turn has brought at once', async () => {
    const { port, news } = await liveHub();
    const socket = dial(port);
    socket.write('GET /events?transport=stream HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await readUntil(socket, '"ready"');
    const pieces: string[] = [];
    socket.on('data', (octets) => pieces.push(String(octets)));
    for (let i = 0; i < 100; i++) news.publish(i);
    await until(() => pieces.join('').includes('"data":99'));
    assert.equal(pieces.length, 1);
    assert.equal(pieces[0]!.match(/\r\n\{/g)!.length, 1);
    socket.destroy();
  });

  it('reads nothing for a peer that was never let in', async () => {
    const { port, news } = await liveHub({ authorize: () => ({ status: 403 }) });
    const peer = await LivePeer.start(port, 'stream').ended();
    assert.equal(peer.status, 403);
    assert.equal(news.readers, 0);
  });
});
