import type { TestContext } from 'node:test';

import { TimerWheel } from '../../src/node/timer-wheel.ts';

/** A clock that can be put forward, with all that waits for it. */
export function movableClock(t: TestContext): (milliseconds: number) => void {
  const now = performance.now.bind(performance);
  let ahead = 0;
  t.mock.method(performance, 'now', () => now() + ahead);
  const schedule = t.mock.method(TimerWheel.prototype, 'schedule');
  return (milliseconds) => {
    ahead += milliseconds;
    const wheels = new Set(schedule.mock.calls.map((call) => call.this as TimerWheel));
    // Once round: nothing is due too late.
    for (const wheel of wheels) for (let i = 0; i < 256; i++) wheel.turn();
  };
}
