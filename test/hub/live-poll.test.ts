import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { LivePoll } from '../../src/hub/live-poll.ts';
import { TimerWheel } from '../../src/node/timer-wheel.ts';
import { liveHub } from '../support/live-hub.ts';
import { LivePeer, type LiveRecord } from '../support/live-peer.ts';
import { dial, readUntil } from '../support/raw.ts';
import { until } from '../support/until.ts';

for (const transport of ['long-poll', 'jsonp'] as const) {
  describe(`LivePoll by ${transport}`, () => {
    it('answers at once when it is new, and else holds until there is something', async () => {
      const { open, port, news } = await liveHub();
      const first = await (await open(transport)).ended();
      assert.deepEqual(kinds(first), ['ready', 'cursor', 'bye']);
      assert.deepEqual(first.bye, { reason: 'round', retry: 0 });
      const query = { session: first.ready.session, cursor: first.cursor };
      const second = LivePeer.start(port, transport, { query });
      await sleep(50);
      assert.equal(second.state, 'open');
      news.publish(1);
      news.publish(2);
      await second.ended();
      assert.deepEqual(kinds(second), ['ready', 'entry', 'entry', 'cursor', 'bye']);
      assert.equal(second.ready.recovery, 'full');
      assert.equal(second.ready.cursor, first.cursor);
      assert.deepEqual(second.entries, [1, 2]);
      assert.equal(second.records.at(-2)!.cursor, second.records.at(-3)!.id);
    });

    it('holds for as long as the client says, but no longer than limits.wait', async () => {
      const timed = async (limit: number, wait: string): Promise<number> => {
        const { open, hub } = await liveHub({}, { limits: { wait: limit } });
        const begun = performance.now();
        const query = { cursor: hub.cursor(), wait };
        const peer = await (await open(transport, { query })).ended();
        assert.deepEqual(kinds(peer), ['ready', 'cursor', 'bye']);
        return performance.now() - begun;
      };
      assert.ok((await timed(60_000, '0')) < 5_000);
      assert.ok((await timed(60_000, '0.001')) < 5_000);
      const longest = await timed(300, '1000');
      assert.ok(longest >= 250 && longest < 5_000, `${longest}`);
    });

    it('answers at once when a channel has a gap, but holds when the inbox alone has one', async () => {
      const { open, hub, port } = await liveHub();
      const gap = await (await open(transport, { query: { cursor: 'other.1-1' } })).ended();
      assert.deepEqual(gap.ready.gaps, ['news']);
      assert.equal(gap.ready.recovery, 'gap');
      assert.equal(gap.ready.cursor, hub.cursor());
      // Between servers that share nothing it would else go back and forth without a pause.
      assert.deepEqual(gap.bye, { reason: 'round', retry: 1_000 });
      const query = { cursor: hub.cursor(), session: 'lost' };
      const held = LivePeer.start(port, transport, { query });
      await sleep(100);
      assert.equal(held.state, 'open');
      hub.channel('news').publish('x');
      await held.ended();
      assert.deepEqual(held.ready.gaps, ['']);
      assert.deepEqual(held.entries, ['x']);
      assert.notEqual(held.ready.session, 'lost');
    });

    it('keeps no deadline once it is over', async ({ mock }) => {
      const schedule = mock.method(TimerWheel.prototype, 'schedule');
      const { hub, port, sessions } = await liveHub();
      const query = { cursor: hub.cursor() };
      const peers = [1, 2].map(() => LivePeer.start(port, transport, { query }));
      await until(() => sessions.length === 2);
      const timed = schedule.mock.calls.map((call) => call.arguments[0]);
      const polls = timed.filter((each) => each instanceof LivePoll);
      assert.deepEqual(
        polls.map(({ slot }) => slot !== undefined),
        [true, true],
      );
      sessions[0]!.close();
      for (const peer of peers) peer.leave();
      await until(() => sessions.every(({ uses }) => uses === 0));
      assert.deepEqual(
        polls.map(({ slot }) => slot !== undefined),
        [false, false],
      );
    });

    it('answers at once when its session is lost and it has no cursor', async () => {
      const { open } = await liveHub();
      const peer = await (await open(transport, { query: { session: 'lost' } })).ended();
      assert.equal(peer.ready.recovery, 'gap');
      assert.deepEqual(peer.ready.gaps, ['']);
    });

    it('ends the older of two with its own cursor and no entries', async () => {
      const { open, port, news } = await liveHub();
      const first = await (await open(transport)).ended();
      const query = { session: first.ready.session, cursor: first.cursor };
      const older = LivePeer.start(port, transport, { query });
      await sleep(50);
      news.publish('x');
      const younger = LivePeer.start(port, transport, { query });
      await older.ended();
      await younger.ended();
      if (older.bye!.reason === 'superseded') {
        assert.deepEqual(kinds(older), ['ready', 'cursor', 'bye']);
        assert.equal(older.cursor, first.cursor);
      }
      assert.deepEqual(younger.entries, ['x']);
    });

    it('supersedes one that waits for a log that lags', async () => {
      const { hub, open, port } = await liveHub({}, { limits: { catchUp: 60_000 } });
      const { session } = (await (await open(transport)).ended()).ready;
      const cursor = hub.cursor().replace(/\..*/, '.999999999999999-0');
      const query = { session, cursor };
      const older = LivePeer.start(port, transport, { query });
      await until(() => hub.channel('news').readers === 1);
      const younger = LivePeer.start(port, transport, { query });
      await older.ended();
      assert.equal(older.status, 200);
      assert.deepEqual(kinds(older), ['ready', 'cursor', 'bye']);
      assert.equal(older.ready.cursor, cursor);
      assert.equal(older.cursor, cursor);
      assert.deepEqual(older.bye, { reason: 'superseded', retry: 0 });
      assert.equal(younger.state, 'open');
      younger.leave();
    });

    it('supersedes while nothing happens', async () => {
      const { open, port, sessions } = await liveHub();
      const first = await (await open(transport)).ended();
      const query = { session: first.ready.session, cursor: first.cursor };
      const older = LivePeer.start(port, transport, { query });
      await until(() => sessions[0]!.uses === 1);
      const younger = LivePeer.start(port, transport, { query });
      await older.ended();
      assert.deepEqual(older.bye, { reason: 'superseded', retry: 0 });
      assert.deepEqual(kinds(older), ['ready', 'cursor', 'bye']);
      assert.equal(younger.state, 'open');
      younger.leave();
    });

    for (const isAttached of [false, true]) {
      it(`answers a peer that ends its side, and forgets one that is gone${isAttached ? ', inside node:http' : ''}`, async () => {
        const { hub, port, sessions } = await liveHub({}, {}, isAttached);
        const query = `transport=${transport}&callback=f&cursor=${hub.cursor()}`;
        const socket = dial(port);
        socket.write(`GET /events?${query} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
        await until(() => sessions.length === 1);
        socket.end();
        assert.match(await readUntil(socket, '"bye"'), /"ready".*"cursor".*"round"/s);
        const other = LivePeer.start(port, transport, { query: { cursor: hub.cursor() } });
        await until(() => sessions.length === 2 && sessions[1]!.uses === 1);
        other.leave();
        await until(() => sessions[1]!.uses === 0);
        socket.destroy();
      });
    }

    for (const isLate of [false, true]) {
      it(`is not held for a peer that has ended its side in front of it${isLate ? ', nor begun once that is judged' : ''}`, async () => {
        const admission = { channels: ['news'] };
        const { hub, port, told } = await liveHub({
          authorize: () => (isLate ? Promise.resolve(admission) : admission),
        });
        hub.http('/first', async ({ signal }) => {
          await once(signal, 'abort');
          return { body: 'first' };
        });
        const query = `transport=${transport}&callback=f&cursor=${hub.cursor()}`;
        const socket = dial(port);
        const rest = 'HTTP/1.1\r\nHost: localhost\r\n\r\n';
        socket.end(`GET /first ${rest}GET /events?${query} ${rest}`);
        let answer = '';
        for await (const piece of socket) answer += piece;
        const [, , second] = answer.split('HTTP/1.1 ');
        if (!isLate) assert.match(second!, /^200 .*"ready".*"cursor".*"round"/s);
        else assert.match(second!, /^400 .*was let in|"status":400/s);
        assert.deepEqual(told, isLate ? [] : ['open']);
      });
    }

    it('ends when the time that authorize gave is over', async () => {
      const { open, hub } = await liveHub({
        authorize: () => ({ channels: [], expires: Date.now() + 250 }),
      });
      const peer = await (await open(transport, { query: { cursor: hub.cursor() } })).ended();
      assert.deepEqual(peer.bye, { reason: 'expired', retry: 0 });
    });

    it('takes a subscription into account', async () => {
      const { hub, port, sessions } = await liveHub();
      const peer = LivePeer.start(port, transport, { query: { cursor: hub.cursor() } });
      await until(() => sessions.length === 1);
      sessions[0]!.subscribe('other');
      await hub.channel('other').publish('x');
      assert.deepEqual((await peer.ended()).entries, ['x']);
    });

    it('hands on no more than limits.behind at a time', async () => {
      const { hub, news, open } = await liveHub({}, { limits: { behind: 10_000 } });
      let cursor = hub.cursor();
      for (let i = 0; i < 40; i++) news.publish(`${i} ${'x'.repeat(990)}`);
      const sizes: number[] = [];
      const entries: unknown[] = [];
      while (entries.length < 40) {
        const peer = await (await open(transport, { query: { cursor } })).ended();
        entries.push(...peer.entries);
        sizes.push(peer.text.length);
        cursor = peer.cursor;
      }
      assert.ok(Math.max(...sizes) < 15_000, sizes.join());
      assert.equal(new Set(entries).size, 40);
    });
  });
}

// Helpers

function kinds(peer: LivePeer): string[] {
  return peer.records.map(kindOf);
}

function kindOf({ ready, id, gap, bye }: LiveRecord): string {
  if (ready !== undefined) return 'ready';
  if (id !== undefined) return 'entry';
  if (gap !== undefined) return 'gap';
  return bye === undefined ? 'cursor' : 'bye';
}
