import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { masked } from '../../spec/models/masking.ts';
import { mask, rotateKey } from '../../src/bytes/mask.ts';
import { law } from '../support/law.ts';
import { anySurroundings } from '../support/octets.ts';

describe('mask', () => {
  it('unmasks the example of RFC 6455 §5.7', () => {
    const octets = Buffer.from('7f9f4d5158', 'hex');
    mask(octets, 0, 5, 0x37fa213d);
    assert.equal(octets.toString(), 'Hello');
  });

  it('says whether all octets are ASCII, whichever is not', () => {
    for (const length of [1, 2, 3, 4, 7, 40, 79, 600, 700]) {
      for (let i = -1; i < length; i++) {
        const octets = new Uint8Array(length).fill(0x61);
        if (i >= 0) octets[i] = 0xe9;
        const all = mask(masked(octets, keyOf(KEY)), 0, length, KEY);
        assert.equal(all >= 0x80, i >= 0, `octet ${i} of ${length}`);
      }
    }
  });

  law(
    'mask',
    'model',
    'for any payload, key and place in memory: does what the formula says',
    fc.property(anyPayload(), anyKey(), fc.nat(7), (payload, key, offset) => {
      const memory = new ArrayBuffer(payload.length + offset + 3);
      const octets = new Uint8Array(memory, offset, payload.length);
      octets.set(payload);
      mask(octets, 0, octets.length, key);
      assert.deepEqual(octets, masked(payload, keyOf(key)));
    }),
  );

  law(
    'mask',
    'model',
    'for any ASCII payload and one octet of it changed: says whether that is ASCII still',
    fc.property(anyPayload(), anyKey(), fc.nat(), fc.boolean(), (payload, key, at, isAscii) => {
      const octets = payload.map((octet) => octet & 0x7f);
      if (octets.length === 0) return;
      if (!isAscii) octets[at % octets.length]! |= 0x80;
      const all = mask(masked(octets, keyOf(key)), 0, octets.length, key);
      assert.equal(all < 0x80, isAscii);
    }),
  );

  law(
    'mask',
    'model',
    'for any payload, of which at most one octet is not ASCII: says whether all are',
    fc.property(anyAscii(), anyKey(), fc.option(fc.nat()), (ascii, key, at) => {
      const payload = Uint8Array.from(ascii);
      if (at !== null && payload.length > 0) payload[at % payload.length]! |= 0x80;
      const all = mask(masked(payload, keyOf(key)), 0, payload.length, key);
      assert.equal(
        all >= 0x80,
        payload.some((octet) => octet >= 0x80),
      );
    }),
  );

  law(
    'mask',
    'split',
    'for any payload and any cut of it: the second piece goes on with the key turned',
    fc.property(anyPayload(), anyKey(), fc.nat(), (payload, key, at) => {
      const cut = at % (payload.length + 1);
      const octets = Uint8Array.from(payload);
      const all = mask(octets, 0, cut, key) | mask(octets, cut, octets.length, rotateKey(key, cut));
      assert.deepEqual(octets, masked(payload, keyOf(key)));
      assert.equal(
        all >= 0x80,
        octets.some((octet) => octet >= 0x80),
      );
    }),
  );

  law(
    'mask',
    'round trip',
    'for any payload: masked twice it is what it was',
    fc.property(anyPayload(), anyKey(), (payload, key) => {
      const octets = Uint8Array.from(payload);
      mask(octets, 0, octets.length, key);
      mask(octets, 0, octets.length, key);
      assert.deepEqual(octets, payload);
    }),
  );

  law(
    'mask',
    'rest',
    'for any octets around a payload: they stay as they are',
    fc.property(
      anyPayload(),
      anyKey(),
      anySurroundings(),
      (payload, key, { around, start, end }) => {
        const octets = around(payload);
        mask(octets, start, end(payload), key);
        assert.deepEqual(octets, around(masked(payload, keyOf(key))));
      },
    ),
  );
});

describe('rotateKey', () => {
  it('begins with the octet that masks what follows', () => {
    const keys = [0, 1, 2, 3, 4].map((count) => rotateKey(0x01020384, count) >>> 0);
    assert.deepEqual(keys, [0x01020384, 0x02038401, 0x03840102, 0x84010203, 0x01020384]);
  });
});

// Helpers

const KEY = 0x8765fedc;

function keyOf(maskingKey: number): Uint8Array {
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(maskingKey >>> 0);
  return octets;
}

/** Short ones, and ones long enough for words. */
function anyPayload(): fc.Arbitrary<Uint8Array> {
  const long = fc.tuple(
    fc.uint8Array({ minLength: 1, maxLength: 9 }),
    fc.integer({ min: 400, max: 1_400 }),
  );
  return fc.oneof(
    fc.uint8Array({ maxLength: 50 }),
    long.map(([seed, length]) => Uint8Array.from({ length }, (_, i) => seed[i % seed.length]! + i)),
  );
}

function anyAscii(): fc.Arbitrary<Uint8Array> {
  return anyPayload().map((octets) => octets.map((octet) => octet & 0x7f));
}

function anyKey(): fc.Arbitrary<number> {
  return fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 });
}
