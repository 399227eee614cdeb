import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { InProcessBackplane } from '../../src/channel/backplane.ts';
import { NOBODY, TestLog, takeAll } from '../support/log.ts';
import { SharedLog } from '../support/shared-log.ts';

describe('InProcessBackplane', () => {
  it('delivers within append, with ids that increase though the clock steps back', async () => {
    let now = 5;
    const backplane = new InProcessBackplane('E', () => now);
    const delivered: unknown[] = [];
    backplane.connect({ deliver: (...entry) => delivered.push(entry), skip: () => assert.fail() });
    const first = backplane.append('a', '1', 'k');
    now = 3;
    const second = backplane.append('a', '2');
    assert.deepEqual(delivered, [
      ['E.5-0', 'a', '1', 'k'],
      ['E.5-1', 'a', '2', undefined],
    ]);
    assert.deepEqual(await Promise.all([first, second]), ['E.5-0', 'E.5-1']);
  });

  it('gives ids before anybody listens', async () => {
    assert.equal(await new InProcessBackplane('E', () => 1).append('a', '1'), 'E.1-0');
  });
});

describe('a backplane that hubs share', () => {
  it('lets a client go from one hub to another, which waits until it is as far', () => {
    const { one, other, deliver } = twoHubs();
    one.publish('a', 1);
    deliver('one');
    const reader = other.log.read(['a'], one.log.cursor, NOBODY);
    assert.equal(reader.isPositioned, false);
    one.publish('a', 2);
    deliver('other');
    other.settle();
    assert.deepEqual([reader.isPositioned, reader.recovery], [true, 'full']);
    assert.deepEqual(takeAll(reader), [2]);
  });

  it('keeps what is private to the hub that has the session, but its place in the order', async () => {
    const { one, other, deliver } = twoHubs();
    const inbox = one.log.inbox();
    const follower = one.follow(['a'], undefined, inbox);
    const stranger = other.follow(['a'], undefined, other.log.inbox());
    other.publish('a', 1);
    const id = inbox.append('private');
    one.publish('a', 2);
    for (const hub of ['one', 'other'] as const) deliver(hub);
    one.settle();
    other.settle();
    assert.deepEqual(follower.taken, [1, 'private', 2]);
    assert.deepEqual(stranger.taken, [1, 2]);
    assert.equal(await id, 'E.2-0');
  });

  it('passes over what it has delivered before', () => {
    const { one, deliver, shared } = twoHubs();
    const follower = one.follow(['a']);
    one.publish('a', 1);
    deliver('one');
    shared.one.feed?.deliver('E.1-0', 'a', '1');
    one.settle();
    assert.deepEqual(follower.taken, [1]);
  });

  it('tells readers of a gap when it skips, and of what was sent and skipped', async () => {
    const { one, shared } = twoHubs();
    const inbox = one.log.inbox();
    const follower = one.follow(['a', 'b'], undefined, inbox);
    const sentBefore = inbox.append('lost, and known before');
    await sentBefore;
    const sentAfter = inbox.append('lost, and known afterwards');
    shared.one.feed?.skip('E.9-0');
    one.settle();
    assert.deepEqual(follower.taken, [{ gap: ['a', 'b', ''] }]);
    assert.equal(one.log.cursor, 'E.9-0');
    await sentAfter;
    assert.equal(one.log.read(['c'], 'E.8-0', NOBODY).recovery, 'gap');
    assert.equal(one.log.read(['c'], 'E.9-0', NOBODY).recovery, 'full');
  });

  it('tells each of those that read together of what it skips, and of its own what was sent', async () => {
    const { one, shared } = twoHubs();
    const inboxes = [one.log.inbox(), one.log.inbox()];
    const crowd = one.crowd(9, { inboxes });
    await inboxes[1]!.append('lost');
    shared.one.feed?.skip('E.9-0');
    one.settle();
    crowd.forEach(({ taken, told, written }, i) => {
      assert.deepEqual(taken, [{ gap: i === 1 ? ['a', ''] : ['a'] }]);
      assert.deepEqual([told, written], [1, []]);
    });
  });

  it('tells one of those that read together what was sent to it and passed over', async () => {
    const { one, shared } = twoHubs();
    const inboxes = [one.log.inbox(), one.log.inbox()];
    const crowd = one.crowd(9, { inboxes });
    const sent = inboxes[1]!.append('lost');
    // What the others are written first is already above what was lost.
    shared.one.feed?.deliver('E.5-0', 'a', '1');
    await sent;
    one.settle();
    crowd.forEach(({ taken }, i) => {
      assert.deepEqual(taken, i === 1 ? [{ gap: [''] }, 1] : [1]);
    });
  });

  it('lets a waiting reader begin when it skips past its cursor', () => {
    const { one, shared } = twoHubs();
    const follower = one.follow(['a'], 'E.4-0');
    shared.one.feed?.skip('E.5-0');
    one.settle();
    assert.deepEqual(
      [follower.told, follower.reader.recovery, follower.reader.gaps],
      [1, 'gap', ['a']],
    );
  });

  it('may deliver what is larger than a hub holds, which is as good as dropped there', () => {
    const log = new SharedLog(() => 'E.1-0');
    const connection = log.connection();
    const hub = new TestLog({ backplane: connection, limits: { history: 100 } });
    log.append('a', `"${'x'.repeat(200)}"`, undefined);
    connection.deliver(1);
    assert.deepEqual(hub.log.channel('a').history('E.0-0'), { entries: [], gap: true });
    assert.equal(hub.log.read(['b'], 'E.0-0', NOBODY).recovery, 'gap');
  });

  it('is told when an id is none of the log', () => {
    const { shared } = twoHubs();
    assert.throws(() => shared.one.feed?.deliver('F.1-0', 'a', '1'), RangeError);
    assert.throws(() => shared.one.feed?.skip('1-0'), RangeError);
  });
});

// Helpers

function twoHubs() {
  let ms = 0;
  const log = new SharedLog(() => `E.${++ms}-0`);
  const shared = { one: log.connection(), other: log.connection() };
  return {
    one: new TestLog({ backplane: shared.one }),
    other: new TestLog({ backplane: shared.other }),
    shared,
    deliver: (hub: 'one' | 'other') => shared[hub].deliver(Number.POSITIVE_INFINITY),
  };
}
