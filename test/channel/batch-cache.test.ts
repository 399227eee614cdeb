import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Batch } from '../../src/channel/batch.ts';
import type { Reader } from '../../src/channel/reader.ts';
import { NOBODY, TestLog, takeAll, told } from '../support/log.ts';

describe('BatchCache', () => {
  it('hands a burst to all readers at one place as one batch, made once', () => {
    const hub = new TestLog();
    const batches = new Set<unknown>();
    let encoded = 0;
    const format = {
      encode: (entries: readonly { record: Uint8Array }[]) => {
        encoded++;
        return Buffer.concat(entries.map(({ record }) => record));
      },
    };
    for (let i = 0; i < 1_000; i++) {
      const reader: Reader = hub.log.read(['a'], undefined, {
        readable: () => {
          const batch = reader.take() as Batch;
          batches.add(batch).add(batch.encoded(format));
          assert.equal(reader.take(), undefined);
        },
      });
    }
    for (let n = 0; n < 16; n++) hub.publish('a', n);
    hub.settle();
    assert.deepEqual([batches.size, encoded], [2, 1]);
  });

  it('shares a batch among readers that came at different times, with nothing in between', () => {
    const hub = new TestLog();
    const early = hub.log.read(['b', 'a'], undefined, NOBODY);
    hub.publish('c', 'for others');
    const late = hub.log.read(['a', 'b', 'a'], undefined, NOBODY);
    for (const channel of ['a', 'b', 'a']) hub.publish(channel, 1);
    assert.equal(early.take(), late.take());
  });

  it('shares what is published to all among readers that read something of their own too', () => {
    const hub = new TestLog();
    const { cursor } = hub.log;
    const readers = ['b', 'c'].map((own) => {
      return hub.log.read(['a', own], cursor, NOBODY, hub.log.inbox());
    });
    hub.publish('a', 1);
    const [one, other] = readers.map((reader) => reader.take());
    assert.equal(one, other);
    hub.publish('a', 2);
    hub.publish('b', 3);
    hub.publish('a', 4);
    assert.deepEqual(
      readers.map((reader) => takeAll(reader)),
      [
        [2, 3, 4],
        [2, 4],
      ],
    );
  });

  it('makes a batch of its own for who asks for fewer octets', () => {
    const hub = new TestLog();
    const readers = [1, 2, 3].map(() => hub.log.read(['a'], undefined, NOBODY));
    for (const data of [1, 2, 3]) hub.publish('a', data);
    const [all, one, again] = [readers[0]!.take(), readers[1]!.take(1), readers[2]!.take()];
    assert.deepEqual([told(all!), told(one!), told(again!)], [[1, 2, 3], [1], [1, 2, 3]]);
    assert.deepEqual(takeAll(readers[1]!, 1), [2, 3]);
  });

  it('shares what follows a batch too, when there is more than one takes at once', () => {
    const hub = new TestLog();
    const readers = [1, 2].map(() => hub.log.read(['a'], undefined, NOBODY));
    for (const data of [1, 2, 3]) hub.publish('a', data);
    const [one, other] = readers.map((reader) => [reader.take(50), reader.take(50)]);
    assert.deepEqual(
      one?.map((batch) => told(batch!)),
      [[1, 2], [3]].slice(0, 2),
    );
    assert.ok(one?.every((batch, i) => batch === other?.[i]));
  });

  it('lets its batches go at the end of the turn', () => {
    const hub = new TestLog();
    const { cursor } = hub.log;
    hub.publish('a', 1);
    hub.settle();
    const [one, two] = [1, 2].map(() => hub.log.read(['a'], cursor, NOBODY)) as [Reader, Reader];
    const batch = one.take();
    assert.equal(hub.isScheduled, true);
    hub.settle();
    assert.notEqual(two.take(), batch);
  });
});
