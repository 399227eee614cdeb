import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { alphabet } from '../../spec/models/grammar.ts';
import { fieldVchar } from '../../spec/models/http-grammar.ts';
import {
  fieldNameFault,
  fieldValue,
  fieldValueFault,
  isNamed,
  skipFieldContent,
} from '../../src/http1/field-line.ts';
import { ascii } from '../support/octets.ts';

describe('fieldValue', () => {
  it('leaves the whitespace around a value away', () => {
    const wire = ascii('X: \t a b\t ');
    assert.equal(fieldValue(wire, 2, wire.length), 'a b');
    assert.equal(fieldValue(wire, 2, 5), '');
    assert.equal(fieldValue(ascii(' \xa0 '), 0, 3), '\xa0');
  });
});

describe('isNamed', () => {
  it('compares without regard to case', () => {
    assert.equal(isNamed(ascii('..HoSt:'), 2, 'host'), true);
    assert.equal(isNamed(ascii('..HoSt:'), 1, 'host'), false);
  });

  it('for any octet: takes it for a letter exactly when it is that letter', () => {
    for (let octet = 0; octet < 256; octet++) {
      const character = String.fromCharCode(octet);
      const isLetter = /[A-Z]/.test(character);
      const lower = isLetter ? character.toLowerCase() : character;
      assert.equal(isNamed(Uint8Array.of(octet), 0, lower), true);
      assert.equal(isNamed(Uint8Array.of(octet), 0, 'k'), lower === 'k');
    }
  });
});

describe('skipFieldContent', () => {
  const members = new Set([...alphabet(fieldVchar), 0x20, 0x09]);

  it('for any octet and any place: stops there exactly when no value may have it', () => {
    for (let octet = 0; octet < 256; octet++) {
      for (let place = 0; place < 20; place++) {
        const octets = new Uint8Array(20).fill(0x61);
        octets[place] = octet;
        assert.equal(skipFieldContent(octets, 0, 20), members.has(octet) ? 20 : place);
      }
    }
  });

  it('for any start and end: looks at nothing before or behind', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.nat(40), (a, b) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        const octets = new Uint8Array(50).fill(0x61, start, end);
        assert.equal(skipFieldContent(octets, start, end), end);
      }),
    );
  });
});

describe('fieldNameFault', () => {
  it('tells a folded line, a lone LF and anything else', () => {
    assert.equal(fieldNameFault(0x20, true).code, 'HTTP_OBS_FOLD');
    assert.equal(fieldNameFault(0x20, false).code, 'HTTP_FIELD_NAME');
    assert.equal(fieldNameFault(0x0a, true).code, 'HTTP_BARE_LF');
    assert.equal(fieldNameFault(0x28, true).code, 'HTTP_FIELD_NAME');
  });
});

describe('fieldValueFault', () => {
  it('tells line ends, what no value may have, and what this value may not', () => {
    assert.equal(fieldValueFault(0x0a).code, 'HTTP_BARE_LF');
    assert.equal(fieldValueFault(0x00, 'HTTP_HOST').code, 'HTTP_FIELD_VALUE');
    assert.equal(fieldValueFault(0x2f, 'HTTP_HOST').code, 'HTTP_HOST');
  });
});
