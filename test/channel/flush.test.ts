import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { NOBODY, TestLog, takeAll } from '../support/log.ts';

describe('Flush', () => {
  it('calls nobody within publish, and asks for one turn', () => {
    const hub = new TestLog();
    const follower = hub.follow(['a']);
    for (const data of [1, 2, 3]) hub.publish('a', data);
    assert.equal(follower.told, 0);
    hub.turn();
    assert.equal(follower.told, 1);
    assert.equal(hub.isScheduled, false);
  });

  it('tells a reader once, of its channels and of its inbox', () => {
    const hub = new TestLog();
    const inbox = hub.log.inbox();
    let told = 0;
    hub.log.read(['a', 'b'], undefined, { readable: () => told++ }, inbox);
    hub.publish('a', 1);
    hub.publish('b', 2);
    void inbox.append(3);
    hub.turn();
    assert.equal(told, 1);
  });

  it('lets others have their turn after 8 ms, and then goes on where it was', () => {
    const hub = new TestLog();
    const told: number[] = [];
    for (let i = 0; i < 10; i++) {
      const readable = () => {
        told.push(i);
        hub.clock += 3;
      };
      hub.log.read(['a'], undefined, { readable });
    }
    hub.publish('a', 1);
    hub.turn();
    assert.deepEqual(told, [0, 1, 2]);
    hub.settle();
    assert.deepEqual(told, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('lets others have their turn between readers that each write to many', () => {
    const hub = new TestLog();
    const crowd = hub.crowd(3 * 64);
    for (const first of [crowd[0]!, crowd[64]!, crowd[128]!]) {
      first.does = () => {
        hub.clock += 5;
        return true;
      };
    }
    hub.publish('a', 1);
    const written = () => crowd.filter((companion) => companion.written.length > 0).length;
    hub.turn();
    assert.equal(written(), 128);
    hub.publish('a', 2);
    hub.turn();
    assert.equal(written(), 192);
    hub.settle();
    for (const { taken, told } of crowd) assert.deepEqual([taken, told], [[1, 2], 0]);
  });

  it('tells those that are marked meanwhile in the next round, after all others', () => {
    const hub = new TestLog();
    const order: string[] = [];
    const reads = (name: string, channel: string, then = () => {}) => {
      const readable = () => {
        order.push(name);
        hub.clock += 5;
        takeAll(reader);
        then();
      };
      const reader = hub.log.read([channel], undefined, { readable });
    };
    let isFirst = true;
    reads('first', 'a', () => {
      if (isFirst) hub.publish('a', 2);
      isFirst = false;
    });
    reads('second', 'a');
    reads('third', 'b');
    hub.publish('a', 1);
    hub.publish('b', 1);
    hub.settle();
    assert.deepEqual(order, ['first', 'second', 'third', 'first']);
  });

  it('does not gap a reader in a later stretch, nor one that is told of what came meanwhile', () => {
    const hub = new TestLog();
    hub.log.channel('a', { history: { entries: 2 } });
    const followers = [1, 2, 3].map(() => {
      const follower = hub.follow(['a']);
      return follower;
    });
    let isFirst = true;
    hub.log.read(['a'], undefined, {
      readable: () => {
        hub.clock += 10;
        for (let n = 5; isFirst && n < 10; n++) hub.publish('a', n);
        isFirst = false;
      },
    });
    followers.push(hub.follow(['a']));
    for (let n = 0; n < 5; n++) hub.publish('a', n);
    hub.settle();
    for (const { taken } of followers) assert.deepEqual(taken, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.equal(hub.log.channel('a').history().entries.length, 2);
  });

  it('reports what a listener throws, and tells the others', () => {
    const hub = new TestLog();
    const error = new Error('listener');
    hub.log.read(['a'], undefined, {
      readable: () => {
        throw error;
      },
    });
    const follower = hub.follow(['a']);
    hub.publish('a', 1);
    hub.settle();
    assert.deepEqual(hub.reported, [error]);
    assert.deepEqual(follower.taken, [1]);
  });

  it('does not tell who has closed, or has taken everything by itself', () => {
    const hub = new TestLog();
    let told = 0;
    const readers = [1, 2].map(() => hub.log.read(['a'], undefined, { readable: () => told++ }));
    hub.log.read(['a'], undefined, NOBODY);
    hub.publish('a', 1);
    takeAll(readers[0]!);
    readers[1]!.close();
    hub.settle();
    assert.equal(told, 0);
  });
});
