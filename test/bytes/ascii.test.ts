import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { alphabet, type Rule } from '../../spec/models/grammar.ts';
import * as grammar from '../../spec/models/http-grammar.ts';
import {
  ALPHA,
  DIGIT,
  FIELD_CONTENT,
  HEX_VALUE,
  isAll,
  OBS_TEXT,
  type OctetClass,
  oneOf,
  QDTEXT,
  range,
  skip,
  skipText,
  TCHAR,
  trim,
  union,
  VCHAR,
  WHITESPACE,
  without,
} from '../../src/bytes/ascii.ts';
import { ascii } from '../support/octets.ts';

const CLASSES: readonly (readonly [name: string, members: OctetClass, rules: readonly Rule[]])[] = [
  ['ALPHA', ALPHA, [grammar.ALPHA]],
  ['DIGIT', DIGIT, [grammar.DIGIT]],
  ['VCHAR', VCHAR, [grammar.VCHAR]],
  ['OBS_TEXT', OBS_TEXT, [grammar.obsText]],
  ['TCHAR', TCHAR, [grammar.tchar]],
  ['WHITESPACE', WHITESPACE, [grammar.OWS]],
  ['FIELD_CONTENT', FIELD_CONTENT, [grammar.fieldVchar, grammar.SP, grammar.HTAB]],
  ['QDTEXT', QDTEXT, [grammar.qdtext]],
];

describe('octet classes', () => {
  for (const [name, members, rules] of CLASSES) {
    it(`for any octet: it is in ${name} exactly when the grammar says so`, () => {
      const said = new Set(rules.flatMap((rule) => [...alphabet(rule)]));
      for (let octet = 0; octet < 256; octet++) {
        assert.equal(members[octet], Number(said.has(octet)), `0x${octet.toString(16)}`);
      }
    });
  }

  it('are made of ranges and characters', () => {
    assert.deepEqual(membersOf(range(0x30, 0x32)), ['0', '1', '2']);
    assert.deepEqual(membersOf(oneOf('ba')), ['a', 'b']);
    assert.deepEqual(membersOf(union(oneOf('a'), oneOf('b'), oneOf('a'))), ['a', 'b']);
    assert.deepEqual(membersOf(without(oneOf('abc'), oneOf('bd'))), ['a', 'c']);
  });
});

describe('HEX_VALUE', () => {
  it('for any octet: is the value of its digit, or -1', () => {
    for (let octet = 0; octet < 256; octet++) {
      const value = '0123456789abcdef'.indexOf(String.fromCharCode(octet).toLowerCase());
      assert.equal(HEX_VALUE[octet], octet < 0x80 ? value : -1);
    }
  });
});

describe('skip', () => {
  it('for any octet and any place: stops there exactly when it is no member', () => {
    for (let octet = 0; octet < 256; octet++) {
      for (let place = 0; place < 11; place++) {
        const octets = new Uint8Array(11).fill(0x30);
        octets[place] = octet;
        assert.equal(skip(DIGIT, octets, 0, 11), DIGIT[octet] === 1 ? 11 : place);
      }
    }
  });

  it('for any start and end: looks at nothing before or behind', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(20), fc.nat(20), (a, b, stranger) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        const octets = new Uint8Array(30).fill(0x30);
        octets[stranger] = 0x61;
        const isInside = start <= stranger && stranger < end;
        assert.equal(skip(DIGIT, octets, start, end), isInside ? stranger : end);
      }),
    );
  });
});

describe('skip and trim', () => {
  it('for any text between whitespace: find where it begins and ends', () => {
    fc.assert(
      fc.property(fc.nat(5), fc.nat(5), fc.nat(5), (before, text, behind) => {
        const octets = ascii(` ${' '.repeat(before)}${'x'.repeat(text)}${' '.repeat(behind)} `);
        const end = octets.length - 1;
        const first = skip(WHITESPACE, octets, 1, end);
        const last = trim(WHITESPACE, octets, first, end);
        assert.equal(first, text === 0 ? end : 1 + before);
        assert.equal(last - first, text);
      }),
    );
  });
});

describe('skipText and isAll', () => {
  it('find the first character that is no member', () => {
    assert.equal(skipText(DIGIT, 'a12b', 1), 3);
    assert.equal(skipText(DIGIT, '12', 0), 2);
    assert.equal(isAll(DIGIT, '12'), true);
    assert.equal(isAll(DIGIT, ''), true);
    assert.equal(isAll(DIGIT, '1a'), false);
    assert.equal(isAll(OBS_TEXT, 'ä☄'), false);
  });
});

// Helpers

function membersOf(members: OctetClass): string[] {
  return Array.from(members.keys(), (octet) => String.fromCharCode(octet)).filter(
    (_, octet) => members[octet] === 1,
  );
}
