import fc from 'fast-check';

import type { Rule } from '../../spec/models/grammar.ts';

/** How often a rule that may come any number of times comes at most, beyond what it must. */
const MAX_REPETITIONS = 5;

/** Octets that are what `rule` says. */
export function fromGrammar(rule: Rule): fc.Arbitrary<Buffer> {
  if (typeof rule === 'string') return concatenated(Array.from(rule, inEitherCase));
  switch (rule.kind) {
    case 'octet':
      return fc.constantFrom(...rule.members).map((octet) => Buffer.of(octet));
    case 'sequence':
      return concatenated(rule.parts.map(fromGrammar));
    case 'choice':
      return fc.oneof(...rule.options.map(fromGrammar));
    case 'repeat': {
      const maxLength = Math.min(rule.max, rule.min + MAX_REPETITIONS);
      return fc
        .array(fromGrammar(rule.part), { minLength: rule.min, maxLength, size: 'max' })
        .map((parts) => Buffer.concat(parts));
    }
    case 'named':
      return fromGrammar(rule.part);
  }
}

/** Text that is what `rule` says. */
export function textFromGrammar(rule: Rule): fc.Arbitrary<string> {
  return fromGrammar(rule).map((octets) => octets.toString('latin1'));
}

function concatenated(parts: readonly fc.Arbitrary<Buffer>[]): fc.Arbitrary<Buffer> {
  return fc.tuple(...parts).map((octets) => Buffer.concat(octets));
}

function inEitherCase(character: string): fc.Arbitrary<Buffer> {
  return fc
    .constantFrom(character.toLowerCase(), character.toUpperCase())
    .map((letter) => Buffer.from(letter, 'latin1'));
}
