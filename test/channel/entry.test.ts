import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { MAX_NUMBER, START } from '../../src/channel/cursor.ts';
import { entryRecord, HeldEntry, positionOf, recordOctets } from '../../src/channel/entry.ts';
import { History } from '../../src/channel/history.ts';
import { DEFAULT_HISTORY } from '../../src/channel/history-options.ts';

const HISTORY = new History('a"<', DEFAULT_HISTORY, START);

describe('HeldEntry', () => {
  it('is called by the name of its channel', () => {
    assert.equal(new HeldEntry('E.1-2', { ms: 1, seq: 2 }, RECORD, 'k', 3, HISTORY).channel, 'a"<');
  });
});

describe('positionOf', () => {
  it('keeps nothing of an entry but its place', () => {
    const entry = new HeldEntry('E.1-2', { ms: 1, seq: 2 }, RECORD, undefined, 3, HISTORY);
    assert.deepEqual(positionOf(entry), { ms: 1, seq: 2 });
  });
});

describe('entryRecord', () => {
  it('writes id, channel and data as one JSON text', () => {
    assert.equal(RECORD.toString(), '{"id":"E.1-2","channel":"a\\"\\u003c","data":{"é":1}}');
  });

  it('has memory of its own, so that it keeps no more alive than itself', () => {
    assert.equal(RECORD.buffer.byteLength, RECORD.length);
  });
});

describe('recordOctets', () => {
  it('counts the octets of the record with the longest id that there is', () => {
    const longest = entryRecord(`E.${MAX_NUMBER}-${MAX_NUMBER}`, HISTORY.label, '{"é":1}');
    assert.equal(recordOctets('E', 'a"<', '{"é":1}'), longest.length);
  });
});

// Helpers

const RECORD = entryRecord('E.1-2', HISTORY.label, '{"é":1}') as Buffer;
