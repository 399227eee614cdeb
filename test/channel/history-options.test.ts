import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import {
  DEFAULT_HISTORY,
  type HistoryOptions,
  historyBounds,
  sameBounds,
} from '../../src/channel/history-options.ts';

describe('historyBounds', () => {
  it('fills in what was not given', () => {
    assert.deepEqual(historyBounds({ entries: 5, age: undefined }), {
      ...DEFAULT_HISTORY,
      entries: 5,
    });
    assert.deepEqual(historyBounds({}), DEFAULT_HISTORY);
  });

  for (const [what, given] of [
    ['a number of entries that is 0', { entries: 0 }],
    ['octets without end', { octets: Number.POSITIVE_INFINITY }],
    ['an age that is no number', { age: Number.NaN }],
    ['an age as text', { age: '5' }],
    ['compact that is neither true nor false', { compact: 1 }],
    ['a bound that there is not', { size: 1 }],
    ['what is no object', 5],
    ['nothing', null],
    ['a bound called as what every object has', { toString: 1 }],
  ] as const) {
    it(`throws a RangeError for ${what}`, () => {
      assert.throws(() => historyBounds(given as HistoryOptions), {
        name: 'RangeError',
        message: /history/,
      });
    });
  }
});

describe('sameBounds', () => {
  it('sees every difference', () => {
    assert.equal(sameBounds(DEFAULT_HISTORY, { ...DEFAULT_HISTORY }), true);
    for (const other of [{ entries: 1 }, { octets: 1 }, { age: 1 }, { compact: true }]) {
      assert.equal(sameBounds(DEFAULT_HISTORY, { ...DEFAULT_HISTORY, ...other }), false);
    }
  });
});
