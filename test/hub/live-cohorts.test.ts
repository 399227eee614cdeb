import assert from 'node:assert/strict';
import { createServer } from 'node:http2';
import { connect } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Hub, HubOptions, LiveTransport, Session } from '../../src/index.ts';
import { Random } from '../faults/random.ts';
import { tlsDoor } from '../support/doors.ts';
import { HANDSHAKE, Http2Peer, listening } from '../support/http2.ts';
import { liveHub } from '../support/live-hub.ts';
import { LiveReader, tellings, type Way } from '../support/live-reader.ts';
import { movableClock } from '../support/movable-clock.ts';
import { until } from '../support/until.ts';

describe('a run of entries', () => {
  it('comes once and in order to all of many readers, whatever they are told by', async (t) => {
    const told = tellings(t);
    const { ways, dial, hub, news } = await openHub();
    // Those that are never written to together come first: the others have company from the start.
    const readers = (await apart(hub, dial)).map((way) => new LiveReader(way));
    for (const reader of readers) await reader.ready();
    readers.push(...[...(await throughTls(hub, t)), ...ways(72)].map((way) => new LiveReader(way)));
    for (const reader of readers) await reader.ready();
    told.clear();
    const random = new Random(7);
    for (let number = 0; number < 300; ) {
      for (let burst = random.below(5); burst >= 0; burst--) {
        news.publish(`${number++} ${random.oneIn(20) ? REPEATED : ''}`);
      }
      if (random.oneIn(3)) await nextTurn();
    }
    const last = news.history().entries.length - 1;
    for (const reader of readers) await reader.reaches(last);
    for (const reader of readers) {
      reader.hasAll(last);
      reader.isInOrder();
    }
    // What is not a socket of ours may take no more for a moment.
    const alone = [...told].filter(({ transport }) => !APART.includes(transport));
    assert.ok(alone.length <= 3, `${alone.length}`);
    for (const reader of readers) reader.leave();
  });

  it('does so while some come and go, and are told what is theirs alone', async (t) => {
    const forward = movableClock(t);
    const told = tellings(t);
    const server = await openHub({
      heartbeat: 0,
      authorize: ({ url }: { url: string }) => ({
        channels: ['news'],
        expires: url.includes('brief') ? Date.now() + 3_000 : undefined,
      }),
    });
    const { hub, news, ways, post } = server;
    const other = hub.channel('other');
    const readers = ways(56).map((way, i) => {
      return new LiveReader(roleOf(i) === 'expires' ? { ...way, query: { brief: '' } } : way);
    });
    for (const reader of readers) await reader.ready();
    const of = (role: Role) => readers.filter((_, i) => roleOf(i) === role);
    const sessionOf = ({ session }: LiveReader): Session<unknown> =>
      server.sessions.find(({ id }) => id === session)!;

    const random = new Random(11);
    const posts: Promise<Response>[] = [];
    let [number, mail] = [0, 0];
    for (let step = 0; step < STEPS; step++) {
      for (let burst = random.below(4); burst >= 0; burst--) {
        if (random.oneIn(2)) {
          for (const reader of of('gets mail')) sessionOf(reader).send(`${mail}`);
          mail++;
        }
        news.publish(`${number++}`);
      }
      if (step === 8) other.publish('too early');
      if (step === 8) for (const reader of of('subscribes')) sessionOf(reader).subscribe('other');
      if (step === 24) for (const reader of of('subscribes')) await reader.reaches(15, 'other');
      if (step === 24)
        for (const reader of of('subscribes')) sessionOf(reader).unsubscribe('other');
      if (step >= 8 && step < 32) other.publish(`${step - 8}`);
      if (step % 10 === 9) for (const reader of of('is cut')) reader.cut();
      for (const reader of of('sends')) {
        const message = { n: step + 1, data: 'x' };
        if (reader.way.transport === 'websocket') reader.send(message);
        else if (step < 5) posts.push(post(reader.session!, [message]));
      }
      if (step === 16) for (const reader of of('is closed')) sessionOf(reader).close();
      if (step === 20) forward(4_000);
      if (random.oneIn(2)) await nextTurn();
    }
    const ended = [...of('is closed'), ...of('expires')];
    const rest = readers.filter((reader) => !ended.includes(reader));
    for (const reader of rest) await reader.reaches(number - 1);
    news.publish(`${number++}`);
    for (const reader of rest) await reader.reaches(number - 1);
    // All but a few are written to together again.
    told.clear();
    news.publish(`${number}`);
    for (const reader of rest) await reader.reaches(number);
    assert.ok(told.size < 8, `${told.size}`);

    for (const reader of rest) reader.hasAll(number);
    for (const reader of of('gets mail')) reader.hasAll(mail - 1, '');
    for (const reader of of('subscribes')) reader.hasAll(15, 'other');
    for (const answer of await Promise.all(posts)) assert.equal(answer.status, 200);
    const messages = server.told.filter((each) => each.startsWith('message'));
    assert.equal(messages.length, 6 * STEPS + 2 * 5);
    hub.close({ drain: 5 });
    for (const reader of readers) {
      await until(() => reader.end !== undefined);
      reader.isInOrder();
      const reason = reader.end === 'cut' ? 'cut' : reader.end?.reason;
      const role = roleOf(readers.indexOf(reader));
      assert.equal(reason, ENDS[role] ?? 'draining', role);
      const numbers = reader.numbersOf('news');
      assert.ok(numbers.every((each, i) => each === i));
    }
  });

  for (const [history, what] of [
    [2 ** 26, 'what they have missed'],
    [1_000_000, 'a gap and what is still held'],
  ] as const) {
    it(`goes on for those that read nothing for a while with ${what}`, async () => {
      const { ways, hub, sessions } = await openHub({ compression: false });
      const news = hub.channel('news', { history: { octets: history } });
      const readers = ways(12).map((way) => new LiveReader(way));
      for (const reader of readers) await reader.ready();
      // The last have company.
      const slow = readers.slice(-4);
      for (const reader of slow) reader.pause();
      const isSlow = ({ id }: Session<unknown>) => slow.some(({ session }) => session === id);
      let number = 0;
      let more = 8;
      for (; more > 0; number++) {
        assert.ok(number < 300);
        if (sessions.filter(isSlow).every(({ behind }) => behind > 500_000)) more--;
        news.publish(`${number} ${NOISE}`);
        for (const reader of readers.slice(0, -4)) await reader.reaches(number);
      }
      for (const reader of slow) reader.resume();
      for (const reader of slow) await reader.reaches(number - 1);
      for (const reader of readers) {
        reader.isInOrder();
        if (history > 2 ** 24 || !slow.includes(reader)) reader.hasAll(number - 1);
        else hasOneGap(reader, number - 1);
      }
      for (const reader of readers) reader.leave();
    });
  }

  it('ends for those that are too slow, where the route says so, and for no other', async () => {
    const limits = { behind: 100_000, closing: 5_000 };
    const { ways, news, sessions } = await openHub(
      { slow: 'close', compression: false },
      { limits },
    );
    const readers = ways(12).map((way) => new LiveReader(way));
    for (const reader of readers) await reader.ready();
    const slow = readers.slice(-4);
    for (const reader of slow) reader.pause();
    let number = 0;
    for (; sessions.filter(({ uses }) => uses === 0).length < slow.length; number++) {
      assert.ok(number < 300);
      news.publish(`${number} ${NOISE}`);
      for (const reader of readers.slice(0, -4)) await reader.reaches(number);
    }
    for (const reader of slow) reader.resume();
    for (const reader of slow) {
      await until(() => reader.end !== undefined);
      assert.equal(reader.end === 'cut' || reader.end?.reason, 'slow');
      assert.equal(reader.code, reader.way.transport === 'websocket' ? 1008 : 0);
      assert.ok(reader.numbersOf('news').every((each, i) => each === i));
    }
    for (const reader of readers.slice(0, -4)) {
      reader.hasAll(number - 1);
      reader.leave();
    }
  });
});

