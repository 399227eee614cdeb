import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EventTasks } from '../../src/node/event-tasks.ts';
import { until } from '../support/until.ts';

describe('EventTasks', () => {
  it('does what it was given in order, each when the microtasks of the one before are done', async () => {
    const tasks = new EventTasks();
    const done: string[] = [];
    for (const name of ['a', 'b']) {
      tasks.queue(async () => {
        done.push(name);
        for (let i = 0; i < 5; i++) await undefined;
        done.push(`${name} dealt with`);
      });
    }
    assert.deepEqual([done, tasks.isEmpty], [[], false]);
    await until(() => done.length === 4);
    assert.deepEqual(done, ['a', 'a dealt with', 'b', 'b dealt with']);
    assert.equal(tasks.isEmpty, true);
  });
});
