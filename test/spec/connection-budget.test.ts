import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { ConnectionBudget } from '../../spec/connection-budget.ts';

describe('ConnectionBudget', () => {
  it('lets one wait until another is closed', async () => {
    const budget = new ConnectionBudget(2, 60_000);
    await budget.acquire();
    await budget.acquire();
    let isOpen = false;
    const third = budget.acquire().then(() => {
      isOpen = true;
    });
    await sleep(5);
    assert.deepEqual([isOpen, budget.open], [false, 2]);
    budget.release();
    await third;
    assert.equal(budget.open, 2);
  });

  it('opens one more when none is closed for long, so that nobody waits for himself', async () => {
    const budget = new ConnectionBudget(1, 10);
    await budget.acquire();
    await budget.acquire();
    assert.equal(budget.open, 2);
  });
});