// Helpers

/** Transports whose connections are told one by one. */
const APART: readonly LiveTransport[] = ['stream', 'forever-frame', 'long-poll'];

const STEPS = 40;

const ROLES = [
  'stays',
  'is cut',
  'subscribes',
  'gets mail',
  'sends',
  'is closed',
  'expires',
] as const;

type Role = (typeof ROLES)[number];

/** Each role is played by readers of all ways. */
const roleOf = (index: number): Role => ROLES[Math.floor(index / 4) % ROLES.length]!;

const ENDS: Partial<Record<Role, string>> = { 'is closed': 'closed', expires: 'expired' };

/** What refers back further than a window of 10 bits reaches. */
const REPEATED = new Random(3).octets(2_000).toString('base64').repeat(2);

/** What no window makes much shorter. */
const NOISE = new Random(5).octets(150_000).toString('base64');

/** A hub, and the ways in which its connections are written to together with others. */
async function openHub(route: Parameters<typeof liveHub>[0] = {}, options: HubOptions = {}) {
  const server = await liveHub({ compression: { threshold: 1 }, ...route }, options);
  const dial = () => connect(server.port, '127.0.0.1').on('error', () => {});
  const all: readonly Way[] = [
    { transport: 'event-stream', dial },
    { transport: 'websocket', dial },
    { transport: 'websocket', dial, windowBits: 15 },
    { transport: 'websocket', dial, windowBits: 10 },
  ];
  const ways = (count: number) => Array.from({ length: count }, (_, i) => all[i % all.length]!);
  return { ...server, dial, ways };
}

/** Ways by which connections are told one by one, and WebSockets inside HTTP/2. */
async function apart(hub: Hub, dial: Way['dial']): Promise<readonly Way[]> {
  const host = createServer();
  hub.attach(host);
  const { session } = await Http2Peer.connect(await listening(host));
  const ask = (path: string) =>
    session.request({ ...HANDSHAKE, ':path': path, ':authority': 'localhost' });
  return [
    ...Array.from({ length: 9 }, (_, i) => ({ transport: APART[i % 3]!, dial })),
    ...Array.from({ length: 3 }, () => ({ transport: 'stream', dial }) as const),
    { transport: 'websocket', dial, ask },
  ];
}

async function throughTls(hub: Hub, t: TestContext): Promise<readonly Way[]> {
  const { dial, close } = await tlsDoor(hub);
  t.after(close);
  return [
    { transport: 'event-stream', dial },
    { transport: 'websocket', dial },
  ];
}

/** What came is whole up to a gap, of which it was told, and from there to the end. */
function hasOneGap(reader: LiveReader, last: number): void {
  const numbers = reader.numbersOf('news');
  const first = numbers.findIndex((number, i) => number !== i);
  assert.ok(first > 0, 'nothing is missing');
  for (let i = first; i < numbers.length; i++)
    assert.equal(numbers[i], numbers[first]! + i - first);
  assert.equal(numbers.at(-1), last);
  const entries = reader.records.filter(({ id, gap }) => id !== undefined || gap !== undefined);
  const gaps = entries.flatMap(({ gap }, i) => (gap === undefined ? [] : [i]));
  assert.deepEqual(gaps, [first]);
  assert.deepEqual(entries[first]!.gap, ['news']);
}
