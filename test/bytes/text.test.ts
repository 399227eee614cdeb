import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { readUtf8 } from '../../spec/models/utf8.ts';
import {
  decodeText,
  decodingByTranscoder,
  decodingNatively,
  decodingOf,
  shortenText,
  textLength,
  utf8Writer,
  writeText,
} from '../../src/bytes/text.ts';
import { law } from '../support/law.ts';
import { anySurroundings } from '../support/octets.ts';
import { almostUtf8, anyUtf8 } from '../support/utf8.ts';

/** Every way to decode, chosen by what the running Node has or not. */
const DECODERS = {
  'as chosen': (octets: Uint8Array, start: number, end: number) => decodeText(octets, start, end),
  'by V8': decodingNatively(Buffer.prototype as never),
  'by V8, where Buffer lacks utf8Slice': decodingNatively({}),
  'by transcoding': decodingByTranscoder(Buffer.prototype as never),
  'by transcoding, where Buffer lacks ucs2Slice': decodingByTranscoder({}),
};

describe('decodeText', () => {
  for (const length of [0, 1, 3, 4, 5, 12, 13, 1_000]) {
    it(`reads ${length} octets that are known to be ASCII`, () => {
      const text = 'abcdefghijklm'.repeat(100).slice(0, length);
      assert.equal(decodeText(Buffer.from(`(${text})`), 1, 1 + length, 0x7f), text);
    });
  }

  for (const [name, decode] of Object.entries(DECODERS)) {
    it(`takes U+FFFD and U+FEFF for the characters they are, ${name}`, () => {
      const octets = Buffer.from('\ufeffa\ufffd\ufeff');
      assert.equal(decode(octets, 0, octets.length), '\ufeffa\ufffd\ufeff');
    });

    it(`reads a text of many pieces, whichever characters are cut, ${name}`, () => {
      for (const unit of ['é', '€', '😀']) {
        for (const shift of ['', 'a', 'ab', 'abc']) {
          const text = shift + unit.repeat(20_000);
          const octets = Buffer.from(text);
          assert.equal(decode(octets, 0, octets.length), text);
          octets[39_999] = 0xff;
          assert.equal(decode(octets, 0, octets.length), undefined);
        }
      }
    });

    it(`refuses tails that go on and on, ${name}`, () => {
      assert.equal(decode(Buffer.alloc(40_000, 0x80), 0, 40_000), undefined);
    });

    law(
      'decodeText',
      'model',
      `for any octets: reads what the grammar reads, or nothing, ${name}`,
      fc.property(fc.oneof(anyUtf8(), almostUtf8()), (octets) => {
        assert.equal(decode(octets, 0, octets.length), readUtf8(octets));
      }),
    );

    law(
      'decodeText',
      'rest',
      `for any octets around them: they are not read, ${name}`,
      fc.property(fc.oneof(anyUtf8(), almostUtf8()), anySurroundings(), (octets, surroundings) => {
        const { around, start, end } = surroundings;
        assert.equal(decode(around(octets), start, end(octets)), readUtf8(octets));
      }),
    );
  }

  law(
    'decodeText',
    'round trip',
    'for any text: reads what was written',
    fc.property(
      fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), anyTextOfBounds()),
      (text) => {
        assert.equal(decodeText(written(text), 0, textLength(text)), text);
      },
    ),
  );
});

describe('decodingOf', () => {
  it('asks V8 where it is fast', () => {
    const methods = { utf8Slice: () => 'by V8', ucs2Slice: () => 'by transcoding' };
    assert.equal(
      decodingOf('11.3.244.8-node.41', methods)(Buffer.from('a'), 0, 1),
      'by transcoding',
    );
    assert.equal(decodingOf('13.6.233.17-node.41', methods)(Buffer.from('a'), 0, 1), 'by V8');
  });
});

describe('writeText', () => {
  for (const text of ['', 'short', 'e\u0301é', 'a'.repeat(24), 'a'.repeat(25), 'é'.repeat(25)]) {
    it(`writes ${JSON.stringify(text)} as UTF-8`, () => {
      assert.deepEqual(written(text), Buffer.from(text));
    });
  }

  it('writes U+FFFD for a surrogate without its other half', () => {
    assert.deepEqual(written('a\ud83db'), Buffer.from('a\ufffdb'));
    assert.deepEqual(written('\ude00'.repeat(30)), Buffer.from('\ufffd'.repeat(30)));
  });

  it('writes nowhere else', () => {
    for (const text of ['short', 'a'.repeat(25), 'é'.repeat(25)]) {
      const octets = Buffer.alloc(textLength(text) + 2);
      writeText(octets, text, 1, octets.length - 2);
      assert.deepEqual(octets, Buffer.from(`\0${text}\0`));
    }
  });
});

describe('utf8Writer', () => {
  it('writes the same where Buffer lacks utf8Write', () => {
    const octets = new Uint8Array(7);
    utf8Writer({})(octets, 'é€', 1, 5);
    assert.deepEqual(Buffer.from(octets), Buffer.from('\0é€\0'));
  });
});

describe('shortenText', () => {
  it('cuts between characters', () => {
    assert.equal(shortenText('a€b', 5), 'a€b');
    assert.equal(shortenText('a€b', 4), 'a€');
    assert.equal(shortenText('a€b', 3), 'a');
    assert.equal(shortenText('a😀', 4), 'a');
  });
});

// Helpers

/** The first and the last characters that take so many octets. */
function anyTextOfBounds(): fc.Arbitrary<string> {
  const bounds = ['\0', '\x7f', '\x80', '\u07ff', '\u0800', '\uffff', '\u{10000}', '\u{10ffff}'];
  return fc.string({ unit: fc.constantFrom(...bounds), maxLength: 30 });
}

function written(text: string): Buffer {
  const octets = Buffer.alloc(textLength(text));
  writeText(octets, text, 0, octets.length);
  return octets;
}
