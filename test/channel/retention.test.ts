import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { START } from '../../src/channel/cursor.ts';
import { HeldEntry } from '../../src/channel/entry.ts';
import { History } from '../../src/channel/history.ts';
import { DEFAULT_HISTORY } from '../../src/channel/history-options.ts';
import { Retention } from '../../src/channel/retention.ts';

describe('Retention', () => {
  it('for any adding and removing: knows the oldest entry, and the octets of all', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat({ max: 20 }))), (steps) => {
        const retention = new Retention();
        const held: HeldEntry[] = [];
        for (const step of steps) {
          if (step === null) {
            held.push(entryOf(held.length));
            retention.add(held.at(-1)!);
          } else {
            const [removed] = held.splice(step, 1);
            if (removed !== undefined) retention.remove(removed);
          }
          assert.equal(retention.oldest, held[0]);
          assert.equal(
            retention.octets,
            held.reduce((sum, { record }) => sum + record.length, 0),
          );
        }
      }),
    );
  });

  it('leaves no way from an entry that is gone to those that are held', () => {
    const retention = new Retention();
    const entries = [entryOf(1), entryOf(2), entryOf(3)] as const;
    for (const entry of entries) retention.add(entry);
    retention.remove(entries[1]);
    assert.deepEqual([entries[1].older, entries[1].newer], [undefined, undefined]);
  });
});

// Helpers

const HISTORY = new History('a', DEFAULT_HISTORY, START);

function entryOf(octets: number): HeldEntry {
  return new HeldEntry('E.1-0', START, new Uint8Array(octets), undefined, 0, HISTORY);
}
