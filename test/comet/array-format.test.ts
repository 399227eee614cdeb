import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { elementFormat, encodeArray } from '../../src/comet/array-format.ts';
import { anyEntry, recordOf } from '../support/entries.ts';

describe('encodeArray', () => {
  it('holds batches and single records alike, between what stands before and behind', () => {
    const parts = ['{"a":1}', Buffer.from('{"b":2},{"c":3}'), Buffer.alloc(0), '{"d":"é"}'];
    assert.equal(
      Buffer.from(encodeArray(parts, 'f(', ')')).toString(),
      'f([{"a":1},{"b":2},{"c":3},{"d":"é"}])',
    );
  });

  it('is an empty array without records', () => {
    assert.equal(Buffer.from(encodeArray([], '', '')).toString(), '[]');
    assert.equal(Buffer.from(encodeArray([elementFormat.encode([])], '', '')).toString(), '[]');
  });

  it('for any batches: holds their entries in order', () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyEntry())), (batches) => {
        const parts = batches.map((entries) => elementFormat.encode(entries));
        const records = JSON.parse(Buffer.from(encodeArray(parts, '', '')).toString());
        assert.deepEqual(records, batches.flat().map(recordOf));
      }),
    );
  });
});
