import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { NOBODY, TestLog, takeAll } from '../support/log.ts';

describe('Log', () => {
  it('hands a reader what is published after it has begun, once a turn', () => {
    const hub = new TestLog();
    hub.publish('news', 'before');
    const follower = hub.follow(['news']);
    hub.publish('news', 1);
    hub.publish('other', 'for others');
    hub.publish('news', 2);
    assert.deepEqual(follower.taken, []);
    hub.turn();
    assert.deepEqual(follower.taken, [1, 2]);
    assert.equal(follower.told, 1);
  });

  it('hands a client that comes back what it has missed, between the channels in order', () => {
    const hub = new TestLog();
    const { cursor } = hub.log;
    hub.publish('a', 1);
    hub.publish('b', 2);
    hub.publish('a', 3);
    const reader = hub.log.read(['b', 'a'], cursor, NOBODY);
    assert.equal(reader.recovery, 'full');
    assert.equal(reader.cursor, cursor);
    assert.equal(reader.behind > 0, true);
    assert.deepEqual(takeAll(reader), [1, 2, 3]);
    assert.equal(reader.cursor, hub.log.cursor);
    assert.equal(reader.behind, 0);
  });

  it('tells a client of a gap when the log no longer holds what it has missed', () => {
    const hub = new TestLog();
    hub.log.channel('a', { history: { entries: 1 } });
    const { cursor } = hub.log;
    for (const data of [1, 2]) {
      hub.publish('a', data);
      hub.settle();
    }
    hub.publish('b', 3);
    const reader = hub.log.read(['a', 'b'], cursor, NOBODY);
    assert.equal(reader.recovery, 'gap');
    assert.deepEqual(reader.gaps, ['a']);
    assert.deepEqual(takeAll(reader), [2, 3]);
  });

  it('does not gap a reader that keeps up, however large the burst', () => {
    const hub = new TestLog();
    hub.log.channel('a', { history: { entries: 2 } });
    const follower = hub.follow(['a']);
    for (let data = 0; data < 10; data++) hub.publish('a', data);
    hub.settle();
    assert.deepEqual(follower.taken, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.equal(hub.log.channel('a').history().entries.length, 2);
  });

  it('puts what is sent to an inbox between the entries of the channels', () => {
    const hub = new TestLog();
    const inbox = hub.log.inbox();
    const follower = hub.follow(['a'], undefined, inbox);
    hub.publish('a', 1);
    void inbox.append('private');
    hub.publish('a', 2);
    hub.turn();
    assert.deepEqual(follower.taken, [1, 'private', 2]);
  });

  it('throws a RangeError for an epoch that no cursor could name', () => {
    for (const epoch of ['', 'a.b', 'x'.repeat(65)]) {
      assert.throws(() => new TestLog({ epoch }), RangeError);
    }
  });
});
