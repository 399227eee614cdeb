import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { listProbes } from '../../spec/list.ts';
import type { Selection } from '../../spec/selection.ts';
import { SERVER_PROBES } from '../../spec/server-probes.ts';

describe('select', () => {
  it('selects everything when nothing is asked for', () => {
    assert.equal(idsOf({}).length, SERVER_PROBES.length);
  });

  for (const [name, begins] of [
    ['rfc9110', /^9110-/],
    ['6455-5.5.1', /^6455-5\.5\.1-/],
    ['6455-5', /^6455-5[-.]/],
    ['6455-5.2-8', /^6455-5\.2-8(\/|$)/],
    ['6455-5.2-8/a', /^6455-5\.2-8\/a$/],
    ['6455-5.5*', /^6455-5\.5/],
    ['rfc65*', /^6585-/],
  ] as const) {
    it(`selects what is called ${name}`, () => {
      const expected = SERVER_PROBES.map(({ id }) => id).filter((id) => begins.test(id));
      assert.ok(expected.length > 0);
      assert.deepEqual(idsOf({ only: [name] }).sort(), expected.sort());
      assert.equal(idsOf({ skip: [name] }).length, SERVER_PROBES.length - expected.length);
    });
  }

  it('leaves out what is weaker than a level', () => {
    const levels = (level: Selection['level']) =>
      [...new Set(listProbes({ level }).map((one) => one.level))].sort();
    assert.deepEqual(levels('MUST'), ['MUST', 'MUST NOT']);
    assert.deepEqual(levels('SHOULD'), ['MUST', 'MUST NOT', 'SHOULD', 'SHOULD NOT']);
    assert.ok(levels('MAY').includes('MAY'));
  });

  it('leaves out what takes long, unless it is asked for or called by its name', () => {
    const long = SERVER_PROBES.filter((probe) => probe.long).map(({ id }) => id);
    const chosen = (selection: Selection) => idsOf({ long: false, ...selection });
    assert.ok(long.length > 0);
    assert.equal(chosen({}).length, SERVER_PROBES.length - long.length);
    assert.equal(chosen({ long: true }).length, SERVER_PROBES.length);
    assert.deepEqual(chosen({ only: [long[0]!] }), [long[0]]);
    assert.ok(!chosen({ only: ['rfc7692'] }).some((id) => long.includes(id)));
  });

  it('selects nothing for a name that is only the beginning of a number', () => {
    assert.deepEqual(idsOf({ only: ['6455-5.2-'] }), []);
    assert.ok(
      !idsOf({ only: ['9112-3.2-1'] }).some(
        (id) => id.startsWith('9112-3.2-1') && /^9112-3\.2-1\d/.test(id),
      ),
    );
  });
});

// Helpers

function idsOf(selection: Selection): string[] {
  return listProbes(selection).flatMap(({ probe, role }) => (role === 'server' ? [probe] : []));
}
