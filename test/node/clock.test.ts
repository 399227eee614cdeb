import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { dateClock } from '../../src/node/clock.ts';

describe('dateClock', () => {
  it('says the time as an IMF-fixdate', () => {
    assert.equal(dateClock(() => 784_111_777_000)(), 'Sun, 06 Nov 1994 08:49:37 GMT');
  });

  it('makes a new value when the second has changed, and not before', () => {
    let now = 1_000;
    const date = dateClock(() => now);
    const first = date();
    now = 1_999;
    assert.equal(date(), first);
    now = 2_000;
    assert.equal(date(), 'Thu, 01 Jan 1970 00:00:02 GMT');
  });

  it('tells the real time unless told otherwise', () => {
    assert.ok(Math.abs(Date.parse(dateClock()()) - Date.now()) < 2_000);
  });
});
