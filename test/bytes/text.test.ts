import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { decodeText, shortenText, textLength, writeText } from '../../src/bytes/text.ts';

describe('decodeText', () => {
  it('reads what was written', () => {
    for (const text of ['', 'ascii', 'é€😀']) {
      const octets = Buffer.alloc(textLength(text));
      writeText(octets, text, 0, octets.length);
      assert.equal(decodeText(octets, 0, octets.length), text);
    }
  });
});

describe('shortenText', () => {
  it('cuts between characters', () => {
    assert.equal(shortenText('a€b', 5), 'a€b');
    assert.equal(shortenText('a€b', 4), 'a€');
    assert.equal(shortenText('a€b', 3), 'a');
  });
});
