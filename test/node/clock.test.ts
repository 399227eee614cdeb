import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { dateClock } from '../../src/node/clock.ts';

describe('dateClock', () => {
  it('says the time as an IMF-fixdate', () => {
    assert.equal(dateClock({ now: 0 }, () => 784_111_777_999)(), 'Sun, 06 Nov 1994 08:49:37 GMT');
  });

  it('asks for the time again when the clock has ticked, and not before', () => {
    const ticks = { now: 0 };
    let time = 1_000;
    const date = dateClock(ticks, () => time);
    const first = date();
    time = 2_000;
    assert.equal(date(), first);
    ticks.now = 250;
    assert.equal(date(), 'Thu, 01 Jan 1970 00:00:02 GMT');
  });

  it('tells the real time unless told otherwise', () => {
    assert.ok(Math.abs(Date.parse(dateClock({ now: 0 })()) - Date.now()) < 2_000);
  });
});
