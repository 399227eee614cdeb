import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Tally } from '../../examples/transports/page/tally.ts';

describe('Tally', () => {
  it('counts messages that come in order', () => {
    const { latest, received, missing, repeated } = tallyOf(1, 2, 3);
    assert.deepEqual({ latest, received, missing, repeated }, counts(3, 3, 0, 0));
  });

  it('counts those that are missing, from the first on', () => {
    const { latest, received, missing, repeated } = tallyOf(2, 3, 7);
    assert.deepEqual({ latest, received, missing, repeated }, counts(7, 3, 4, 0));
  });

  it('counts those that come again, or late', () => {
    const { latest, received, missing, repeated } = tallyOf(1, 2, 2, 1, 3);
    assert.deepEqual({ latest, received, missing, repeated }, counts(3, 5, 0, 2));
  });

  it('tells the median of the latest delays, none of which is negative', () => {
    const tally = new Tally();
    assert.equal(tally.delay, undefined);
    for (const delay of [10, -5, 3_000]) tally.take({ number: tally.latest + 1, at: 0 }, delay);
    assert.equal(tally.delay, 10);
    for (let i = 0; i < 50; i++) tally.take({ number: tally.latest + 1, at: 0 }, 7);
    assert.equal(tally.delay, 7);
  });
});

// Helpers

function tallyOf(...numbers: readonly number[]): Tally {
  const tally = new Tally();
  for (const number of numbers) tally.take({ number, at: 0 }, 1);
  return tally;
}

function counts(latest: number, received: number, missing: number, repeated: number) {
  return { latest, received, missing, repeated };
}
