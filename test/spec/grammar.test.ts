import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import {
  alphabet,
  captured,
  choice,
  exactly,
  matches,
  named,
  oneOf,
  optional,
  type Rule,
  range,
  recognise,
  repeat,
  sequence,
} from '../../spec/models/grammar.ts';
import * as grammar from '../../spec/models/http-grammar.ts';
import { fromGrammar } from '../support/from-grammar.ts';
import { ascii } from '../support/octets.ts';

describe('recognise', () => {
  for (const [rule, accepted, refused] of [
    ['aB', ['ab', 'AB', 'Ab'], ['', 'a', 'abc', 'b']],
    [exactly('aB'), ['aB'], ['ab', 'AB']],
    [range(0x30, 0x32), ['0', '2'], ['3', '/', '']],
    [oneOf('xy'), ['x', 'y'], ['z', 'xy']],
    [sequence('a', 'b'), ['ab'], ['a', 'b', 'ba']],
    [choice('a', 'ab'), ['a', 'ab'], ['b', 'abb']],
    [optional('a'), ['', 'a'], ['aa']],
    [repeat('a', 2, 3), ['aa', 'aaa'], ['a', 'aaaa']],
    [repeat(repeat('a')), ['', 'aaa'], ['b']],
    [sequence(repeat('a'), 'ab'), ['ab', 'aaab'], ['b', 'aa']],
    [sequence(choice('a', 'ab'), choice('c', 'bc')), ['ac', 'abc', 'abbc'], ['a', 'bc']],
  ] satisfies [Rule, string[], string[]][]) {
    it(`follows every way through ${JSON.stringify(rule)}`, () => {
      for (const text of accepted) assert.equal(matches(rule, text), true, text);
      for (const text of refused) assert.equal(matches(rule, text), false, text);
    });
  }

  it('tells whether more octets could make it right', () => {
    const rule = sequence(repeat('a', 1), 'b', optional('c'));
    const couldBe = (text: string) => recognise(rule, ascii(text)).isPrefix;
    assert.deepEqual(['', 'a', 'aa', 'ab', 'abc', 'b', 'abd'].map(couldBe), [
      true,
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('gives the octets of named rules, in the order they end', () => {
    const pair = named(
      'pair',
      sequence(named('key', repeat('a')), '=', named('value', repeat('b'))),
    );
    const list = sequence(pair, repeat(sequence(',', pair)));
    assert.deepEqual(recognise(list, ascii('a=b,aa=')).captures, [
      ['key', 'a'],
      ['value', 'b'],
      ['pair', 'a=b'],
      ['key', 'aa'],
      ['value', ''],
      ['pair', 'aa='],
    ]);
    assert.deepEqual(captured(list, 'a=b,aa=', 'key'), ['a', 'aa']);
    assert.equal(captured(list, 'a=b,', 'key'), undefined);
  });
});

describe('alphabet', () => {
  it('is every octet that a rule can hold', () => {
    const rule = sequence(named('x', 'a'), choice(repeat('1'), oneOf('-')));
    assert.deepEqual([...alphabet(rule)].sort(), [...ascii('-1Aa')]);
  });
});

describe('fromGrammar', () => {
  const rules = Object.entries(grammar).filter(([, rule]) => typeof rule !== 'function');
  for (const [name, rule] of rules as [string, Rule][]) {
    it(`for any octets from ${name}: the rule matches them, and every proper prefix is one`, () => {
      fc.assert(
        fc.property(fromGrammar(rule), fc.nat(), (octets, cut) => {
          assert.equal(recognise(rule, octets).matches, true);
          fc.pre(octets.length > 0);
          assert.equal(recognise(rule, octets.subarray(0, cut % octets.length)).isPrefix, true);
        }),
        { numRuns: 50 },
      );
    });
  }
});
