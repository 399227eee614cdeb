import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { Turns } from '../../src/ws/turns.ts';
import { until } from '../support/until.ts';

describe('Turns', () => {
  it('does at once what has nothing in front of it', () => {
    const turns = new Turns();
    let isDone = false;
    turns.act(() => {
      isDone = true;
    });
    assert.deepEqual([isDone, turns.areTaken], [true, false]);
  });

  it('does one after the other what takes time, and what is behind it', async () => {
    const turns = new Turns();
    const done: string[] = [];
    turns.take(() => sleep(20).then(() => void done.push('slow')));
    turns.act(() => done.push('quick'));
    turns.take(async () => void done.push('last'));
    assert.deepEqual([done, turns.areTaken], [[], true]);
    await until(() => !turns.areTaken);
    assert.deepEqual(done, ['slow', 'quick', 'last']);
  });
});
