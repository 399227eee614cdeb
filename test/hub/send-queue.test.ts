import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { SendQueue } from '../../src/hub/send-queue.ts';

describe('SendQueue', () => {
  it('sends at once when nothing is before, and all else in order', async () => {
    const queue = new SendQueue();
    const sent: string[] = [];
    let finish = () => {};
    queue.add(3, () => {
      sent.push('slow begins');
      return new Promise<void>((resolve) => {
        finish = resolve;
      });
    });
    queue.add(2, () => void sent.push('second'));
    queue.add(1, () => void sent.push('third'));
    await turn();
    assert.deepEqual(sent, ['slow begins']);
    assert.deepEqual([queue.isEmpty, queue.octets], [false, 6]);
    finish();
    await turn();
    assert.deepEqual(sent, ['slow begins', 'second', 'third']);
    assert.deepEqual([queue.isEmpty, queue.octets], [true, 0]);
  });

  it('takes more when it has been empty', () => {
    const queue = new SendQueue();
    let count = 0;
    for (let i = 0; i < 3; i++) queue.add(1, () => void count++);
    assert.deepEqual([count, queue.isEmpty], [3, true]);
  });
});
