import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HISTORY, runStalled, runUnread } from './memory-run.ts';

describe('runStalled', () => {
  it('finds no more in use than the history and 20 MB, though readers stall', async () => {
    const { most, measurements, returns } = await runStalled(4, 5_000);
    assert.ok(measurements > 0);
    assert.ok(most <= HISTORY + 20e6, `${most} octets`);
    assert.equal(returns.length, 4);
  });
});

describe('runUnread', () => {
  it('finds that a peer that never reads costs 16 KiB at most', async () => {
    const octets = await runUnread(1_000, 32);
    assert.ok(octets <= 16_384, `${octets} octets`);
  });
});
