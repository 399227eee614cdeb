import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { describe, it } from 'node:test';
import { runPush, type Scenario } from './push-run.ts';

const SCENARIOS: readonly Scenario[] = ['no restarts', 'log kept', 'log lost'];

describe('runPush', () => {
  for (const scenario of SCENARIOS) {
    it(`finds that every client ends with exactly what it should have: ${scenario}`, async (t) => {
      const seed = randomInt(2 ** 31);
      const size = { messages: 1_500, readers: 40, seconds: 3 };
      t.diagnostic(
        `npm run test:faults -- push --scenario '${scenario}' --messages 1500 --readers 40 --seconds 3 --no-page --seed ${seed}`,
      );
      const run = await runPush({ ...size, scenario, hasPage: false, seed });
      assert.deepEqual(run.faults, []);
      assert.deepEqual([run.published, run.repeated, run.lost], [1_500, 0, 0]);
      assert.ok(run.delivered > 1_500);
      if (scenario !== 'no restarts') assert.ok(run.restarts > 0);
    });
  }
});
