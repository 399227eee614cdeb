import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { FieldList, NO_FIELDS } from '../../src/http1/fields.ts';

describe('FieldList', () => {
  const fields = new FieldList([
    { name: 'set-cookie', value: 'a' },
    { name: 'x', value: '' },
    { name: 'set-cookie', value: 'b' },
  ]);

  it('joins the lines of one name', () => {
    assert.equal(fields.get('set-cookie'), 'a, b');
    assert.equal(fields.get('x'), '');
    assert.equal(fields.get('y'), undefined);
  });

  it('keeps the lines of one name apart, in order', () => {
    assert.deepEqual(fields.all('set-cookie'), ['a', 'b']);
    assert.deepEqual(fields.all('y'), []);
  });

  it('knows which names it has, and how many lines', () => {
    assert.equal(fields.has('x'), true);
    assert.equal(fields.has('y'), false);
    assert.equal(fields.size, 3);
  });

  it('goes through all lines, in order', () => {
    assert.deepEqual(
      Array.from(fields, ([name, value]) => name + value),
      ['set-cookiea', 'x', 'set-cookieb'],
    );
  });

  it('H10: has no names but those of its lines', () => {
    for (const name of ['__proto__', 'constructor', 'tostring']) {
      assert.equal(fields.get(name), undefined);
      assert.equal(fields.has(name), false);
    }
    const odd = new FieldList([{ name: '__proto__', value: '1' }]);
    assert.equal(odd.get('__proto__'), '1');
  });
});

describe('NO_FIELDS', () => {
  it('has none', () => {
    assert.equal(NO_FIELDS.size, 0);
    assert.deepEqual([...NO_FIELDS], []);
  });
});
