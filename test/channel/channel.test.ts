import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Backplane } from '../../src/channel/backplane.ts';
import { ChannelLimitError } from '../../src/channel/limits.ts';
import { NOBODY, TestLog, takeAll } from '../support/log.ts';

const HOSTILE = [
  '__proto__',
  'constructor',
  'a\0b',
  'a\r\ndata: b',
  '</script>',
  '\u2028',
  '\ud800',
];

describe('Channel', () => {
  it('resolves to the id of the entry', async () => {
    const hub = new TestLog();
    const channel = hub.log.channel('news');
    assert.equal(await channel.publish(1), 'E.1000-0');
    hub.wallClock = 500;
    assert.equal(await channel.publish(2), 'E.1000-1');
    assert.equal(hub.log.cursor, 'E.1000-1');
  });

  for (const name of HOSTILE) {
    it(`takes ${JSON.stringify(name)} as a name and as a key like any other`, () => {
      const hub = new TestLog();
      const channel = hub.log.channel(name, { history: { compact: true } });
      const reader = hub.log.read([name, 'other'], undefined, NOBODY);
      for (const data of [1, 2]) void channel.publish(data, { key: name });
      assert.deepEqual(
        channel.history().entries.map(({ data }) => data),
        [2],
      );
      const batch = reader.take();
      assert.ok(batch?.kind === 'entries');
      const text = Buffer.from(batch.entries[0]!.record).toString();
      assert.doesNotMatch(text, /[\0\r\n<\u2028]/);
      assert.equal(JSON.parse(text).channel, name);
      assert.equal(Object.hasOwn(Object.prototype, 'history'), false);
    });
  }

  it('hands out data with a member called __proto__ as it came, and touches no prototype', () => {
    const hub = new TestLog();
    const data = JSON.parse('{"__proto__":{"polluted":true}}');
    void hub.log.channel('a').publish(data);
    const [entry] = hub.log.channel('a').history().entries;
    assert.deepEqual(Object.keys(entry!.data as object), ['__proto__']);
    assert.equal('polluted' in {}, false);
  });

  it('throws at once for what JSON has no way to write, and for what is no key', () => {
    const { log } = new TestLog();
    for (const [data, message] of [
      [undefined, 'JSON has no way to write undefined'],
      [() => {}, 'JSON has no way to write a function'],
    ] as const) {
      assert.throws(() => log.channel('a').publish(data), { name: 'TypeError', message });
    }
    assert.throws(() => log.channel('a').publish(1, { key: 1 as unknown as string }), TypeError);
    assert.equal(log.channel('a').history().entries.length, 0);
  });

  for (const name of ['', 5, undefined]) {
    it(`can't be called ${JSON.stringify(name)}`, () => {
      const { log } = new TestLog();
      assert.throws(() => log.channel(name as string), TypeError);
      assert.throws(() => log.read([name as string], undefined, NOBODY), TypeError);
      const reader = log.read([], undefined, NOBODY);
      assert.throws(() => reader.subscribe(name as string), TypeError);
    });
  }

  it('throws a RangeError for an entry larger than its history, or than that of the hub', () => {
    const hub = new TestLog({ limits: { history: 1_000 } });
    hub.log.channel('a', { history: { octets: 100 } });
    assert.throws(() => hub.log.channel('a').publish('x'.repeat(100)), /history\.octets \(100\)/);
    assert.throws(() => hub.log.channel('b').publish('x'.repeat(1_000)), RangeError);
  });

  it('keeps the bounds it was given once', () => {
    const { log } = new TestLog();
    log.channel('a', { history: { entries: 5 } });
    log.channel('a', { history: { entries: 5 } });
    log.channel('a');
    assert.throws(() => log.channel('a', { history: { entries: 6 } }), RangeError);
  });

  it('takes bounds that come after its first entries', () => {
    const hub = new TestLog();
    for (const data of [1, 2, 3]) hub.publish('a', data);
    const channel = hub.log.channel('a', { history: { entries: 1 } });
    hub.settle();
    assert.deepEqual(
      channel.history().entries.map(({ data }) => data),
      [3],
    );
  });

  it('rejects when there are too many channels, and reports it', async () => {
    const hub = new TestLog({ limits: { channels: 1 } });
    hub.publish('a', 1);
    await assert.rejects(hub.log.channel('b').publish(1), ChannelLimitError);
    assert.ok(hub.reported[0] instanceof ChannelLimitError);
    assert.throws(() => hub.log.read(['a', 'b'], undefined, NOBODY), ChannelLimitError);
    assert.equal(hub.log.channel('a').readers, 0);
  });

  for (const [how, append] of [
    ['rejects', () => Promise.reject(new Error('no backplane'))],
    ['throws', () => assert.fail('no backplane')],
  ] as const) {
    it(`reports it when the backplane ${how}, so that nobody has to handle it`, async () => {
      const backplane: Backplane = { hub: 'h', connect: () => {}, append };
      const hub = new TestLog({ backplane });
      const reader = hub.log.read(['a'], undefined, NOBODY);
      await assert.rejects(hub.log.channel('a').publish(1), /no backplane/);
      await assert.rejects(hub.log.inbox().append(1), /no backplane/);
      assert.equal(hub.reported.length, 2);
      assert.deepEqual(takeAll(reader), []);
    });
  }

  it('gives its history after a cursor, and says whether some of it is gone', () => {
    const hub = new TestLog();
    const channel = hub.log.channel('a', { history: { entries: 2 } });
    const { cursor } = hub.log;
    for (const data of [1, 2, 3]) hub.publish('a', data);
    hub.settle();
    const { entries } = channel.history();
    assert.deepEqual(
      entries.map(({ data }) => data),
      [2, 3],
    );
    assert.deepEqual(channel.history(entries[0]!.id), { entries: [entries[1]], gap: false });
    assert.deepEqual(channel.history(cursor), { entries, gap: true });
    assert.deepEqual(channel.history('F.1-0'), { entries, gap: true });
    assert.deepEqual(channel.history(''), { entries, gap: false });
    assert.deepEqual(hub.log.channel('b').history(cursor), { entries: [], gap: false });
  });

  it('counts its readers, whatever else they read', () => {
    const { log } = new TestLog();
    const readers = [['a'], ['a', 'b'], ['b']].map((names) => log.read(names, undefined, NOBODY));
    assert.equal(log.channel('a').readers, 2);
    for (const reader of readers) reader.close();
    for (const reader of readers) reader.close();
    assert.equal(log.channel('a').readers, 0);
  });
});
