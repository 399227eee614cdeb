import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { readUtf8, Utf8Reader } from '../../spec/models/utf8.ts';
import {
  characterOfFour,
  characterOfThree,
  characterOfTwo,
  isTail,
  Utf8State,
  validateUtf8,
} from '../../src/bytes/utf8.ts';
import { law } from '../support/law.ts';
import { anySplitOf, anySurroundings } from '../support/octets.ts';
import { almostUtf8, anyUtf8 } from '../support/utf8.ts';

/** Octets at which a character begins and goes on, and their neighbours that do not. */
const LEADS = [0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5];
const TAILS = [0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0];

describe('validateUtf8', () => {
  it('ends between characters of a text', () => {
    assert.equal(stateOf('61c3a9e282acf09f9880'), Utf8State.Character);
  });

  for (const [what, hex, state] of [
    ['the first octet of two', 'c3', Utf8State.OneTail],
    ['the first octet of three', 'e2', Utf8State.TwoTails],
    ['the first octet of four', 'f1', Utf8State.ThreeTails],
    ['E0, which 80 to 9F may not follow', 'e0', Utf8State.AfterE0],
    ['ED, which A0 to BF may not follow', 'ed', Utf8State.AfterED],
    ['F0, which 80 to 8F may not follow', 'f0', Utf8State.AfterF0],
    ['F4, which 90 to BF may not follow', 'f4', Utf8State.AfterF4],
  ] satisfies [string, string, Utf8State][]) {
    it(`knows what must follow ${what}`, () => {
      assert.equal(stateOf(hex), state);
    });
  }

  for (const [what, hex] of [
    ['a tail that follows nothing', '80'],
    ['NUL in two octets', 'c080'],
    ['a slash in two octets', 'c1af'],
    ['U+07FF in three octets', 'e09fbf'],
    ['U+FFFF in four octets', 'f08fbfbf'],
    ['the surrogate U+D800', 'eda080'],
    ['the surrogate U+DFFF', 'edbfbf'],
    ['U+110000', 'f4908080'],
    ['F5', 'f5808080'],
    ['FF', 'ff'],
    ['a character cut short by another', 'e282c3a9'],
  ] satisfies [string, string][]) {
    it(`refuses ${what}`, () => {
      assert.equal(stateOf(hex), Utf8State.Invalid);
      assert.equal(stateOf(`${hex}61616161`), Utf8State.Invalid);
    });
  }

  law(
    'validateUtf8',
    'model',
    'for any octets: goes on exactly as long as the grammar does',
    fc.property(anyOctets(), (octets) => {
      const reader = new Utf8Reader();
      let isRight = true;
      for (let end = 1; end <= octets.length; end++) {
        isRight &&= reader.read(octets[end - 1]!);
        const state = validateUtf8(octets, 0, end, Utf8State.Character);
        assert.equal(state !== Utf8State.Invalid, isRight);
        if (isRight) assert.equal(state === Utf8State.Character, !reader.isCut);
      }
    }),
  );

  law(
    'validateUtf8',
    'split',
    'for any octets and any split of them: ends in the same state',
    fc.property(
      anyOctets().chain((octets) => fc.tuple(fc.constant(octets), anySplitOf(octets))),
      ([octets, pieces]) => {
        let state: Utf8State = Utf8State.Character;
        for (const piece of pieces) state = validateUtf8(piece, 0, piece.length, state);
        assert.equal(state, validateUtf8(octets, 0, octets.length, Utf8State.Character));
      },
    ),
  );

  law(
    'validateUtf8',
    'round trip',
    'for any text: its UTF-8 is right',
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const octets = Buffer.from(text);
      assert.equal(
        validateUtf8(octets, 0, octets.length, Utf8State.Character),
        Utf8State.Character,
      );
    }),
  );

  law(
    'validateUtf8',
    'prefix',
    'for any proper prefix of a text: asks for the rest of its last character, if that is cut',
    fc.property(anyUtf8(), fc.nat(), (octets, at) => {
      const end = at % Math.max(1, octets.length);
      const state = validateUtf8(octets, 0, end, Utf8State.Character);
      assert.notEqual(state, Utf8State.Invalid);
      assert.equal(state !== Utf8State.Character, end < octets.length && isTail(octets[end]!));
    }),
  );

  law(
    'validateUtf8',
    'rest',
    'for any octets around them: they are not looked at',
    fc.property(anyOctets(), anySurroundings(), (octets, { around, start, end }) => {
      const alone = validateUtf8(octets, 0, octets.length, Utf8State.Character);
      assert.equal(validateUtf8(around(octets), start, end(octets), Utf8State.Character), alone);
    }),
  );
});

describe('characterOf…', () => {
  law(
    'validateUtf8',
    'model',
    'for any two, three or four octets: they are a character exactly when the grammar says so',
    fc.property(fc.array(anyTail(), { minLength: 3, maxLength: 3 }), (tails) => {
      for (const first of LEADS) {
        const size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
        const decode = { 2: characterOfTwo, 3: characterOfThree, 4: characterOfFour }[size]!;
        const octets = [first, ...tails];
        const expected = readUtf8(octets.slice(0, size));
        const character = decode(Uint8Array.from(octets), 0);
        assert.equal(character < 0 ? undefined : String.fromCodePoint(character), expected);
      }
    }),
  );
});

// Helpers

function anyTail(): fc.Arbitrary<number> {
  return fc.oneof(fc.constantFrom(...TAILS), fc.integer({ min: 0x7f, max: 0xff }));
}

function stateOf(hex: string): Utf8State {
  const octets = Buffer.from(hex, 'hex');
  return validateUtf8(octets, 0, octets.length, Utf8State.Character);
}

function anyOctets(): fc.Arbitrary<Buffer> {
  return fc.oneof(anyUtf8({ maxLength: 12 }), almostUtf8());
}
