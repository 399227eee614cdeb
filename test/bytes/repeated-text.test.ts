import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { RepeatedText } from '../../src/bytes/repeated-text.ts';
import { ascii } from '../support/octets.ts';

describe('RepeatedText', () => {
  it('tells texts of one length apart by any octet', () => {
    const text = new RepeatedText();
    const read = ['/ab', '/ab', '/ac', '/bc', '?bc', ''].map((each) =>
      text.read(ascii(each), 0, each.length),
    );
    assert.deepEqual(read, ['/ab', '/ab', '/ac', '/bc', '?bc', '']);
  });

  it('reads a long text as it is', () => {
    const text = new RepeatedText();
    for (const length of [256, 257, 257, 1_000]) {
      assert.equal(text.read(ascii('x'.repeat(1_000)), 0, length), 'x'.repeat(length));
    }
  });

  it('for any octets one after the other: reads each as it is', () => {
    const few = fc.uint8Array({ max: 2, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(fc.oneof(few, fc.uint8Array())), (texts) => {
        const text = new RepeatedText();
        for (const octets of texts) {
          const surrounded = Buffer.concat([ascii('<'), octets, ascii('>')]);
          const expected = Buffer.from(octets).toString('latin1');
          assert.equal(text.read(surrounded, 1, octets.length + 1), expected);
        }
      }),
    );
  });
});
