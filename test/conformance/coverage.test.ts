import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reasonWithout } from '../../spec/clauses/unprobed.ts';
import { bindsServer, CLAUSE_LISTS, type Clause, readClauses } from '../../spec/clauses.ts';
import { listProbes } from '../../spec/list.ts';
import { SERVER_PROBES } from '../../spec/server-probes.ts';

describe('the probes of a server', () => {
  const probed = new Set(SERVER_PROBES.map(({ clause }) => clause));
  const all = CLAUSE_LISTS.flatMap(readClauses);

  for (const list of CLAUSE_LISTS) {
    it(`are there for each clause of ${list} that binds a server`, (test) => {
      const clauses = readClauses(list).filter(bindsServer);
      const missing = clauses.filter(({ id }) => !probed.has(id));
      assert.deepEqual(missing.map(describeClause), []);
      const probes = SERVER_PROBES.filter(({ clause }) => clauses.some(({ id }) => id === clause));
      test.diagnostic(`${list}: ${clauses.length} clauses, ${probes.length} probes`);
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
});

describe('the probes', () => {
  const probed = new Set(listProbes().map(({ clause }) => clause));
  const observable = CLAUSE_LISTS.flatMap(readClauses).filter((clause) => clause.observable);
  const unprobed = observable.filter(({ id }) => !probed.has(id));

  it('are there for each clause that can be observed, or a reason is', () => {
    const missing = unprobed.filter(({ id }) => reasonWithout(id) === undefined);
    assert.deepEqual(missing.map(describeClause), []);
  });

  it('are there for 600 clauses at least', (test) => {
    const count = observable.length - unprobed.length;
    test.diagnostic(`${count} of ${observable.length} observable clauses have a probe`);
    assert.ok(count >= 600, `${count}`);
  });

  it('are there for each MUST of RFC 6455, 7692 and 9112 that binds a server', () => {
    const lists = (['rfc6455', 'rfc7692', 'rfc9112'] as const).flatMap(readClauses);
    const musts = lists.filter((clause) => bindsServer(clause) && clause.level.startsWith('MUST'));
    assert.deepEqual(musts.filter(({ id }) => !probed.has(id)).map(describeClause), []);
  });
});

function describeClause({ id, level, requirement }: Clause): string {
  return `${id} ${level} ${requirement}`;
}
