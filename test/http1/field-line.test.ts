import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { fieldNameFault, fieldValueFault, isNamed, trimmed } from '../../src/http1/field-line.ts';
import { ascii } from '../support/octets.ts';

describe('trimmed', () => {
  it('leaves the whitespace around a value away', () => {
    const text = 'X: \t a b\t ';
    assert.equal(trimmed(text, 2, text.length), 'a b');
    assert.equal(trimmed(text, 2, 5), '');
    assert.equal(trimmed(' \xa0 ', 0, 3), '\xa0');
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
