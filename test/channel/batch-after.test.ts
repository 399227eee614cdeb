import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Batch } from '../../src/channel/batch.ts';
import type { Reader } from '../../src/channel/reader.ts';
import { NOBODY, TestLog, told } from '../support/log.ts';

describe('batchAfter', () => {
  it('shares what one channel alone has with all who lack the same of it, whatever else they read', () => {
    const hub = new TestLog();
    const readers = [['a'], ['a', 'b']].map((names) => hub.log.read(names, undefined, NOBODY));
    hub.publish('a', 1);
    assert.equal(taken(readers[0]!), taken(readers[1]!));
  });

  it('shares what several channels have among those that read the same channels', () => {
    const hub = new TestLog();
    const names = [
      ['a', 'b'],
      ['b', 'a'],
      ['a', 'b', 'c'],
    ];
    const [one, other, more] = names.map((names) => hub.log.read(names, undefined, NOBODY));
    hub.publish('a', 1);
    hub.publish('b', 2);
    const batch = taken(one!);
    assert.equal(taken(other!), batch);
    const unlike = taken(more!);
    assert.notEqual(unlike, batch);
    assert.deepEqual(told(unlike!), told(batch!));
  });

  it('makes what channels and an inbox have for one reader alone, in the order of the hub', () => {
    const hub = new TestLog();
    const inbox = hub.log.inbox();
    const readers = [0, 1].map(() => hub.log.read(['a'], undefined, NOBODY, inbox));
    hub.publish('a', 1);
    void inbox.append(2);
    hub.publish('a', 3);
    const [one, other] = readers.map(taken);
    assert.notEqual(one, other);
    assert.deepEqual(told(one!), [1, 2, 3]);
    assert.deepEqual(told(other!), [1, 2, 3]);
  });

  it('shares what the inbox alone has among its readers', () => {
    const hub = new TestLog();
    const inbox = hub.log.inbox();
    const readers = ['a', 'b'].map((name) => hub.log.read([name], undefined, NOBODY, inbox));
    void inbox.append(1);
    const [one, other] = readers.map(taken);
    assert.equal(one, other);
    assert.deepEqual(told(one!), [1]);
  });
});

// Helpers

function taken(reader: Reader): Batch {
  const next = reader.take();
  assert.ok(next?.kind === 'entries');
  return next;
}
