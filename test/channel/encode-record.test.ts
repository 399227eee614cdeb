import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { literalRecord } from '../../spec/models/channel-log.ts';
import { encodeRecord } from '../../src/channel/encode-record.ts';

describe('encodeRecord', () => {
  it('writes JSON that is safe in a script, in HTML and on one line', () => {
    assert.equal(
      encodeRecord({ html: '</script><!--', line: 'a\r\nb\u2028c\u2029' }),
      '{"html":"\\u003c/script>\\u003c!--","line":"a\\r\\nb\\u2028c\\u2029"}',
    );
  });

  it('writes half a surrogate pair as an escape, so that it has octets', () => {
    assert.equal(encodeRecord('\ud83d'), '"\\ud83d"');
  });

  const circle: { self?: unknown } = {};
  circle.self = circle;
  for (const [what, value] of [
    ['nothing', undefined],
    ['a function', () => {}],
    ['a symbol', Symbol('s')],
    ['a BigInt', 1n],
    ['a circle', circle],
    ['what has a toJSON that throws', { toJSON: () => assert.fail() }],
    ['what has a toJSON that returns nothing', { toJSON: () => undefined }],
  ] as const) {
    it(`throws a TypeError for ${what}`, () => {
      assert.throws(() => encodeRecord(value), TypeError);
    });
  }

  it('for any JSON value: is read back as it was, and holds nothing unsafe', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const text = encodeRecord(value);
        assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
        assert.doesNotMatch(text, /[<\r\n\u2028\u2029]/);
      }),
    );
  });

  it('for any id, channel and data: is the literal record', () => {
    const anyText = fc.string({ unit: fc.constantFrom('<', '\u2028', '\u2029', '\n', '"', 'é') });
    fc.assert(
      fc.property(anyText, anyText, (channel, data) => {
        assert.equal(
          encodeRecord({ id: 'E.1-0', channel, data }),
          literalRecord('E.1-0', channel, data),
        );
      }),
    );
  });
});
