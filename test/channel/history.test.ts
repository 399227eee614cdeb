import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { type Position, START } from '../../src/channel/cursor.ts';
import { HeldEntry } from '../../src/channel/entry.ts';
import { History } from '../../src/channel/history.ts';
import { DEFAULT_HISTORY, type HistoryBounds } from '../../src/channel/history-options.ts';

const END: Position = { ms: Number.POSITIVE_INFINITY, seq: 0 };

describe('History', () => {
  it('finds what comes after a position', () => {
    const history = historyOf({}, 1, 3, 5);
    assert.equal(history.firstAfter(at(2))?.ms, 3);
    assert.equal(history.firstAfter(at(3))?.ms, 5);
    assert.equal(history.firstAfter(at(5)), undefined);
    assert.deepEqual(placesOf(history, at(2)), [3, 5]);
  });

  it('lets the oldest go that are too many, and says up to where', () => {
    const history = historyOf({ entries: 2 }, 1, 2, 3, 4);
    assert.equal(history.isOverBounds, true);
    history.trim(END, 0);
    assert.deepEqual(placesOf(history), [3, 4]);
    assert.deepEqual(history.floor, at(2));
  });

  it('lets go what is too many only as far as it may', () => {
    const history = historyOf({ entries: 1 }, 1, 2, 3, 4);
    history.trim(at(2), 0);
    assert.deepEqual(placesOf(history), [3, 4]);
  });

  it('lets go what is too large or too old', () => {
    const history = historyOf({ octets: 30 }, 1, 2, 3, 4);
    history.trim(END, 0);
    assert.deepEqual(placesOf(history), [2, 3, 4]);
    history.bounds = { ...DEFAULT_HISTORY, age: 10 };
    history.trim(END, 13);
    assert.deepEqual(placesOf(history), [3, 4]);
  });

  it('lets an entry go without a gap when one with its key comes', () => {
    const history = historyOf({ compact: true }, 1);
    history.append(entryOf(history, 2, 'k'));
    history.append(entryOf(history, 3, 'other'));
    history.append(entryOf(history, 4, 'k'));
    assert.deepEqual(placesOf(history), [1, 3, 4]);
    assert.deepEqual(history.floor, START);
    assert.deepEqual([history.count, history.octets], [3, 30]);
  });

  it('holds no more places than twice its entries, however often a key comes', () => {
    const history = historyOf({ compact: true });
    for (let ms = 1; ms < 1_000; ms++) history.append(entryOf(history, ms, '__proto__'));
    assert.deepEqual(placesOf(history), [999]);
    assert.equal(history.firstAfter(START)?.ms, 999);
  });

  it('knows a key no longer once its entry is gone', () => {
    const history = historyOf({ compact: true, entries: 1 });
    history.append(entryOf(history, 1, 'k'));
    history.append(entryOf(history, 2));
    history.trim(END, 0);
    history.append(entryOf(history, 3, 'k'));
    assert.deepEqual([history.count, history.octets], [2, 20]);
  });

  it('never lowers its floor', () => {
    const history = historyOf({ entries: 1 }, 1, 2);
    history.raiseFloor(at(9));
    history.trim(END, 0);
    assert.deepEqual([history.floor, history.last], [at(9), at(9)]);
  });
});

// Helpers

function historyOf(bounds: Partial<HistoryBounds>, ...places: readonly number[]): History {
  const history = new History('a', { ...DEFAULT_HISTORY, ...bounds }, START);
  for (const ms of places) history.append(entryOf(history, ms));
  return history;
}

/** An entry of 10 octets, which came at the time that its place says. */
function entryOf(history: History, ms: number, key?: string): HeldEntry {
  return new HeldEntry(`E.${ms}-0`, at(ms), new Uint8Array(10), key, ms, history);
}

function at(ms: number): Position {
  return { ms, seq: 0 };
}

function placesOf(history: History, after = START): number[] {
  return Array.from(history.after(after), ({ ms }) => ms);
}
