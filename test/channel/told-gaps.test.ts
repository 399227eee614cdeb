import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { History } from '../../src/channel/history.ts';
import { DEFAULT_HISTORY } from '../../src/channel/history-options.ts';
import { ToldGaps } from '../../src/channel/told-gaps.ts';

describe('ToldGaps', () => {
  it('knows of what was missing when it was told, and of nothing that went since', () => {
    const [told, untold] = [historyFrom(3), historyFrom(3)];
    const gaps = new ToldGaps();
    gaps.add([told]);
    assert.deepEqual([gaps.knows(told), gaps.knows(untold)], [true, false]);
    told.raiseFloor(at(4));
    assert.equal(gaps.knows(told), false);
    gaps.add([told]);
    assert.equal(gaps.knows(told), true);
  });

  it('forgets gaps that have been passed, and says when it knows of none', () => {
    const [near, far] = [historyFrom(3), historyFrom(5)];
    const gaps = new ToldGaps();
    gaps.add([near, far]);
    assert.equal(gaps.forget(at(2)), false);
    assert.equal(gaps.knows(near), true);
    assert.equal(gaps.forget(at(3)), false);
    assert.deepEqual([gaps.knows(near), gaps.knows(far)], [false, true]);
    assert.equal(gaps.forget(at(5)), true);
  });

  it('forgets gaps of channels that are not read any more', () => {
    const [kept, left] = [historyFrom(3), historyFrom(3)];
    const gaps = new ToldGaps();
    gaps.add([kept, left]);
    gaps.keepTo([kept]);
    assert.deepEqual([gaps.knows(kept), gaps.knows(left)], [true, false]);
  });
});

// Helpers

function at(ms: number) {
  return { ms, seq: 0 };
}

/** A history of which nothing is held up to there. */
function historyFrom(ms: number): History {
  return new History('a', DEFAULT_HISTORY, at(ms));
}
