import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { type Timed, TimerWheel } from '../../src/node/timer-wheel.ts';
import { until } from '../support/until.ts';

describe('TimerWheel', () => {
  it('asks once the delay is over, and again when the answer says', () => {
    const { wheel, advance } = wheelOfTicks(10);
    const asked: number[] = [];
    const timed = timedBy((now) => {
      asked.push(now);
      return 20;
    });
    wheel.schedule(timed, 30);
    for (let i = 0; i < 7; i++) advance();
    assert.deepEqual(asked, [30, 50, 70]);
    wheel.cancel(timed);
  });

  it('rounds a delay up to the next tick, and one longer than a round down to a round', () => {
    const { wheel, advance } = wheelOfTicks(10);
    const asked: string[] = [];
    const short = timedBy((now) => asked.push(`short ${now}`));
    const long = timedBy((now) => asked.push(`long ${now}`));
    wheel.schedule(short, 1);
    wheel.schedule(long, 1_000_000);
    advance();
    assert.deepEqual(asked, ['short 10']);
    wheel.cancel(short);
    for (let i = 0; i < 254; i++) advance();
    assert.deepEqual(asked, ['short 10', 'long 2550']);
    wheel.cancel(long);
  });

  it('turns only while something waits, and keeps no process alive', async (t) => {
    let looks = 0;
    const wheel = new TimerWheel(1, () => ++looks);
    const kept = timersThatKeep();
    const timed = timedBy(() => 1);
    t.after(() => wheel.cancel(timed));
    wheel.schedule(timed, 1);
    assert.equal(timersThatKeep(), kept);
    const before = looks;
    await until(() => looks > before);
    wheel.cancel(timed);
    const after = looks;
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(looks, after);
  });

  it('asks only by the last arrangement', () => {
    const { wheel, advance } = wheelOfTicks(10);
    let asked = 0;
    const timed = timedBy(() => ++asked);
    wheel.schedule(timed, 10);
    wheel.schedule(timed, 30);
    advance();
    assert.equal(asked, 0);
    wheel.cancel(timed);
    advance();
    advance();
    assert.equal(asked, 0);
  });

  it('does not ask again what cancels itself when asked', () => {
    const { wheel, advance } = wheelOfTicks(10);
    let asked = 0;
    const timed = timedBy(() => {
      asked++;
      wheel.cancel(timed);
      return 10;
    });
    wheel.schedule(timed, 10);
    for (let i = 0; i < 5; i++) advance();
    assert.equal(asked, 1);
  });

  it('turns by itself while something waits, and knows the time', async () => {
    const wheel = new TimerWheel(5);
    const before = wheel.now;
    await new Promise<void>((resolve) => {
      const timed = timedBy(() => {
        wheel.cancel(timed);
        resolve();
        return 0;
      });
      wheel.schedule(timed, 5);
      // The wheel keeps no process alive; this test has to do that itself.
      setTimeout(() => {}, 50);
    });
    assert.ok(wheel.now > before);
  });
});

// Helpers

function timersThatKeep(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
}

function timedBy(expire: (now: number) => number): Timed {
  return { slot: undefined, expire };
}

/** A wheel whose time is moved by hand, faster than its timer could. */
function wheelOfTicks(tick: number) {
  let now = 0;
  const wheel = new TimerWheel(tick, () => now);
  const advance = (): void => {
    now += tick;
    wheel.turn();
  };
  return { wheel, advance };
}
