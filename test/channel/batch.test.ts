import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { Batch, entriesAfter } from '../../src/channel/batch.ts';
import { type Position, START } from '../../src/channel/cursor.ts';
import { HeldEntry } from '../../src/channel/entry.ts';
import { History } from '../../src/channel/history.ts';
import { DEFAULT_HISTORY } from '../../src/channel/history-options.ts';

describe('Batch', () => {
  it('encodes its entries once for each format', () => {
    const [history] = historiesOf([1, 2]);
    const batch = new Batch('E', [...history!.after(START)], at(7));
    let times = 0;
    const format = {
      encode(entries: readonly { id: string }[]): Uint8Array {
        times++;
        return Buffer.from(entries.map(({ id }) => id).join());
      },
    };
    const octets = batch.encoded(format);
    assert.equal(octets.toString(), 'E.1-0,E.2-0');
    assert.equal(batch.encoded(format), octets);
    assert.notEqual(batch.encoded({ ...format }), octets);
    assert.equal(times, 2);
    assert.equal(batch.cursor, 'E.7-0');
  });
});

describe('entriesAfter', () => {
  it('puts the entries of several histories in the order of the hub', () => {
    const { entries, isAll } = entriesAfter(historiesOf([1, 4], [2, 3, 6], [5], []), at(1), 1_000);
    assert.deepEqual(
      entries.map(({ ms }) => ms),
      [2, 3, 4, 5, 6],
    );
    assert.equal(isAll, true);
  });

  it('ends once it has as many octets as were asked for, and not before', () => {
    const { entries, isAll } = entriesAfter(historiesOf([1, 2, 3]), START, 11);
    assert.deepEqual([entries.length, isAll], [2, false]);
  });

  it('gives one entry at least', () => {
    assert.equal(entriesAfter(historiesOf([1, 2]), START, 1).entries.length, 1);
  });

  it('for any histories and position: gives all entries after it, in order', () => {
    const anyPlaces = fc.uniqueArray(fc.nat({ max: 60 }), { maxLength: 40 });
    fc.assert(
      fc.property(anyPlaces, fc.nat({ max: 60 }), fc.nat({ max: 8 }), (places, after, count) => {
        places.sort((a, b) => a - b);
        const parts = Array.from({ length: count + 1 }, (_, part) =>
          places.filter((place) => (place * 7) % (count + 1) === part),
        );
        const { entries } = entriesAfter(historiesOf(...parts), at(after), 10_000);
        assert.deepEqual(
          entries.map(({ ms }) => ms),
          places.filter((place) => place > after),
        );
      }),
    );
  });
});

// Helpers

/** Histories with entries of 10 octets each at these places. */
function historiesOf(...parts: readonly (readonly number[])[]): History[] {
  return parts.map((places, i) => {
    const history = new History(`channel ${i}`, DEFAULT_HISTORY, START);
    for (const ms of places) {
      const record = new Uint8Array(10);
      history.append(new HeldEntry(`E.${ms}-0`, at(ms), record, undefined, 0, history));
    }
    return history;
  });
}

function at(ms: number): Position {
  return { ms, seq: 0 };
}
