import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';

import { inflate } from '../../spec/models/deflate.ts';
import { DeflateWindow } from '../../src/deflate/deflate-window.ts';
import { InflateWindow } from '../../src/deflate/inflate-window.ts';
import { Inflater } from '../../src/deflate/inflater.ts';
import {
  almostStream,
  anyContent,
  anyStream,
  anyWindowBits,
  anyZlibStreamOf,
  CODES,
  deflated,
  inflated,
  windowWith,
} from '../support/deflate.ts';
import { law } from '../support/law.ts';
import { anySplitOf, anySurroundings } from '../support/octets.ts';

describe('Inflater', () => {
  for (const [what, hex, content] of [
    ['a block with the fixed codes', 'f248cdc9c907000000ffff', 'Hello'],
    ['two blocks, with an empty one between them', 'f248050000 00ffffcac9c907000000ffff', 'Hello'],
    ['a stored block', '000500faff48656c6c6f000000ffff', 'Hello'],
    ['a block that says it is the last, and one behind it', 'f348cdc9c90700000000ffff', 'Hello'],
    ['an empty block', '000000ffff', ''],
    ['nothing', '', ''],
  ] as const) {
    it(`inflates ${what}`, () => {
      const octets = Buffer.from(hex.replaceAll(' ', ''), 'hex');
      assert.equal(String(inflated([octets], new InflateWindow(15))), content);
    });
  }

  it('refers to the messages before, as RFC 7692 §7.2.3.2 shows', () => {
    const window = new InflateWindow(8);
    const messages = ['f248cdc9c907000000ffff', 'f2001100000000ffff'];
    for (const hex of messages) {
      assert.equal(String(inflated([Buffer.from(hex, 'hex')], window)), 'Hello');
    }
    window.forget();
    assert.equal(inflated([Buffer.from(messages[1]!, 'hex')], window), 'DEFLATE_DISTANCE');
  });

  for (const [fault, hex] of [
    ['DEFLATE_BLOCK_TYPE', '07'],
    ['DEFLATE_STORED_LENGTH', '000500fbff'],
    ['DEFLATE_SYMBOL_COUNT', 'fd0f00'],
    ['DEFLATE_CODE_LENGTHS', '050000'],
    ['DEFLATE_DISTANCE', '0202'],
    ['DEFLATE_SYMBOL', '1b03'],
    ['DEFLATE_REPEAT', '04000224'],
    ['DEFLATE_REPEAT', '040080e4ffffff'],
  ] as const) {
    it(`fails with ${fault} for ${hex}`, () => {
      assert.equal(
        inflated([Buffer.from(`${hex}0000000000`, 'hex')], new InflateWindow(15)),
        fault,
      );
    });
  }

  it('says where the standard speaks of what is wrong', () => {
    const inflater = new Inflater();
    inflater.begin(new InflateWindow(15), 10);
    assert.throws(() => inflater.write(Buffer.of(7)), {
      name: 'DeflateError',
      code: 'DEFLATE_BLOCK_TYPE',
      section: 'RFC 1951 §3.2.3',
    });
  });

  it('inflates as much as the limit, and no octet more', () => {
    for (const content of [Buffer.alloc(100_000, 'ab'), Buffer.alloc(100_000)]) {
      for (const level of [0, 1]) {
        const stream = deflateRawSync(content, { level });
        const window = new InflateWindow(15);
        assert.deepEqual(inflated([stream], window, content.length), content);
        assert.equal(inflated([stream], window, content.length - 1), 'DEFLATE_LIMIT');
        assert.equal(inflated([stream], window, 10), 'DEFLATE_LIMIT');
      }
    }
    const literals = deflateRawSync(Buffer.from('abcdef'));
    assert.equal(inflated([literals], new InflateWindow(15), 5), 'DEFLATE_LIMIT');
    assert.equal(String(inflated([literals], new InflateWindow(15), 6)), 'abcdef');
  });

  it('keeps no memory of a large message once it is released', () => {
    const inflater = new Inflater();
    const window = new InflateWindow(8);
    inflater.begin(window, 2 ** 24);
    inflater.write(deflateRawSync(Buffer.alloc(2 ** 20)));
    inflater.end();
    assert.equal(inflater.length, 2 ** 20);
    inflater.release();
    assert.equal(inflater.octets.length, 65_536);
    assert.equal(inflater.length, 0);
    inflater.begin(window, 10);
    inflater.write(deflateRawSync('the next'));
    inflater.end();
    assert.equal(inflater.length, 8);
  });

  it('tells whether the message is ASCII, wherever its octets come from', () => {
    const all = (content: string, options: object, before = '') => {
      const inflater = new Inflater();
      const dictionary = Buffer.from(before);
      inflater.begin(windowWith(dictionary), 1_000);
      inflater.write(deflateRawSync(content, dictionary.length > 0 ? { dictionary } : options));
      inflater.end();
      return inflater.all;
    };
    for (const level of [0, 9]) {
      assert.ok(all('plain text', { level }) < 0x80);
      assert.ok(all('not \u00e9', { level }) >= 0x80);
    }
    assert.ok(all('what was before', {}, 'what was before') < 0x80);
    assert.ok(all('wh\u00e9t was before', {}, 'wh\u00e9t was before') >= 0x80);
  });

  it('takes any octets in a time that they bound', () => {
    // Blocks that hold nothing but codes of their own: the most work an octet can make.
    const codes = deflateRawSync(Buffer.from('abcdefghijklmnopqrstuvwxyz'.repeat(20)), {
      strategy: constants.Z_HUFFMAN_ONLY,
      finishFlush: constants.Z_SYNC_FLUSH,
    });
    const random = Buffer.from(
      fc.sample(fc.uint8Array({ minLength: 999 }), { numRuns: 1, seed: 1 })[0]!,
    );
    for (const octets of [codes, random, Buffer.alloc(1_000), Buffer.alloc(1_000, 0xff)]) {
      const many = Buffer.concat(Array.from({ length: 2 ** 20 / octets.length }, () => octets));
      const begun = performance.now();
      inflated([many], new InflateWindow(15), 2 ** 24);
      assert.ok(performance.now() - begun < 2_000);
    }
  });

  law(
    'Inflater',
    'model',
    'for any octets, window, limit and what came before: inflates what the model does, or fails alike',
    fc.property(
      almostStream(),
      anyContent(),
      anyWindowBits(),
      fc.constantFrom(20, 300, 2 ** 20),
      (octets, before, bits, limit) => {
        const { content, outcome } = inflate(octets, [...before], 2 ** bits, limit);
        const expected = outcome === 'complete' ? Buffer.from(content) : outcome;
        const found = inflated([octets], windowWith(before, bits), limit);
        assert.deepEqual(
          found,
          typeof expected === 'string' && expected !== 'more' ? CODES[expected] : expected,
        );
      },
    ),
  );

  law(
    'Inflater',
    'split',
    'for any octets and any split of them: has the same outcome, and refers to the same',
    fc.property(
      almostStream().chain((octets) => fc.tuple(fc.constant(octets), anySplitOf(octets))),
      anyContent(),
      anyWindowBits(),
      ([octets, pieces], before, bits) => {
        const [one, other] = [windowWith(before, bits), windowWith(before, bits)];
        assert.deepEqual(inflated(pieces, one), inflated([octets], other));
        const next = deflateRawSync(before, {
          dictionary: before.length > 0 ? before : Buffer.of(0),
        });
        assert.deepEqual(inflated([next], one), inflated([next], other));
      },
    ),
  );

  law(
    'Inflater',
    'round trip',
    'for any content, whatever level, strategy and memory zlib has: inflates what zlib deflated',
    fc.property(
      anyContent().chain((content) => fc.tuple(fc.constant(content), anyZlibStreamOf(content))),
      ([content, stream]) => {
        assert.deepEqual(inflated([stream], new InflateWindow(15)), content);
      },
    ),
  );

  law(
    'Inflater',
    'round trip',
    'for any messages of one connection and any window: inflates what was deflated',
    fc.property(fc.array(anyContent(), { maxLength: 6 }), anyWindowBits(), (messages, bits) => {
      const [here, there] = [new DeflateWindow(bits), new InflateWindow(bits)];
      for (const message of messages) {
        assert.deepEqual(inflated([deflated([message], here)], there), message);
      }
    }),
  );

  law(
    'Inflater',
    'prefix',
    'for any proper prefix of a block: asks for more',
    fc.property(
      anyContent().chain((content) => anyZlibStreamOf(content.subarray(0, 100))),
      fc.nat(),
      (stream, cut) => {
        const prefix = stream.subarray(0, 1 + (cut % (stream.length - 1)));
        assert.equal(inflated([prefix], new InflateWindow(15)), 'more');
      },
    ),
  );

  law(
    'Inflater',
    'rest',
    'for any octets around a stream: looks at none of them, and changes none',
    fc.property(anyStream(), anySurroundings(), anyContent(), (stream, surroundings, before) => {
      const inflater = new Inflater();
      const octets = surroundings.around(stream);
      const original = Buffer.from(octets);
      const alone = inflated([stream], windowWith(before));
      inflater.begin(windowWith(before), 2 ** 20);
      try {
        inflater.write(octets, surroundings.start, surroundings.end(stream));
        inflater.end();
        assert.deepEqual(Buffer.from(inflater.octets.subarray(0, inflater.length)), alone);
      } catch (error) {
        const { code } = error as { code: string };
        assert.equal(code === 'DEFLATE_CUT' ? 'more' : code, alone);
      }
      assert.deepEqual(octets, original);
    }),
  );

  it('for any octets: inflates whatever zlib does', () => {
    fc.assert(
      fc.property(almostStream(), (octets) => {
        let expected: Buffer;
        try {
          expected = inflateRawSync(octets);
        } catch {
          return;
        }
        const found = inflated([octets], new InflateWindow(15));
        // zlib stops behind the last block; what comes then may be anything.
        if (Buffer.isBuffer(found)) assert.deepEqual(found.subarray(0, expected.length), expected);
      }),
    );
  });
});
