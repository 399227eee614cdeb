import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Audience } from '../../src/channel/audience.ts';
import { Cohort } from '../../src/channel/cohort.ts';
import { START } from '../../src/channel/cursor.ts';
import { History } from '../../src/channel/history.ts';
import { DEFAULT_HISTORY } from '../../src/channel/history-options.ts';
import { LINES, storeWithReaders } from '../support/log.ts';
import { RecordLines } from '../support/record-lines.ts';

describe('Audience', () => {
  it('knows the last entry of any of its channels', () => {
    const histories = [3, 7, 5].map((ms) => {
      return new History('a', DEFAULT_HISTORY, { ms, seq: 0 });
    });
    assert.deepEqual(new Audience(histories).last, { ms: 7, seq: 0 });
    assert.deepEqual(new Audience([]).last, START);
  });

  it('is known to its channels until it leaves', () => {
    const history = new History('a', DEFAULT_HISTORY, START);
    const audience = new Audience([history]);
    assert.deepEqual([...history.audiences], [audience]);
    audience.leave();
    assert.equal(history.audiences.size, 0);
  });

  it('counts those that read by themselves, and those that are led', () => {
    const { audience, readers } = storeWithReaders(10);
    const counts = () => [audience.count, audience.alone, audience.followers];
    assert.deepEqual(counts(), [10, 10, 0]);
    for (const reader of readers.slice(0, 6)) reader.follow(LINES, OUTLET);
    assert.deepEqual(counts(), [10, 4, 6]);
    readers[0]!.close();
    readers[9]!.close();
    assert.deepEqual(counts(), [8, 3, 5]);
    readers[1]!.standAlone();
    assert.deepEqual(counts(), [8, 4, 4]);
    for (const reader of readers) reader.close();
    assert.deepEqual(counts(), [0, 0, 0]);
  });

  it('has one cohort open for each format, which takes readers in until it is full or ends', () => {
    const { store, audience } = storeWithReaders(10);
    const [one, other] = [1, 2].map(() => new Cohort(store, audience, LINES)) as [Cohort, Cohort];
    const open = () => audience.openCohort(LINES);
    assert.equal(audience.openCohort(new RecordLines('other')), undefined);
    assert.equal(open(), other);
    audience.gainsRoom(LINES, one);
    audience.fills(LINES, one);
    assert.equal(open(), other);
    audience.fills(LINES, other);
    assert.equal(open(), undefined);
    audience.gainsRoom(LINES, one);
    assert.equal(open(), one);
    audience.ends(LINES, other);
    assert.equal(open(), one);
    audience.ends(LINES, one);
    assert.equal(open(), undefined);
  });
});

// Helpers

const OUTLET = { behind: false, share: () => true };
