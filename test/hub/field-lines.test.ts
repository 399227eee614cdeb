import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { fieldLines } from '../../src/hub/field-lines.ts';

describe('fieldLines', () => {
  it('makes a line of each value of an object', () => {
    const lines = fieldLines({ 'set-cookie': ['a=1', 'b=2'], etag: '"x"' });
    assert.deepEqual(lines, [
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
      ['etag', '"x"'],
    ]);
  });

  it('takes Headers and other pairs', () => {
    assert.deepEqual(fieldLines(new Headers({ etag: '"x"' })), [['etag', '"x"']]);
    assert.deepEqual(fieldLines([['a', '1']]), [['a', '1']]);
  });
});
