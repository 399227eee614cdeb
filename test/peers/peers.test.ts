import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

import { allClauses } from '../../spec/clauses.ts';
import { listProbes } from '../../spec/list.ts';
import { explained, NEEDING_EXPLANATION } from './explanations.ts';
import { keptOutcomes } from './outcomes.ts';
import { PAGE, pageOf, unexplained } from './page.ts';

describe('the page on peers', () => {
  const outcomes = keptOutcomes();

  it('is what npm run conform:peers makes of what came of them', () => {
    assert.equal(readFileSync(PAGE, 'utf8'), pageOf(outcomes));
  });

  it('explains each fault of encke, and of the peers that the judge is held to', () => {
    const judged = outcomes.map(({ name, role }) => `${name} ${role}`);
    for (const peer of NEEDING_EXPLANATION) assert.ok(judged.includes(peer), peer);
    assert.deepEqual(outcomes.flatMap(unexplained), []);
  });

  it('finds nothing failed in encke in any role, and nothing to ask for in its server', () => {
    const ofEncke = outcomes.filter(({ name }) => /^encke\b/.test(name));
    assert.deepEqual(
      ofEncke.map(({ name, role }) => `${name} ${role}`),
      ['encke server', 'encke WebSocket client', 'encke EventSource client', 'encke HTTP client'],
    );
    const failed = ofEncke.flatMap(({ faults }) =>
      faults.filter(({ verdict }) => verdict !== 'departure'),
    );
    assert.deepEqual(failed, []);
    assert.deepEqual(ofEncke[0]!.faults, []);
  });

  it('explains nothing that is neither clause nor probe', () => {
    const known = new Set([...allClauses().keys(), ...listProbes().map(({ probe }) => probe)]);
    const unknown = explained().filter(([, what]) => !known.has(what));
    assert.deepEqual(unknown, []);
  });
});
