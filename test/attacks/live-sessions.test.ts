import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { LivePeer, TRANSPORTS } from '../support/live-peer.ts';
import { Victim } from './attacker.ts';
import { post, receive } from './live.ts';

let common: Victim;
before(async () => {
  common = await Victim.start({ limits: { catchUp: 300 } });
});
after(async () => {
  await common.assertUnharmed();
  common.stop();
});

const MiB = 2 ** 20;

describe('a session that means harm', () => {
  for (const transport of TRANSPORTS) {
    for (const [what, cursor] of [
      ['garbage', 'garbage'],
      ['of another epoch', 'zzzz.1-1'],
      ['in the future', 'own.999999999999999-999999999999999'],
      ['too long', `own.${'9'.repeat(16)}-0`],
      ['of seven thousand digits', `own.${'9'.repeat(7_000)}-0`],
      ['negative', 'own.-1-0'],
      ['a fraction', 'own.1.5-0'],
      ['in hexadecimal', 'own.0x1-0'],
      ['with a line end', 'own.1-1\r\nx: y'],
      ['with NUL', 'own.1-1\0'],
      ['with another behind it', 'own.1-1, own.1-1'],
      ['a member of every object', '__proto__'],
      ['not finished', 'own.1-'],
    ] as const) {
      it(`S7: is told of a gap when its cursor is ${what}, by ${transport}`, async () => {
        const first = await receive(common, 'long-poll', { wait: '0' });
        const [epoch] = first.cursor.split('.');
        const query = { cursor: cursor.replaceAll('own', epoch!) };
        const peer = await receive(common, transport, query);
        assert.equal(peer.ready.recovery, 'gap');
        assert.ok(peer.ready.gaps.includes('news'));
        assert.match(peer.ready.cursor, new RegExp(`^${epoch}\\.\\d+-\\d+$`));
        peer.leave();
      });
    }

    it(`S7: is told of a gap when what it missed was let go, by ${transport}`, async () => {
      const first = await receive(common, 'long-poll', { wait: '0' });
      const { session } = first.ready;
      const many = Array.from({ length: 1_200 }, (_, i) => ({ data: i }));
      await post(common, session, many);
      const peer = await receive(common, transport, { session, cursor: first.cursor });
      assert.equal(peer.ready.recovery, 'gap');
      assert.deepEqual(peer.ready.gaps, ['news']);
      assert.equal(peer.ready.cursor, first.cursor);
      await peer.until(({ data }) => data === 1_199);
      assert.equal(peer.entries.length, 1_000);
      peer.leave();
    });
  }

  // Each on a victim of its own, which is mostly waited for.
  describe('that is abandoned', { concurrency: 3 }, () => {
    for (const transport of TRANSPORTS) {
      it(`S8: is forgotten when it was never used, by ${transport}`, async () => {
        await Victim.attack({ limits: { sessionIdle: 500, sessions: 300 } }, async (victim) => {
          await abandon(victim, transport, 50);
          await victim.stateWhen(({ sessions }) => sessions === 0, 5_000);
          const before = await victim.state();
          await abandon(victim, transport, 1_000);
          const during = await victim.state();
          assert.ok(during.sessions <= 300, `${during.sessions}`);
          const { sessions, opened } = await victim.stateWhen(
            (state) => state.sessions === 0,
            5_000,
          );
          assert.equal(sessions, 0);
          assert.equal(opened, 1_050);
          const { memory } = await victim.stateWhen((state) => state.memory < before.memory + MiB);
          assert.ok(memory - before.memory < 2 * MiB, `${memory - before.memory}`);
        });
      });
    }
  });

  it('S8: does not put out those that are in use', async () => {
    await Victim.attack({ limits: { sessions: 20 } }, async (victim) => {
      const used = await receive(victim, 'stream');
      await abandon(victim, 'long-poll', 100);
      assert.equal(used.state, 'open');
      const query = { session: used.ready.session, cursor: used.cursor, wait: '0' };
      assert.equal((await receive(victim, 'long-poll', query)).ready.recovery, 'full');
      used.leave();
    });
  });

  for (const transport of ['long-poll', 'jsonp'] as const) {
    it(`S9: loses nothing when two of its polls wait at once, by ${transport}`, async () => {
      const first = await receive(common, transport, { wait: '0' });
      const { session } = first.ready;
      const got: unknown[] = [];
      let { cursor } = first;
      let n = 0;
      while (got.length < 20) {
        const asking = { path: '/live', query: { session, cursor } };
        const older = LivePeer.start(common.port, transport, asking);
        const younger = LivePeer.start(common.port, transport, asking);
        if (n % 2 === 0) await sleep(5);
        if (n < 20) await post(common, session, [{ n: ++n, data: { to: 'inbox', n } }]);
        await Promise.all([older.ended(), younger.ended()]);
        const rounds = [older, younger].filter(({ bye }) => bye!.reason === 'round');
        got.push(...rounds[0]!.entries);
        cursor = rounds[0]!.cursor;
      }
      const sent = Array.from({ length: 20 }, (_, i) => ({ to: 'inbox', n: i + 1 }));
      assert.deepEqual(got, sent);
    });
  }

  it('S9: reads again what a poll was answered that nobody took', async () => {
    const first = await receive(common, 'long-poll', { wait: '0' });
    const { session } = first.ready;
    const query = { session, cursor: first.cursor };
    const held = LivePeer.start(common.port, 'long-poll', { path: '/live', query });
    await sleep(50);
    held.leave();
    await post(common, session, [{ n: 1, data: { to: 'inbox' } }]);
    const again = await receive(common, 'long-poll', query);
    assert.deepEqual(again.entries, [{ to: 'inbox' }]);
  });

  it('S9: is delivered on each of two upgrades, and by neither taken from the other', async () => {
    const one = await receive(common, 'websocket');
    const { session } = one.ready;
    const two = await receive(common, 'websocket', { session, cursor: one.cursor });
    assert.equal(two.ready.session, session);
    one.send({ n: 1, data: { to: 'inbox' } });
    await one.until(({ id }) => id !== undefined);
    await two.until(({ id }) => id !== undefined);
    one.leave();
    two.send({ n: 1, data: { to: 'inbox' } });
    await two.until(({ ack }) => ack === 1);
    assert.deepEqual(two.entries, [{ to: 'inbox' }]);
    two.leave();
  });

  for (const transport of TRANSPORTS) {
    it(`S11: does not bring the process down by what its handler throws, by ${transport}`, async () => {
      const victim = await Victim.start({});
      const peer = await receive(victim, transport);
      const answer = await post(victim, peer.ready.session, [{ n: 1, data: { to: 'fault' } }]);
      assert.deepEqual(await answer.json(), { ack: 1 });
      if (transport === 'websocket') {
        peer.send({ n: 2, data: { to: 'fault' } });
        assert.equal((await peer.ended()).code, 1011);
      }
      peer.leave();
      const { faults } = await victim.state();
      assert.ok(faults.length > 0);
      for (const fault of faults) assert.equal(fault, 'Error: a handler throws');
      assert.ok((await receive(victim, transport)).ready);
      victim.stop();
    });

    it(`S11: does not bring the process down by leaving at any moment, by ${transport}`, async () => {
      for (let i = 0; i < 30; i++) {
        const peer = LivePeer.start(common.port, transport, { path: '/live' });
        await sleep(i / 3);
        peer.leave();
      }
    });
  }

  it('H14: is not found more slowly among many that are called by numbers', async () => {
    const before = await common.state();
    const parameters = Array.from({ length: 700 }, (_, i) => `${i * 7_919}=0`).join('&');
    for (let i = 0; i < 300; i++) {
      const url = `http://127.0.0.1:${common.port}/live?session=${i * 7_919}&${parameters}`;
      const answer = await fetch(url, { method: 'DELETE' });
      assert.equal(answer.status, 409);
    }
    const after = await common.state();
    assert.ok(after.worked - before.worked < 3_000, `${after.worked - before.worked} ms`);
  });
});

// Helpers

/** Begins so many sessions, and never comes back to one. */
async function abandon(victim: Victim, transport: LivePeer['transport'], count: number) {
  for (let begun = 0; begun < count; begun += 50) {
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        const peer = await receive(victim, transport, { wait: '0' });
        peer.leave();
        await peer.ended();
      }),
    );
  }
}
