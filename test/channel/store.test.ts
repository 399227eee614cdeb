import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { NOBODY, TestLog, takeAll } from '../support/log.ts';

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
});
