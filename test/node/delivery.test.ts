import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { deliverSoon } from '../../src/node/delivery.ts';

describe('deliverSoon', () => {
  it('makes deliveries when what runs has come to its end, in order', async () => {
    const made: number[] = [];
    for (let i = 0; i < 10; i++) deliverSoon({ deliver: () => made.push(i) });
    assert.deepEqual(made, []);
    await Promise.resolve();
    assert.deepEqual(made, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('makes them earlier when they are many', async () => {
    let made = 0;
    for (let i = 0; i < 1_000; i++) deliverSoon({ deliver: () => made++ });
    assert.ok(made > 900 && made < 1_000, `${made}`);
    await Promise.resolve();
    assert.equal(made, 1_000);
  });

  it('makes those too that come of a delivery', async () => {
    const made: string[] = [];
    deliverSoon({
      deliver: () => {
        made.push('first');
        deliverSoon({ deliver: () => made.push('second') });
      },
    });
    await Promise.resolve();
    await Promise.resolve();
    assert.deepEqual(made, ['first', 'second']);
  });
});
