import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, describe, it } from 'node:test';
import { promisify } from 'node:util';

import { listProbes } from '../../spec/list.ts';
import type { Suite } from './mutant.ts';
import { SUITES } from './suites.ts';
import { survey, untested } from './survey.ts';

/** How many mutants are tried here of each suite; `npm run test:mutants` tries all of them. */
const A_HANDFUL = 6;

/** Whose probes have no mutants yet, or not all. */
const UNFINISHED: readonly string[] = [];

describe('mutants', { concurrency: true }, () => {
  after(async () => {
    await Promise.all(SUITES.map((suite) => suite.close()));
  });

  it('are there for every probe', () => {
    const tested = new Set(SUITES.flatMap(testedBy));
    const bare = listProbes().filter(({ probe, role }) => !tested.has(`${role} ${probe}`));
    for (const { probe, standard, role, speaks } of bare) {
      const kind = `${role} ${speaks ?? standard}`;
      assert.ok(UNFINISHED.includes(kind), `no mutant shows that ${probe} can fail (${kind})`);
    }
  });

  for (const { name, probes, mutants, offers } of SUITES) {
    it(`that are ${name} belong to probes that are there`, () => {
      const ids = new Set(probes.map(({ id }) => id));
      const named = [...mutants.map(({ probe }) => probe), ...offers];
      assert.deepEqual(
        named.filter((id) => !ids.has(id)),
        [],
      );
    });
  }

  for (const suite of SUITES) {
    it(`that are ${suite.name} are found, a handful of them, and the right one is not`, async () => {
      const every = Math.ceil(suite.mutants.length / A_HANDFUL);
      const handful = suite.mutants.filter((_, index) => index % every === 0);
      const outcomes = await survey([suite], { isChosen: (mutant) => handful.includes(mutant) });
      const wrong = outcomes.filter(({ complaint }) => complaint !== undefined);
      assert.deepEqual(
        wrong.map(({ probe, mutant, complaint }) => [probe, mutant?.fault, complaint]),
        [],
      );
      assert.ok(outcomes.length > A_HANDFUL);
    });
  }

  it('leave nothing open behind them, even those that keep what they ought to let go', async () => {
    const run = ['dist/test/mutants/run.js', 'html-9.2.2-11', '9112-9.3.2', '9112-9.5-2'];
    const { stdout } = await promisify(execFile)(process.execPath, run);
    assert.match(stdout, /^0 not as they should be/m);
  });
});

// Helpers

/** The probes that a suite has mutants for, or that need none, each with the role it is for. */
function testedBy(suite: Suite): string[] {
  const bare = untested(suite);
  return suite.probes.filter(({ id }) => !bare.includes(id)).map(({ id, role }) => `${role} ${id}`);
}
