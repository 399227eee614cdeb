import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UNPROBED } from '../../spec/clauses/unprobed.ts';
import { bindsServer, CLAUSE_LISTS, type Clause, readClauses } from '../../spec/clauses.ts';
import { SERVER_PROBES } from '../../spec/server-probes.ts';

describe('the probes of a server', () => {
  const probed = new Set(SERVER_PROBES.map(({ clause }) => clause));
  const all = CLAUSE_LISTS.flatMap(readClauses);

  for (const list of CLAUSE_LISTS) {
    it(`are there for each clause of ${list} that binds a server, or a reason is`, (test) => {
      const clauses = readClauses(list).filter(bindsServer);
      const missing = clauses.filter(({ id }) => !probed.has(id) && !(id in UNPROBED));
      assert.deepEqual(missing.map(describeClause), []);
      const reasons = clauses.filter(({ id }) => id in UNPROBED).length;
      const probes = SERVER_PROBES.filter(({ clause }) => clauses.some(({ id }) => id === clause));
      test.diagnostic(
        `${list}: ${clauses.length} clauses, ${probes.length} probes, ${reasons} reasons`,
      );
    });
  }

  it('belong to clauses that bind a server', () => {
    const known = new Set(all.filter(({ who }) => who !== 'proxy').map(({ id }) => id));
    assert.deepEqual(
      SERVER_PROBES.filter(({ clause }) => !known.has(clause)).map(({ id }) => id),
      [],
    );
  });

  it('are told apart by their ids', () => {
    const ids = SERVER_PROBES.map(({ id }) => id);
    assert.deepEqual(
      ids.filter((id, index) => ids.indexOf(id) !== index),
      [],
    );
  });

  it('are missing for no clause without need', () => {
    const reasoned = all.filter(({ id }) => id in UNPROBED);
    assert.equal(reasoned.length, Object.keys(UNPROBED).length, 'a reason for no clause');
    assert.deepEqual(reasoned.filter(({ id }) => probed.has(id)).map(describeClause), []);
  });
});

function describeClause({ id, level, requirement }: Clause): string {
  return `${id} ${level} ${requirement}`;
}
