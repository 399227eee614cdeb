import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { describe, it } from 'node:test';
import { runHostilePeers } from './hostile-run.ts';

describe('runHostilePeers', () => {
  it('finds a server that serves a good peer meanwhile, and keeps nothing of the others', async (t) => {
    const seed = randomInt(2 ** 31);
    t.diagnostic(`npm run test:faults -- --connections 300 --seconds 4 --seed ${seed}`);
    const { faults, exchanges } = await runHostilePeers({ connections: 300, seconds: 4, seed });
    assert.deepEqual(faults, []);
    assert.ok(exchanges > 0);
  });
});
