import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { trailerSection } from '../../src/hub/trailers.ts';

describe('trailerSection', () => {
  it('has a line for each value', () => {
    const lines = [
      { name: 'Digest', value: 'a' },
      { name: 'X', value: 'b' },
      { name: 'X', value: 'c' },
    ];
    assert.deepEqual(trailerSection({ Digest: 'a', X: ['b', 'c'] })(), lines);
    assert.deepEqual(trailerSection(() => new Map([['Digest', 'a']]))(), lines.slice(0, 1));
  });

  for (const fields of [
    { 'Content-Length': '1' },
    { 'set-cookie': 'a=1' },
    { 'Transfer-Encoding': 'chunked' },
    { ':status': '200' },
    { 'X Y': 'a' },
    { X: 'a\r\nY: b' },
  ] as Record<string, string>[]) {
    it(`refuses ${JSON.stringify(fields)}, at once or when it is told`, () => {
      assert.throws(() => trailerSection(fields), TypeError);
      const later = trailerSection(() => fields);
      assert.throws(later, TypeError);
    });
  }
});
