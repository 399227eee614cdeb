import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { FieldList, type Fields, NO_FIELDS } from '../../src/http1/fields.ts';
import { LateFields } from '../../src/hub/late-fields.ts';

describe('LateFields', () => {
  it('has what is known by now', () => {
    let known: Fields = NO_FIELDS;
    const fields = new LateFields(() => known);
    const told = () => [fields.size, fields.get('a'), fields.all('a'), fields.has('a'), ...fields];
    assert.deepEqual(told(), [0, undefined, [], false]);
    known = new FieldList(['1', '2'].map((value) => ({ name: 'a', value })));
    assert.deepEqual(told(), [2, '1, 2', ['1', '2'], true, ['a', '1'], ['a', '2']]);
  });
});
