import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { LogLimits } from '../../src/channel/limits.ts';
import { type Companion, TestLog } from '../support/log.ts';
import { RecordLines } from '../support/record-lines.ts';

describe('Cohort', () => {
  it('takes once for all of its readers, and tells none of them', () => {
    const { hub, crowd } = gathered(10);
    for (const data of [1, 2]) hub.publish('a', data);
    hub.settle();
    assertTaken(crowd, [1, 2]);
    for (const { written, told } of crowd) {
      assert.deepEqual([written.length, told], [1, 0]);
      assert.equal(written[0], crowd[0]!.written[0]);
    }
  });

  it('writes to readers of each format in that', () => {
    const hub = new TestLog();
    const crowds = ['x', 'y'].map((mark) => hub.crowd(8, { format: new RecordLines(mark) }));
    hub.publish('a', 1);
    hub.settle();
    assertTaken(crowds.flat(), [1]);
    const marks = crowds.map(([first]) => Buffer.from(first!.written[0]!).toString().slice(0, 4));
    assert.deepEqual(marks, ['["x"', '["y"']);
  });

  it('writes batch after batch of what is large, and to who takes no more none after that', () => {
    const { hub, crowd } = gathered(10, { behind: 100 });
    const slow = crowd[3]!;
    slow.does = () => false;
    for (let n = 0; n < 9; n++) hub.publish('a', n);
    hub.turn();
    assertTaken(crowd, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    assert.ok(crowd[0]!.written.length > 2);
    assert.deepEqual([slow.written.length, slow.told], [1, 1]);
  });

  it('writes nothing to who is behind: that one takes it by itself', () => {
    const { hub, crowd } = gathered(10);
    const slow = crowd[3]!;
    slow.behind = true;
    let { behind } = slow.reader;
    crowd[5]!.does = () => {
      behind = slow.reader.behind;
      return true;
    };
    hub.publish('a', 1);
    hub.turn();
    assert.ok(behind > 0);
    assertTaken(crowd, [1]);
    assert.deepEqual([slow.written, slow.told], [[], 1]);
  });

  it('reports what an outlet throws, once, and lets its reader read by itself', () => {
    const { hub, crowd } = gathered(10);
    const error = new Error('outlet');
    crowd[3]!.does = () => {
      throw error;
    };
    for (const data of [1, 2]) {
      hub.publish('a', data);
      hub.settle();
    }
    assert.deepEqual(hub.reported, [error]);
    assertTaken(crowd, [1, 2]);
    assert.deepEqual([crowd[3]!.told, crowd[3]!.written.length], [1, 1]);
  });

  it('takes in who has all there is, and leaves out who would lack something there', () => {
    const { hub, crowd } = gathered(9);
    const [first] = crowd;
    hub.publish('b', 1);
    assert.notEqual(first!.reader.cursor, hub.log.cursor);
    const [late] = hub.crowd(1);
    assert.equal(first!.reader.cursor, hub.log.cursor);
    hub.publish('a', 2);
    const [later] = hub.crowd(1);
    hub.settle();
    assertTaken([...crowd, late!], [2]);
    assert.deepEqual([late!.told, later!.told, later!.taken], [0, 0, []]);
    later!.follow();
    hub.publish('a', 3);
    hub.settle();
    assert.deepEqual([later!.told, later!.taken], [0, [3]]);
  });

  it('moves to the head with any of its readers that takes', () => {
    const { hub, crowd } = gathered(9);
    hub.publish('b', 1);
    assert.equal(crowd[2]!.reader.take(), undefined);
    for (const { reader } of crowd) assert.equal(reader.cursor, hub.log.cursor);
    hub.publish('a', 2);
    hub.settle();
    assertTaken(crowd, [2]);
  });

  it('lets go a reader that takes before the turn, which is not written the same again', () => {
    const { hub, crowd } = gathered(9);
    hub.publish('a', 1);
    const early = crowd[5]!;
    assert.equal(early.reader.behind > 0, true);
    assert.equal(early.reader.take()?.kind, 'entries');
    hub.settle();
    assert.deepEqual([early.written, early.told, early.reader.behind], [[], 0, 0]);
    assertTaken(
      crowd.filter((other) => other !== early),
      [1],
    );
  });

  for (const [whom, index] of [
    ['one that was written to', 2],
    ['the one that is written to', 4],
    ['one that is still to be written to', 6],
  ] as const) {
    it(`goes on when ${whom} closes`, () => {
      const { hub, crowd } = gathered(9);
      crowd[4]!.does = () => {
        crowd[index]!.reader.close();
        assert.equal(hub.log.channel('a').readers, 8);
        return true;
      };
      hub.publish('a', 1);
      hub.settle();
      hub.publish('a', 2);
      crowd[4]!.does = () => true;
      hub.settle();
      assertTaken(
        crowd.filter((_, i) => i !== index),
        [1, 2],
      );
      assert.deepEqual(crowd[index]!.taken, index === 6 ? [] : [1]);
    });

    it(`repeats and loses nothing when ${whom} turns away and back`, () => {
      const { hub, crowd } = gathered(9);
      crowd[4]!.does = () => {
        crowd[index]!.reader.subscribe('b');
        crowd[index]!.reader.unsubscribe('b');
        crowd[index]!.follow();
        return true;
      };
      hub.publish('a', 1);
      hub.settle();
      crowd[4]!.does = () => true;
      hub.publish('a', 2);
      hub.settle();
      assertTaken(crowd, [1, 2]);
      assert.equal(crowd[index]!.told > 0, index === 6);
    });

    it(`repeats and loses nothing when ${whom} gets mail`, () => {
      const hub = new TestLog();
      const inboxes = Array.from({ length: 9 }, () => hub.log.inbox());
      const crowd = hub.crowd(9, { inboxes });
      crowd[4]!.does = () => {
        crowd[4]!.does = () => true;
        void inboxes[index]!.append('mail');
        return true;
      };
      for (const data of [1, 2]) {
        hub.publish('a', data);
        hub.settle();
      }
      crowd.forEach(({ taken }, i) => {
        assert.deepEqual(taken, i === index ? [1, 'mail', 2] : [1, 2]);
      });
    });
  }

  it('says of each reader where it is itself, while others are written to', () => {
    const { hub, crowd } = gathered(9);
    const before = hub.log.cursor;
    let cursors: string[] = [];
    let behind: boolean[] = [];
    crowd[4]!.does = () => {
      cursors = crowd.map(({ reader }) => reader.cursor);
      behind = crowd.map(({ reader }) => reader.behind > 0);
      return true;
    };
    hub.publish('a', 1);
    hub.settle();
    const { cursor } = hub.log;
    assert.deepEqual(
      cursors,
      crowd.map((_, i) => (i <= 4 ? cursor : before)),
    );
    assert.deepEqual(
      behind,
      crowd.map((_, i) => i > 4),
    );
  });

  it('lets a reader take in the middle of a write what it has not been written yet', () => {
    const { hub, crowd } = gathered(9);
    crowd[4]!.does = () => {
      for (const i of [2, 6]) crowd[i]!.taken.push(crowd[i]!.reader.take()?.kind);
      return true;
    };
    hub.publish('a', 1);
    hub.settle();
    assert.deepEqual(crowd[2]!.taken, [1, undefined]);
    assert.deepEqual([crowd[6]!.taken, crowd[6]!.written], [['entries'], []]);
  });

  it('does not write to who joins meanwhile what that has', () => {
    const { hub, crowd } = gathered(9);
    const late: Companion[] = [];
    crowd[4]!.does = () => {
      if (late.length === 0) late.push(...hub.crowd(2));
      assert.equal(hub.log.channel('a').readers, 11);
      return true;
    };
    for (const data of [1, 2]) {
      hub.publish('a', data);
      hub.settle();
    }
    assertTaken(crowd, [1, 2]);
    assertTaken(late, [2]);
    for (const { told } of late) assert.equal(told, 0);
  });

  it('writes in the same turn what is published while it writes', () => {
    const { hub, crowd } = gathered(9);
    crowd[4]!.does = () => {
      crowd[4]!.does = () => true;
      hub.publish('a', 2);
      return true;
    };
    hub.publish('a', 1);
    hub.turn();
    assertTaken(crowd, [1, 2]);
  });

  it('has each reader told of a gap by itself', () => {
    const { hub, crowd } = gathered(9, { behind: 100 });
    hub.log.channel('a', { history: { octets: 100 } });
    for (let n = 0; n < 100; n++) hub.publish('a', n);
    hub.turn();
    for (const { taken, told, written } of crowd) {
      assert.deepEqual([taken[0], taken.at(-1)], [{ gap: ['a'] }, 99]);
      assert.deepEqual([told, written], [1, []]);
    }
    hub.publish('a', 100);
    hub.turn();
    for (const { taken, told } of crowd) assert.deepEqual([taken.at(-1), told], [100, 1]);
  });

  it('ends with its last reader, and the channel with it', () => {
    const { hub, crowd } = gathered(20, { channels: 1 });
    const channel = hub.log.channel('a');
    crowd.forEach(({ reader }, i) => {
      reader.close();
      assert.equal(channel.readers, 19 - i);
    });
    const others = hub.crowd(8, { channels: ['b'] });
    hub.publish('b', 1);
    hub.settle();
    assertTaken(others, [1]);
  });

  it('ends when its last reader leaves in the middle of a write', () => {
    const { hub, crowd } = gathered(8, { channels: 1 });
    crowd[3]!.does = () => {
      for (const { reader } of crowd) reader.close();
      return true;
    };
    hub.publish('a', 1);
    hub.settle();
    assert.equal(hub.log.channel('a').readers, 0);
    assertTaken(crowd.slice(0, 4), [1]);
    assertTaken(crowd.slice(4), []);
  });

  it('remembers when it was written to last, for each that was', () => {
    const { hub, crowd } = gathered(9);
    const [first, second] = crowd;
    assert.equal(first!.reader.writtenAt, 0);
    hub.clock = 5;
    hub.publish('a', 1);
    hub.settle();
    assert.deepEqual([first!.reader.writtenAt, second!.reader.writtenAt], [5, 5]);
    first!.reader.subscribe('b');
    hub.clock = 7;
    hub.publish('a', 2);
    hub.settle();
    assert.deepEqual([first!.reader.writtenAt, second!.reader.writtenAt], [5, 7]);
  });

  it('leaves a reader that comes to another when it was written to before', () => {
    const { hub, crowd } = gathered(9);
    hub.clock = 5;
    hub.publish('a', 1);
    hub.settle();
    for (const { reader } of crowd) reader.subscribe('b');
    for (const companion of crowd) companion.follow();
    for (const { reader } of crowd) assert.equal(reader.writtenAt, 5);
  });
});

// Helpers

/** So many clients that have what comes written to them. */
function gathered(count: number, limits: Partial<LogLimits> = {}) {
  const hub = new TestLog({ limits });
  return { hub, crowd: hub.crowd(count) };
}

function assertTaken(crowd: readonly Companion[], data: readonly unknown[]): void {
  for (const { taken } of crowd) assert.deepEqual(taken, data);
}
