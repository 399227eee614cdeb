import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { ChannelLimitError } from '../../src/channel/index.ts';
import type { Session } from '../../src/index.ts';
import { StreamOutput } from '../../src/node/stream-output.ts';
import { dialThroughStreams } from '../support/doors.ts';
import { duplexPair } from '../support/duplex-pair.ts';
import { liveHub } from '../support/live-hub.ts';
import { type LiveReader, readersBy, tellings } from '../support/live-reader.ts';
import { movableClock } from '../support/movable-clock.ts';
import { dial } from '../support/raw.ts';
import { until } from '../support/until.ts';

type Server = Awaited<ReturnType<typeof liveHub>>;

describe('live connections that are written to together', () => {
  it('tell where they are a heartbeat after they were written to last, and no sooner', async (t) => {
    const forward = movableClock(t);
    const told = tellings(t);
    const server = await liveHub({ heartbeat: 20_000 });
    const { hub, news, port } = server;
    const readers = await readersBy(['event-stream', 'websocket'], 24, () => dial(port));
    await publish(server, readers, '0');
    told.clear();

    forward(15_000);
    await publish(server, readers, '1');
    forward(10_000);
    await publish(server, readers, '2');
    await answer(server, readers);
    assert.ok(told.size <= 7, `${told.size}`);
    forward(19_000);
    await hub.channel('other').publish('not for these');
    forward(1_500);
    await until(() => readers.every(({ cursor }) => cursor === hub.cursor()));
    for (const { records } of readers) {
      assert.equal(records.filter(({ cursor }) => cursor !== undefined).length, 1);
    }
    assert.equal(news.readers, 24);
    for (const reader of readers) reader.leave();
  });

  it('tell it no sooner when all of them had fallen behind', async (t) => {
    const forward = movableClock(t);
    const server = await liveHub({ heartbeat: 20_000 });
    const readers = await readersBy(['event-stream'], 16, () => dialThroughStreams(server.hub));
    await publish(server, readers, '0');
    forward(15_000);
    // More than the streams take at once, which all of them have read when it is over.
    await publish(server, readers, `1 ${'x'.repeat(200_000)}`);
    await nextTurn();
    forward(10_000);
    await publish(server, readers, '2');
    for (const { records } of readers) {
      assert.ok(records.every(({ cursor }) => cursor === undefined));
    }
    for (const reader of readers) reader.leave();
  });

  it('count as readers, lack what they were not written, and leave nothing behind', async (t) => {
    const forward = movableClock(t);
    const server = await liveHub({}, { limits: { channels: 1 } });
    const { hub, news, sessions, port } = server;
    hub.channel('news', { history: { age: 60_000 } });
    const readers = await readersBy(['event-stream', 'websocket'], 70, () => dial(port));
    await publish(server, readers, '0');
    assert.equal(news.readers, 70);
    const published = news.publish('1');
    const { length } = JSON.stringify({ id: hub.cursor(), channel: 'news', data: '1' });
    for (const { behind } of sessions) assert.equal(behind, length);
    await published;
    for (const reader of readers) await reader.reaches(1);
    for (const { behind } of sessions) assert.equal(behind, 0);

    const isFull = (error: unknown) => error instanceof ChannelLimitError;
    await assert.rejects(hub.channel('other').publish('no room'), isFull);
    for (const reader of readers.slice(0, 30)) reader.leave();
    await until(() => news.readers === 40);
    await publish(server, readers.slice(30), '2');
    for (const reader of readers.slice(30)) reader.leave();
    await until(() => news.readers === 0);
    forward(61_000);
    await nextTurn();
    await nextTurn();
    await hub.channel('other').publish('room');
  });

  it('are told each of a gap that all of them have', async () => {
    const server = await liveHub({}, { limits: { behind: 1_000 } });
    const { hub, news, port } = server;
    hub.channel('news', { history: { octets: 2_000 } });
    const readers = await readersBy(['event-stream', 'websocket'], 24, () => dial(port));
    await publish(server, readers, '0');
    for (let number = 1; number < 100; number++) news.publish(`${number}`);
    for (const reader of readers) await reader.reaches(99);
    await publish(server, readers, '100');
    const [first] = readers;
    assert.ok(first!.numbersOf('news').length < 90);
    for (const reader of readers) {
      reader.isInOrder();
      assert.deepEqual(reader.numbersOf('news'), first!.numbersOf('news'));
      const gaps = reader.records.flatMap(({ gap }) => gap ?? []);
      assert.deepEqual(gaps, ['news']);
      reader.leave();
    }
  });

  it('lose nothing when one of them fails, or is gone, as it is written to', async (t) => {
    const server = await liveHub();
    const readers = await readersBy(['event-stream', 'websocket'], 24, () => dial(server.port));
    await publish(server, readers, '0');
    const { share } = StreamOutput.prototype;
    const error = new Error('on purpose');
    let writes = 0;
    t.mock.method(StreamOutput.prototype, 'share', function (this: StreamOutput, octets: Buffer) {
      // The last are in cohorts.
      if (++writes === 20) throw error;
      if (writes === 22) this.destroy();
      return share.call(this, octets);
    });
    server.news.publish('1');
    await until(() => readers.filter(({ end }) => end === 'cut').length === 1);
    await server.news.publish('2');
    await until(
      () => readers.filter((reader) => reader.numbersOf('news').at(-1) === 2).length === 23,
    );
    const complete = readers.filter((reader) => reader.numbersOf('news').length === 3);
    assert.equal(complete.length, 22);
    for (const reader of complete) reader.hasAll(2);
    assert.deepEqual(server.reported, [error]);
    for (const reader of readers) reader.leave();
  });

  const deeds: Readonly<Record<string, (session: Session<unknown>, server: Server) => void>> = {
    'has something sent to each': (session) => session.send('0'),
    'has each subscribe': (session) => session.subscribe('more'),
    'has something published': (session, { news, sessions }) => {
      if (session === sessions[0]) news.publish('2');
    },
    'has some closed': (session, { sessions }) => {
      if (sessions.indexOf(session) % 2 === 1) session.close();
    },
  };
  for (const [what, deed] of Object.entries(deeds)) {
    it(`lose nothing when the client of one ${what} within the write to it`, async () => {
      const server: Server = await liveHub({
        message: () => {
          for (const session of server.sessions) deed(session, server);
        },
      });
      const { hub, news } = server;
      const sides: ReturnType<typeof duplexPair>[] = [];
      const readers = await readersBy(['websocket'], 20, () => {
        const [there, here] = duplexPair();
        sides.push([there, here]);
        hub.accept(there);
        return here;
      });
      await publish(server, readers, '0');
      readers[12]!.onEntry = (data) => {
        if (data === '1') readers[12]!.send({ data: 'now' });
      };
      news.publish('1');
      await readers[12]!.reaches(1);
      const last = news.history().entries.length;
      await publish(server, openOf(server, readers), `${last}`);
      for (const reader of openOf(server, readers)) reader.hasAll(last);
      for (const reader of readers) {
        reader.isInOrder();
        assert.ok(reader.numbersOf('news').every((number, i) => number === i));
      }
      for (const side of sides.flat()) side.destroy();
    });
  }
});

// Helpers

/** The readers whose sessions have not ended. */
function openOf({ sessions }: Server, readers: readonly LiveReader[]): LiveReader[] {
  const open = new Set(sessions.filter(({ hasEnded }) => !hasEnded).map(({ id }) => id));
  return readers.filter(({ session }) => open.has(session!));
}

async function publish({ news }: Server, readers: readonly LiveReader[], data: string) {
  news.publish(data);
  for (const reader of readers) await reader.reaches(Number.parseInt(data, 10));
}

/** Has each WebSocket say something: what it had said before, Pongs too, has come then. */
async function answer({ told }: Server, readers: readonly LiveReader[]): Promise<void> {
  const sockets = readers.filter(({ way }) => way.transport === 'websocket');
  for (const reader of sockets) reader.send({ data: 'here' });
  await until(() => told.filter((each) => each.includes('here')).length === sockets.length);
}
