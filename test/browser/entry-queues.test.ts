import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createEntryQueues } from '../../src/browser/entry-queues.ts';

async function all<T>(iterator: AsyncIterator<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of { [Symbol.asyncIterator]: () => iterator }) values.push(value);
  return values;
}

describe('createEntryQueues', () => {
  it('gives every iteration all that comes once it has begun', async () => {
    const queues = createEntryQueues<number>();
    queues.push(0);
    const one = all(queues.iterate());
    queues.push(1);
    const other = all(queues.iterate());
    queues.push(2);
    await Promise.resolve();
    queues.push(3);
    queues.end(undefined);
    assert.deepEqual(await one, [1, 2, 3]);
    assert.deepEqual(await other, [2, 3]);
  });

  it('answers what was asked for beforehand in that order', async () => {
    const queues = createEntryQueues<number>();
    const iterator = queues.iterate();
    const asked = [iterator.next(), iterator.next(), iterator.next()];
    queues.push(1);
    queues.push(2);
    queues.end(undefined);
    const results = await Promise.all(asked);
    assert.deepEqual(
      results.map(({ value, done }) => (done ? 'end' : value)),
      [1, 2, 'end'],
    );
  });

  it('throws the error that it ended by, once, behind what came before', async () => {
    const queues = createEntryQueues<number>();
    const iterator = queues.iterate();
    queues.push(1);
    queues.end(new Error('refused'));
    assert.deepEqual(await iterator.next(), { value: 1, done: false });
    await assert.rejects(iterator.next(), /refused/);
    assert.deepEqual(await iterator.next(), { value: undefined, done: true });
  });

  it('throws it for an iteration that begins afterwards, too', async () => {
    const queues = createEntryQueues<number>();
    queues.end(new Error('refused'));
    await assert.rejects(queues.iterate().next(), /refused/);
  });

  it('keeps nothing for an iteration that was left', async () => {
    const queues = createEntryQueues<number>();
    const iterator = queues.iterate();
    const waiting = iterator.next();
    await iterator.return!();
    assert.deepEqual(await waiting, { value: undefined, done: true });
    queues.push(1);
    assert.deepEqual(await iterator.next(), { value: undefined, done: true });
  });
});
