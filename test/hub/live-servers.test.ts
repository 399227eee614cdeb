import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import type { LiveTransport } from '../../src/index.ts';
import { liveHub } from '../support/live-hub.ts';
import { LivePeer, TRANSPORTS } from '../support/live-peer.ts';
import { SharedLog } from '../support/shared-log.ts';

const COUNT = 60;

describe('two servers without stickiness', () => {
  for (const transport of TRANSPORTS) {
    it(`that share a log miss nothing of a channel, by ${transport}`, async (t) => {
      const { servers, stop } = await sharing();
      t.after(stop);
      const publishing = publish(servers);
      const { entries, gaps } = await readByTurns(servers, transport, servers[0]!.hub.cursor());
      await publishing;
      assert.deepEqual(
        entries,
        Array.from({ length: COUNT }, (_, i) => i),
      );
      assert.deepEqual(
        [...gaps].filter((channel) => channel !== ''),
        [],
      );
    });

    it(`that share nothing say of each gap, by ${transport}`, async () => {
      const servers = [await liveHub(), await liveHub()];
      const first = await servers[0]!.open(transport, { query: { wait: '0' } });
      first.leave();
      const query = { session: first.ready.session, cursor: first.cursor };
      const other = await servers[1]!.open(transport, { query });
      other.leave();
      assert.equal(other.ready.recovery, 'gap');
      assert.deepEqual(other.ready.gaps, ['news', '']);
      assert.notEqual(other.ready.session, first.ready.session);
    });
  }

  it('refuse what is sent to the wrong one, so that it is not lost', async (t) => {
    const { servers, stop } = await sharing();
    t.after(stop);
    const [right, wrong] = servers;
    const peer = await right!.open('stream');
    const { session } = peer.ready;
    const answer = await wrong!.post(session, [{ n: 1, data: 'x' }]);
    assert.equal(answer.status, 409);
    assert.deepEqual(await answer.json(), { error: 'unknown-session' });
    assert.equal((await right!.post(session, [{ n: 1, data: 'x' }])).status, 200);
    assert.deepEqual([right!.told, wrong!.told], [['open', 'message 1 "x"'], []]);
    peer.leave();
  });

  it('deliver what is sent to a session where the session is', async (t) => {
    const { servers, stop } = await sharing();
    t.after(stop);
    const peer = await servers[0]!.open('stream');
    const other = await servers[1]!.open('stream');
    const id = await servers[0]!.sessions[0]!.send('private');
    await servers[0]!.hub.channel('news').publish('public');
    await peer.until(({ data }) => data === 'public');
    await other.until(({ data }) => data === 'public');
    assert.deepEqual(peer.entries, ['private', 'public']);
    assert.equal(peer.records.find((record) => record.data === 'private')!.id, id);
    assert.deepEqual(other.entries, ['public']);
    peer.leave();
    other.leave();
  });
});

// Helpers

type Server = Awaited<ReturnType<typeof liveHub>>;

/** Two servers over one log, which tells one of them earlier than the other. */
async function sharing() {
  let last = 0;
  const log = new SharedLog(() => `shared.1-${++last}`);
  const ends = [log.connection(), log.connection()];
  const [one, other] = ends;
  const servers = await Promise.all(
    ends.map((end) => liveHub({}, { backplane: Object.assign(end, { epoch: 'shared' }) })),
  );
  const timers = [setInterval(() => one!.deliver(7), 5), setInterval(() => other!.deliver(30), 40)];
  return { servers, stop: () => timers.forEach(clearInterval) };
}

async function publish(servers: readonly Server[]): Promise<void> {
  for (let i = 0; i < COUNT; i++) {
    servers[i % 2]!.news.publish(i);
    if (i % 10 === 9) await sleep(20);
  }
}

/** Reads everything with one cursor: each round or connection is the other server's. */
async function readByTurns(
  servers: readonly Server[],
  transport: LiveTransport,
  from: string,
): Promise<{ entries: unknown[]; gaps: Set<string> }> {
  const entries: unknown[] = [];
  const gaps = new Set<string>();
  let cursor = from;
  let session: string | undefined;
  for (let round = 0; entries.length < COUNT; round++) {
    assert.ok(round < 2 * COUNT, `${entries.length} after ${round} rounds`);
    const query = { cursor, ...(session === undefined ? {} : { session }) };
    const { port } = servers[round % 2]!;
    const peer = await LivePeer.open(port, transport, { query: { ...query, wait: '0.5' } });
    if (peer.state === 'open') await sleep(30);
    peer.leave();
    ({ session } = peer.ready);
    for (const gap of peer.ready.gaps) gaps.add(gap);
    for (const record of peer.records) for (const gap of record.gap ?? []) gaps.add(gap);
    entries.push(...peer.entries);
    cursor = peer.cursor;
  }
  return { entries, gaps };
}
