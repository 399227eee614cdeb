import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { LINES, NOBODY, storeWithReaders, TestLog, takeAll } from '../support/log.ts';
import { RecordLines } from '../support/record-lines.ts';

describe('Store', () => {
  it('lets the oldest entries of the hub go first, whatever their channels', () => {
    const hub = new TestLog({ limits: { history: 250 } });
    for (const channel of ['a', 'b', 'a', 'b', 'c']) hub.publish(channel, 'x'.repeat(10));
    const left = ['a', 'b', 'c'].map((name) => hub.log.channel(name).history().entries.length);
    assert.deepEqual(
      left,
      [1, 1, 1].map((n, i) => (i === 1 ? 2 : n)),
    );
  });

  it('lets go at once what is beyond the bound and limits.behind', () => {
    const hub = new TestLog({ limits: { behind: 100 } });
    hub.log.channel('a', { history: { octets: 100 } });
    const slow = hub.log.read(['a'], undefined, NOBODY);
    for (let n = 0; n < 100; n++) hub.publish('a', n);
    assert.ok(slow.behind <= 200);
    assert.equal(slow.take()?.kind, 'gap');
  });

  it('lets go what is too old, once readers have been handed it', () => {
    const hub = new TestLog();
    const channel = hub.log.channel('a', { history: { age: 1_000 } });
    const follower = hub.follow(['a']);
    hub.publish('a', 1);
    hub.clock = 2_000;
    hub.log.expire();
    hub.settle();
    assert.deepEqual([follower.taken, channel.history().entries], [[1], []]);
  });

  it('drops a channel without entries and readers, below whose last id nothing is known', () => {
    const hub = new TestLog();
    hub.log.channel('a', { history: { age: 1 } });
    const { cursor } = hub.log;
    hub.publish('a', 1);
    const { cursor: last } = hub.log;
    hub.publish('b', 2);
    hub.clock = 10;
    hub.log.expire();
    hub.settle();
    const recoveryOf = (names: readonly string[], from: string) =>
      hub.log.read(names, from, NOBODY).recovery;
    assert.equal(recoveryOf(['b'], cursor), 'full');
    assert.equal(recoveryOf(['c'], cursor), 'gap');
    assert.equal(recoveryOf(['a'], cursor), 'gap');
    assert.equal(recoveryOf(['a', 'c'], last), 'full');
  });

  it('knows of no gap in a channel that was held all the time, though another was dropped', () => {
    const hub = new TestLog();
    const { cursor } = hub.log;
    const reader = hub.log.read(['a'], cursor, NOBODY);
    hub.log.read(['b'], undefined, NOBODY).close();
    hub.publish('a', 1);
    assert.deepEqual(takeAll(reader), [1]);
    assert.equal(hub.log.read(['a'], cursor, NOBODY).recovery, 'full');
  });

  it('has room again for as many channels as were dropped', () => {
    const hub = new TestLog({ limits: { channels: 2 } });
    for (let n = 0; n < 10; n++) hub.log.read([`a${n}`, `b${n}`], undefined, NOBODY).close();
    assert.equal(hub.log.read(['a', 'b'], undefined, NOBODY).recovery, 'new');
  });

  it('has no reader lead others where fewer than eight read by themselves', () => {
    const few = storeWithReaders(7);
    assert.equal(few.store.cohortOf(few.audience, LINES), undefined);
    const many = storeWithReaders(8);
    const cohort = many.store.cohortOf(many.audience, LINES);
    assert.notEqual(cohort, undefined);
    assert.equal(many.store.cohortOf(many.audience, LINES), cohort);
    assert.notEqual(many.store.cohortOf(many.audience, new RecordLines('other')), cohort);
  });

  it('has no more than 64 readers led by one', () => {
    const { audience, readers } = storeWithReaders(150);
    for (const reader of readers) reader.follow(LINES, OUTLET);
    assert.deepEqual([audience.followers, audience.alone, audience.readers.size], [150, 0, 3]);
  });

  it('has a full cohort take nobody in, and again one reader when it has lost one', () => {
    const { audience, readers } = storeWithReaders(70);
    for (const reader of readers) reader.follow(LINES, OUTLET);
    assert.deepEqual([audience.followers, audience.alone], [64, 6]);
    readers[3]!.close();
    for (const reader of readers) reader.follow(LINES, OUTLET);
    assert.deepEqual([audience.followers, audience.alone], [64, 5]);
  });

  it('has nobody led by a reader that lacks something', () => {
    const { store, audience, readers } = storeWithReaders(10);
    for (const reader of readers) reader.follow(LINES, OUTLET);
    const cohort = store.cohortOf(audience, LINES)!;
    store.head = { ms: 1, seq: 0 };
    store.append('a', '1', undefined);
    assert.equal(store.cohortOf(audience, LINES), undefined);
    cohort.readable();
    assert.equal(store.cohortOf(audience, LINES), cohort);
  });
});

// Helpers

const OUTLET = { behind: false, share: () => true };
