import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

import { listProbes } from '../../spec/list.ts';
import { clauseMap, clauseSections, requirementsIn, unplacedIn } from '../support/clause-map.ts';
import { BESIDE_THE_PLACES, WITHOUT_PLACE } from '../support/without-place.ts';

describe('docs/clauses.md', () => {
  it('is what npm run book makes of the clauses, the probes and the sources', () => {
    const [written, made] = [readFileSync('docs/clauses.md', 'utf8'), clauseMap()];
    const lines = made.split('\n');
    const differing = written.split('\n').findIndex((line, i) => line !== lines[i]);
    assert.ok(
      written === made,
      `line ${differing + 1} is out of date: npm run book writes it anew`,
    );
  });

  const unplaced = clauseSections().flatMap(unplacedIn);

  it('has a place in src for every MUST of RFC 6455 and RFC 9112, or a reason to have none', () => {
    const unexplained = unplaced.filter(({ id }) => WITHOUT_PLACE[id] === undefined);
    assert.deepEqual(
      unexplained.map(({ id, requirement }) => `${id}: ${requirement}`),
      [],
      'cite the section where src decides it (@see RFC 9112 §9.6), or say why nothing does',
    );
  });

  it('gives no reason for what has a place', () => {
    const ids = new Set(unplaced.map(({ id }) => id));
    assert.deepEqual(
      Object.keys(WITHOUT_PLACE).filter((id) => !ids.has(id)),
      [],
    );
  });

  it('says of no clause that a server is seen to keep that nothing decides it', () => {
    const sections = clauseSections().filter(({ places }) => places.length > 0);
    const cited = new Set(sections.flatMap(requirementsIn).map(({ id }) => id));
    const ofServers = listProbes().filter(({ role }) => role === 'server');
    const probed = new Set(ofServers.map(({ clause }) => clause));
    assert.deepEqual(
      Object.keys(BESIDE_THE_PLACES).filter((id) => !cited.has(id) || probed.has(id)),
      [],
    );
  });
});

describe('unplacedIn', () => {
  const [section] = clauseSections().filter(({ clauses }) => clauses[0]!.id === '6455-5.1-1');

  it('lists the requirements of a section that nothing in src cites', () => {
    assert.deepEqual(unplacedIn(section!), []);
    const ids = unplacedIn({ ...section!, places: [] }).map(({ id }) => id);
    assert.ok(ids.includes('6455-5.1-2'), ids.join());
  });
});
