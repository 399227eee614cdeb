import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { connect } from '../../src/client.ts';
import { type LiveHub, liveHub, numbers } from '../browser/live-hub.ts';
import { LivePeer, type LiveRecord, TRANSPORTS } from '../support/live-peer.ts';
import { SharedLog } from '../support/shared-log.ts';
import { PlainReader } from './plain-reader.ts';
import type { Program } from './program.ts';
import { haproxy, missing } from './proxies.ts';

const COUNT = 1_000;
/** After how many messages a reader leaves, and comes back to whichever server is next. */
const STAY = 150;

const EPOCH = 'shared';

const lacking = missing(haproxy);

describe('two hubs behind a proxy that takes turns, over one backplane', () => {
  if (lacking !== undefined) {
    it(`are not tried: ${lacking}`, () => {});
    return;
  }
  let hubs: LiveHub[];
  let proxy: Program;
  let feeding: NodeJS.Timeout[];
  before(async () => {
    let sequence = 0;
    const log = new SharedLog(() => `${EPOCH}.${++sequence}-0`);
    const ends = [log.connection(), log.connection()];
    hubs = await Promise.all(
      ends.map((end) => liveHub({ backplane: Object.assign(end, { epoch: EPOCH }) })),
    );
    // Each hub lags behind, one more than the other.
    feeding = ends.map((end, i) => setInterval(() => end.deliver(60), 5 + 10 * i));
    proxy = await haproxy.start(hubs.map(({ port }) => port));
  });
  after(async () => {
    await proxy?.stop();
    await Promise.all(hubs.map(({ hub }) => hub.close()));
    for (const timer of feeding) clearInterval(timer);
  });

  it('give every reader everything without a gap of a channel, wherever it comes back to', async () => {
    const readers = await Promise.all(
      TRANSPORTS.map((transport) => PlainReader.open(proxy.port, transport, { path: '/live' })),
    );
    const reading = Promise.all(readers.map((reader) => moveAbout(reader)));
    for (let i = 0; i < COUNT; i++) {
      void hubs[i % 2]!.hub.channel('news').publish(i);
      if (i % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await reading;
    for (const reader of readers) {
      assert.deepEqual(reader.entries, numbers(COUNT));
      assert.ok(!reader.gaps.includes('news'));
      reader.leave();
    }
    // Sessions are lost with each change of server, and that is told.
    assert.ok(readers.map(({ records }) => changesOfSession(records)).some((count) => count > 0));
  });

  /** Reads all, and is cut again and again. */
  async function moveAbout(reader: PlainReader): Promise<void> {
    for (let enough = STAY; enough < COUNT; enough += STAY) {
      await reader.read(enough);
      reader.reconnect();
    }
    await reader.read(COUNT);
  }
});

describe('two hubs behind a proxy that takes turns, sharing nothing', () => {
  if (lacking !== undefined) {
    it(`are not tried: ${lacking}`, () => {});
    return;
  }
  let hubs: LiveHub[];
  let proxy: Program;
  before(async () => {
    hubs = [await liveHub(), await liveHub()];
    proxy = await haproxy.start(hubs.map(({ port }) => port));
  });
  after(async () => {
    await proxy?.stop();
    await Promise.all(hubs.map(({ hub }) => hub.close()));
  });

  for (const transport of TRANSPORTS) {
    it(`tell a reader by ${transport} of each gap, and leave out nothing in silence`, async () => {
      const reader = await PlainReader.open(proxy.port, transport, { path: '/live' });
      let number = 0;
      const publishing = setInterval(() => {
        for (const [i, { hub }] of hubs.entries()) {
          void hub.channel('news').publish({ hub: i, number });
        }
        number++;
      }, 1);
      try {
        for (let i = 0; i < 10; i++) {
          await reader.stay();
          reader.reconnect();
        }
        await reader.stay();
      } finally {
        clearInterval(publishing);
      }
      assertNothingMissesInSilence(reader.records);
      // Each time it came to the other server, where its cursor says nothing.
      assert.equal(changesOfSession(reader.records), 10);
      assert.equal(reader.gaps.filter((channel) => channel === 'news').length, 10);
      reader.leave();
    });
  }

  it('refuse a message for a session of the other, and lose none', async () => {
    const peer = await LivePeer.open(proxy.port, 'event-stream', { path: '/live' });
    const { session } = peer.ready;
    const home = hubs.find(({ received }) => received.has(session))!;
    const elsewhere = hubs.find((hub) => hub !== home)!;
    const strangers = elsewhere.received.size;
    let refused = 0;
    for (let n = 1; n <= 20; n++) {
      for (let isTaken = false; !isTaken; ) {
        const answer = await post(session, [{ n, data: n - 1 }]);
        if (answer.status === 409) {
          refused++;
          assert.deepEqual(await answer.json(), { error: 'unknown-session' });
        } else {
          assert.deepEqual([answer.status, await answer.json()], [200, { ack: n }]);
          isTaken = true;
        }
      }
    }
    assert.ok(refused > 0);
    assert.deepEqual(home.received.get(session), numbers(20));
    assert.equal(elsewhere.received.size, strangers);
    peer.leave();
  });

  it('take what a lone client of encke sends, though each second message comes to the wrong one', async () => {
    const connection = connect(`${proxy.url}live`, { transports: ['event-stream'] });
    try {
      for (let i = 1; i <= 5; i++) assert.equal(await connection.send(i), i);
      const home = hubs.find(({ received }) => received.has(connection.session!))!;
      assert.deepEqual(home.received.get(connection.session!), [1, 2, 3, 4, 5]);
    } finally {
      connection.close();
    }
  });

  function post(session: string, messages: unknown): Promise<Response> {
    return fetch(`${proxy.url}live?session=${session}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(messages),
    });
  }
});

// Helpers

interface Published {
  readonly hub: number;
  readonly number: number;
}

/** After an entry comes the next of the same hub, or a gap is told in between. */
function assertNothingMissesInSilence(records: readonly LiveRecord[]): void {
  let last: Published | undefined;
  for (const { ready, gap, id, data } of records) {
    if ((gap ?? ready?.gaps)?.includes('news')) last = undefined;
    if (id === undefined) continue;
    const entry = data as Published;
    if (last !== undefined) assert.deepEqual(entry, { hub: last.hub, number: last.number + 1 });
    last = entry;
  }
}

/** How often another session was begun, each time with a gap of the inbox. */
function changesOfSession(records: readonly LiveRecord[]): number {
  let count = 0;
  let last: string | undefined;
  for (const { ready } of records) {
    if (ready === undefined) continue;
    if (last !== undefined && last !== ready.session) {
      assert.ok(ready.gaps.includes(''));
      count++;
    }
    last = ready.session;
  }
  return count;
}
