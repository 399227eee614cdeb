import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { captured, matches, recognise } from '../../spec/models/grammar.ts';
import {
  fieldValue,
  inWhitespace,
  parameterisedList,
  token,
  tokenList,
} from '../../spec/models/http-grammar.ts';
import {
  isFieldValue,
  isToken,
  type Parameterised,
  parseParameterisedList,
  parseTokenList,
} from '../../src/http1/field-values.ts';
import { textFromGrammar } from '../support/from-grammar.ts';
import { law } from '../support/law.ts';
import { nearlyText, withOtherOctets } from '../support/mutation.ts';

describe('parseTokenList', () => {
  for (const [value, tokens] of [
    ['', []],
    ['a', ['a']],
    ['a, b,c\t,\td', ['a', 'b', 'c', 'd']],
    [', ,a,,', ['a']],
    [' a ', ['a']],
    ['__proto__, constructor', ['__proto__', 'constructor']],
  ] as const) {
    it(`takes ${JSON.stringify(value)}`, () => {
      assert.deepEqual(parseTokenList(value), tokens);
    });
  }

  for (const value of ['a b', 'a;b', '"a"', 'a=b', 'a/b', 'a\0', 'ä', '☄', 'a,(']) {
    it(`refuses ${JSON.stringify(value)}`, () => {
      assert.equal(parseTokenList(value), undefined);
    });
  }

  law(
    'parseTokenList',
    'model',
    'for any text: agrees with the grammar on whether it is a list, and on its tokens',
    fc.property(nearlyText(textFromGrammar(tokenList)), (value) => {
      assert.deepEqual(parseTokenList(value), captured(inWhitespace(tokenList), value, 'token'));
    }),
  );

  law(
    'parseTokenList',
    'round trip',
    'for any tokens: parses the list of them',
    fc.property(fc.array(textFromGrammar(token)), (tokens) => {
      assert.deepEqual(parseTokenList(tokens.join(', ')), tokens);
    }),
  );
});

describe('parseParameterisedList', () => {
  it('takes parameters with and without values', () => {
    assert.deepEqual(parseParameterisedList('gzip;q=0.5 ; x, a; b ="c \\"d\\"\\\\",'), [
      {
        token: 'gzip',
        parameters: [
          ['q', '0.5'],
          ['x', undefined],
        ],
      },
      { token: 'a', parameters: [['b', 'c "d"\\']] },
    ]);
  });

  it('takes a list of nothing', () => {
    assert.deepEqual(parseParameterisedList(''), []);
    assert.deepEqual(parseParameterisedList(' ,\t, '), []);
  });

  for (const value of [
    ';',
    'a;',
    'a;;b',
    'a;b=',
    'a;=b',
    'a;b=c d',
    'a;b="c',
    'a;b="c\\"',
    'a;b="c\\',
    'a;b="\0"',
    'a;b="\\\0"',
    'a;b="c"d',
    'a b',
    '"a"',
    'a;b="☄"',
  ]) {
    it(`refuses ${JSON.stringify(value)}`, () => {
      assert.equal(parseParameterisedList(value), undefined);
    });
  }

  it('takes time in proportion to the length, whatever comes', () => {
    for (const part of [' ', '"', ',', ';', '=', '\\', 'a;', 'a=', '"\\', 'a ;\t', ';a="', ', ']) {
      const value = `a;b=${part.repeat(100_000)}`;
      const begin = performance.now();
      parseParameterisedList(value);
      parseTokenList(part.repeat(100_000));
      assert.ok(performance.now() - begin < 500, JSON.stringify(part));
    }
  });

  law(
    'parseParameterisedList',
    'model',
    'for any text: agrees with the grammar on whether it is a list, and on its elements',
    fc.property(nearlyText(textFromGrammar(parameterisedList)), (value) => {
      assert.deepEqual(parseParameterisedList(value), elementsOf(value));
    }),
  );

  law(
    'parseParameterisedList',
    'model',
    'for any character in any place of a list: agrees with the grammar on it',
    fc.property(withOtherOctets('a; b = "c\\d" ,, \te;f=g'), (values) => {
      for (const octets of values) {
        const value = octets.toString('latin1');
        assert.deepEqual(parseParameterisedList(value), elementsOf(value), value);
      }
    }),
  );

  law(
    'parseParameterisedList',
    'round trip',
    'for any elements: parses the list of them',
    fc.property(fc.array(anyElement()), (elements) => {
      assert.deepEqual(parseParameterisedList(elements.map(encoded).join(', ')), elements);
    }),
  );
});

describe('isToken', () => {
  it('for any text: agrees with the grammar', () => {
    fc.assert(
      fc.property(nearlyText(textFromGrammar(token)), (text) => {
        assert.equal(isToken(text), matches(token, text));
      }),
    );
  });

  it('refuses no text, and characters that are no octets', () => {
    assert.equal(isToken(''), false);
    assert.equal(isToken('☄'), false);
  });
});

describe('isFieldValue', () => {
  it('for any text: agrees with the grammar', () => {
    fc.assert(
      fc.property(nearlyText(textFromGrammar(fieldValue)), (text) => {
        assert.equal(isFieldValue(text), matches(fieldValue, text));
      }),
    );
  });

  it('refuses whitespace around a value, and characters that are no octets', () => {
    for (const text of [' a', 'a ', '\ta', 'a\t', ' ', '☄'])
      assert.equal(isFieldValue(text), false);
    for (const text of ['', 'a b', '\xa0']) assert.equal(isFieldValue(text), true);
  });
});

// Helpers

function anyElement(): fc.Arbitrary<Parameterised> {
  const anyToken = textFromGrammar(token);
  const anyValue = fc.oneof(fc.constant(undefined), anyToken, textFromGrammar(fieldValue));
  return fc
    .tuple(anyToken, fc.array(fc.tuple(anyToken, anyValue)))
    .map(([name, parameters]) => ({ token: name, parameters }));
}

function encoded({ token: name, parameters }: Parameterised): string {
  const encodedValue = (value: string) =>
    isToken(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
  const lines = parameters.map(([each, value]) =>
    value === undefined ? each : `${each}=${encodedValue(value)}`,
  );
  return [name, ...lines].join('; ');
}

/** The elements by the model: what was named in the grammar, in the order it ended. */
function elementsOf(value: string): Parameterised[] | undefined {
  const octets = Buffer.from(value, 'latin1');
  const { matches: isList, captures } = recognise(inWhitespace(parameterisedList), octets);
  if (!isList) return undefined;
  const elements: { token: string; parameters: [string, string | undefined][] }[] = [];
  for (const [name, text] of captures) {
    if (name === 'token') elements.push({ token: text, parameters: [] });
    else if (name === 'name') elements.at(-1)!.parameters.push([text, undefined]);
    else elements.at(-1)!.parameters.at(-1)![1] = unquoted(text);
  }
  return elements;
}

/** @see RFC 9110 §5.6.4 */
function unquoted(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/gs, '$1') : text;
}
