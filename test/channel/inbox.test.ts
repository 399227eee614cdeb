import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { NOBODY, TestLog, takeAll } from '../support/log.ts';

describe('Inbox', () => {
  it('hands what was sent to all who read it, and to nobody else', async () => {
    const hub = new TestLog();
    const [mine, yours] = [hub.log.inbox(), hub.log.inbox()];
    const followers = [mine, mine, yours].map((inbox) => hub.follow(['a'], undefined, inbox));
    assert.equal(await mine.append('for me'), 'E.1000-0');
    hub.settle();
    assert.deepEqual(
      followers.map(({ taken }) => taken),
      [['for me'], ['for me'], []],
    );
    const [entry] = takeEntries(hub.log.read([], 'E.0-0', NOBODY, mine));
    assert.deepEqual([entry?.channel, mine.octets], ['', entry?.record.length]);
  });

  for (const isFirst of [true, false]) {
    it(`hands what was sent ${isFirst ? 'before' : 'after'} what others get too in that order`, () => {
      const hub = new TestLog();
      const inboxes = [hub.log.inbox(), hub.log.inbox()];
      const crowd = hub.crowd(9, { inboxes });
      if (isFirst) void inboxes[1]!.append('mail');
      hub.publish('a', 1);
      if (!isFirst) void inboxes[1]!.append('mail');
      hub.turn();
      hub.publish('a', 2);
      hub.turn();
      const [first, second, ...others] = crowd;
      assert.deepEqual(second!.taken, isFirst ? ['mail', 1, 2] : [1, 'mail', 2]);
      // Told of its inbox first, it came before the one that was to lead it again.
      assert.deepEqual([second!.told, second!.written.length], isFirst ? [2, 0] : [1, 1]);
      for (const { taken, told } of [first!, ...others]) {
        assert.deepEqual([taken, told], [[1, 2], 0]);
      }
    });
  }

  it('has all its readers read by themselves when something is sent', () => {
    const hub = new TestLog();
    const inbox = hub.log.inbox();
    const crowd = hub.crowd(9, { inboxes: [inbox, inbox] });
    void inbox.append('mail');
    hub.turn();
    assert.deepEqual(
      crowd.map(({ taken, told }) => [...taken, told]),
      [['mail', 1], ['mail', 1], ...Array.from({ length: 7 }, () => [0])],
    );
  });

  it('loses its oldest entries when it overflows, which is a gap of the channel ""', () => {
    const hub = new TestLog({ limits: { inbox: 100, behind: 60 } });
    const inbox = hub.log.inbox();
    const follower = hub.follow([], undefined, inbox);
    const slow = hub.log.read(['a'], undefined, NOBODY, inbox);
    for (const data of [1, 2, 3]) void inbox.append(data);
    hub.settle();
    assert.deepEqual(follower.taken, [1, 2, 3]);
    assert.deepEqual(takeAll(slow), [{ gap: [''] }, 2, 3]);
    const late = hub.log.read(['a'], 'E.0-1', NOBODY, inbox);
    assert.deepEqual([late.recovery, late.gaps], ['gap', ['']]);
  });

  it('is a gap for a cursor that says nothing, if anything was ever sent', () => {
    const hub = new TestLog();
    const inbox = hub.log.inbox();
    assert.deepEqual(hub.log.read(['a'], 'F.1-0', NOBODY, inbox).gaps, ['a']);
    void inbox.append(1);
    assert.deepEqual(hub.log.read(['a'], 'F.1-0', NOBODY, inbox).gaps, ['a', '']);
  });

  it('throws at once for what JSON has no way to write, and for what is larger than itself', () => {
    const inbox = new TestLog({ limits: { inbox: 100 } }).log.inbox();
    assert.throws(() => inbox.append(undefined), TypeError);
    assert.throws(() => inbox.append('x'.repeat(100)), /limits\.inbox/);
  });

  it('holds nothing before something was sent, and lets readers come and go all the while', () => {
    const hub = new TestLog();
    const inbox = hub.log.inbox();
    assert.equal(inbox.octets, 0);
    hub.log.read([], undefined, NOBODY, inbox).close();
    const follower = hub.follow([], undefined, inbox);
    void inbox.append(1);
    hub.settle();
    hub.log.read([], undefined, NOBODY, inbox).close();
    void inbox.append(2);
    hub.settle();
    assert.deepEqual(follower.taken, [1, 2]);
    hub.log.inbox().close();
  });

  it('holds nothing once it is closed', async () => {
    const hub = new TestLog();
    const inbox = hub.log.inbox();
    void inbox.append(1);
    inbox.close();
    await inbox.append(2);
    assert.deepEqual([inbox.octets, inbox.isClosed], [0, true]);
  });
});

// Helpers

function takeEntries(reader: ReturnType<TestLog['log']['read']>) {
  const batch = reader.take();
  return batch?.kind === 'entries' ? batch.entries : [];
}
