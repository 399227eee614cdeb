import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { ChannelLimitError } from '../../src/channel/limits.ts';
import { LINES, NOBODY, TestLog, takeAll } from '../support/log.ts';

describe('Reader', () => {
  for (const cursor of [undefined, '']) {
    it(`begins at the head with the cursor ${JSON.stringify(cursor)}`, () => {
      const hub = new TestLog();
      hub.publish('a', 1);
      const reader = hub.log.read(['a'], cursor, NOBODY);
      assert.deepEqual([reader.recovery, reader.gaps, reader.take()], ['new', [], undefined]);
      assert.equal(reader.cursor, hub.log.cursor);
    });
  }

  for (const cursor of ['F.1-0', 'nonsense', 'E.1-0\n', `E.${'9'.repeat(16)}-0`]) {
    it(`begins at the head with a gap of everything with ${JSON.stringify(cursor)}`, () => {
      const hub = new TestLog();
      hub.publish('a', 1);
      const reader = hub.log.read(['b', 'a'], cursor, NOBODY);
      assert.deepEqual([reader.recovery, reader.gaps], ['gap', ['a', 'b']]);
      assert.deepEqual([reader.take(), reader.cursor], [undefined, hub.log.cursor]);
      assert.equal(reader.start, hub.log.cursor);
    });
  }

  for (const cursor of ['E.999-0', 'E.1000-0', 'E.1000-1']) {
    it(`knows that it began at ${cursor}, however far it has come since`, () => {
      const hub = new TestLog();
      for (const data of [1, 2]) hub.publish('a', data);
      const reader = hub.log.read(['a'], cursor, NOBODY);
      hub.publish('a', 3);
      assert.equal(reader.cursor, cursor);
      assert.equal(takeAll(reader).at(-1), 3);
      assert.deepEqual([reader.start, reader.cursor], [cursor, hub.log.cursor]);
    });
  }

  it('waits for a cursor above the head, and not for longer than limits.catchUp', () => {
    const hub = new TestLog({ limits: { catchUp: 100 } });
    const follower = hub.follow(['a'], 'E.5000-0');
    hub.publish('a', 1);
    hub.settle();
    assert.deepEqual([follower.reader.isPositioned, follower.told], [false, 0]);
    assert.equal(follower.reader.take(), undefined);
    hub.clock = 99;
    hub.log.expire();
    assert.equal(follower.reader.isPositioned, false);
    hub.clock = 100;
    hub.log.expire();
    hub.settle();
    assert.deepEqual([follower.reader.recovery, follower.reader.gaps], ['gap', ['a']]);
    assert.deepEqual([follower.told, follower.reader.cursor], [1, hub.log.cursor]);
    assert.equal(follower.reader.start, hub.log.cursor);
    hub.publish('a', 2);
    hub.settle();
    assert.deepEqual(follower.taken, [2]);
  });

  it('no longer waits once it is closed', () => {
    const hub = new TestLog();
    const follower = hub.follow(['a'], 'E.5000-0');
    follower.reader.close();
    hub.wallClock = 6_000;
    hub.publish('a', 1);
    hub.settle();
    assert.deepEqual([follower.told, follower.reader.take()], [0, undefined]);
  });

  it('reads a channel that it subscribes to from its own position', () => {
    const hub = new TestLog();
    const reader = hub.log.read(['a'], undefined, NOBODY);
    hub.publish('b', 1);
    hub.publish('a', 2);
    reader.subscribe('b');
    assert.deepEqual(takeAll(reader), [1, 2]);
    reader.unsubscribe('a');
    reader.unsubscribe('never');
    hub.publish('a', 3);
    hub.publish('b', 4);
    assert.deepEqual(takeAll(reader), [4]);
  });

  it('is told of what it lacks of a channel that it subscribes to', () => {
    const hub = new TestLog();
    const follower = hub.follow(['a']);
    hub.publish('b', 1);
    hub.settle();
    follower.reader.subscribe('b');
    follower.reader.subscribe('b');
    hub.settle();
    assert.deepEqual([follower.told, follower.taken], [1, [1]]);
  });

  it('stays as it was when there is no room for another channel', () => {
    const hub = new TestLog({ limits: { channels: 1 } });
    const follower = hub.follow(['a']);
    assert.throws(() => follower.reader.subscribe('b'), ChannelLimitError);
    hub.publish('a', 1);
    hub.settle();
    assert.deepEqual(follower.taken, [1]);
  });

  it('is told of each gap once, as a record in which it has moved by nothing', () => {
    const hub = new TestLog();
    hub.log.channel('a', { history: { entries: 1 } });
    const reader = hub.log.read(['a', 'b'], undefined, NOBODY);
    const { cursor } = reader;
    for (const data of [1, 2]) hub.publish('a', data);
    hub.publish('b', 3);
    hub.settle();
    assert.deepEqual(reader.take(), { kind: 'gap', channels: ['a'], cursor });
    hub.publish('a', 4);
    hub.settle();
    assert.deepEqual(reader.take(), { kind: 'gap', channels: ['a'], cursor });
    assert.deepEqual(takeAll(reader), [3, 4]);
  });

  it('costs nothing in the log, however slow it is', () => {
    const hub = new TestLog({ limits: { behind: 1_000 } });
    hub.log.channel('a', { history: { octets: 10_000 } });
    const reader = hub.log.read(['a'], undefined, NOBODY);
    for (let n = 0; n < 10_000; n++) {
      hub.publish('a', n);
      if (n % 100 === 0) hub.settle();
    }
    hub.settle();
    assert.ok(reader.behind <= 10_000);
    assert.ok(hub.log.channel('a').history().entries.length < 300);
  });

  it('does and hears nothing once it is closed', () => {
    const hub = new TestLog();
    const { reader, taken } = hub.follow(['a']);
    reader.close();
    reader.close();
    reader.subscribe('b');
    reader.unsubscribe('a');
    hub.publish('a', 1);
    hub.settle();
    assert.deepEqual([taken, reader.take(), hub.log.channel('b').readers], [[], undefined, 0]);
  });

  it('is not led by another before it has its place, was told so, and has taken all there is', () => {
    const hub = new TestLog();
    hub.crowd(9);
    let written = 0;
    let told = 0;
    const outlet = { behind: false, share: () => ++written > 0 };
    const reader = hub.log.read(['a'], 'E.1000-0', { readable: () => told++ });
    reader.follow(LINES, outlet);
    hub.publish('a', 1);
    // It has its place by now.
    hub.log.expire();
    reader.follow(LINES, outlet);
    hub.settle();
    assert.deepEqual([told, written], [1, 0]);
    hub.publish('a', 2);
    reader.follow(LINES, outlet);
    hub.settle();
    assert.deepEqual([told, written, takeAll(reader)], [2, 0, [2]]);
    for (let i = 0; i < 2; i++) reader.follow(LINES, outlet);
    hub.publish('a', 3);
    hub.settle();
    assert.deepEqual([told, written, reader.take()], [2, 1, undefined]);
    reader.close();
    reader.follow(LINES, outlet);
    hub.publish('a', 4);
    hub.settle();
    assert.deepEqual([told, written, hub.log.channel('a').readers], [2, 1, 9]);
  });
});
