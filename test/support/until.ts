import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a condition may take: more than a busy machine, how soon is for the test to say. */
const PATIENCE = 10_000;

/** Waits for a condition that has to come to hold. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  while (!condition() && performance.now() < deadline) await sleep(5);
  assert.ok(condition(), `still not, after ${PATIENCE} ms: ${condition}`);
}
