import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';

import { SUITES } from './suites.ts';
import { survey } from './survey.ts';

/** How many mutants are tried here of each suite; `npm run test:mutants` tries all of them. */
const A_HANDFUL = 6;

describe('mutants', () => {
  for (const suite of SUITES) {
    const { name, probes, mutants, offers } = suite;
    after(() => suite.close());

    it(`${name} are there for probes that are there`, () => {
      const ids = new Set(probes.map(({ id }) => id));
      const named = [...mutants.map(({ probe }) => probe), ...offers];
      assert.deepEqual(
        named.filter((id) => !ids.has(id)),
        [],
      );
    });

    it(`${name} are found, a handful of them, and the right peer is not blamed`, async () => {
      const every = Math.ceil(mutants.length / A_HANDFUL);
      const isChosen = ({ probe }: { readonly probe: string }, index: number) =>
        mutants[index]?.probe === probe && index % every === 0;
      const outcomes = await survey([suite], { isChosen });
      const wrong = outcomes.filter(({ complaint }) => complaint !== undefined);
      assert.deepEqual(
        wrong.map(({ probe, mutant, complaint }) => [probe, mutant?.fault, complaint]),
        [],
      );
      assert.ok(outcomes.some(({ mutant }) => mutant !== undefined));
    });
  }
});
