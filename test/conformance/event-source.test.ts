import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as undici from 'undici';

import { UNPROBED_OF_EVENT_SOURCE } from '../../spec/clauses/unprobed.ts';
import { bindsClient, readClauses } from '../../spec/clauses.ts';
import { EVENT_SOURCE_PROBES } from '../../spec/event-source-probes.ts';
import type { Verdict } from '../../spec/probe.ts';
import { runClientProbes } from '../../spec/run-client-probes.ts';
import type { Result } from '../../spec/run-probes.ts';
import { EventSource } from '../../src/client.ts';

const KEPT: readonly Verdict[] = ['pass', 'offered', 'not offered'];

/** Both are judged at once: most of the time they are waited for. */
const judged = {
  encke: runClientProbes(EVENT_SOURCE_PROBES, { EventSource, timeout: 10_000, patience: 100 }),
  undici: runClientProbes(EVENT_SOURCE_PROBES, { EventSource: undici.EventSource, patience: 100 }),
};

describe('encke as a client of event streams', () => {
  const results = new Map<string, Result>();

  before(async () => {
    for (const result of await judged.encke) results.set(result.probe, result);
  });

  for (const { id, title } of EVENT_SOURCE_PROBES) {
    it(`${id} ${title}`, () => {
      const { verdict, expected, received } = results.get(id)!;
      assert.ok(KEPT.includes(verdict), `${verdict}: expected ${expected}, received ${received}`);
    });
  }
});

describe('the judge of clients of event streams', () => {
  it('finds in undici what it does against the standard, and nothing else', async () => {
    const found = (await judged.undici).filter(({ verdict }) => !KEPT.includes(verdict));
    assert.deepEqual(
      found.map(({ probe, verdict }) => `${probe} ${verdict}`),
      ['html-9.2.3-5 fail', 'html-17.6-4 departure'],
    );
  });
});

describe('the probes of a client of event streams', () => {
  it('are there for each clause of sse that binds a client, or a reason is', () => {
    const probed = new Set(EVENT_SOURCE_PROBES.map(({ clause }) => clause));
    const clauses = readClauses('sse')
      .filter(bindsClient)
      .map(({ id }) => id);
    const missing = clauses.filter((id) => !probed.has(id) && !(id in UNPROBED_OF_EVENT_SOURCE));
    assert.deepEqual(missing, []);
    for (const id of Object.keys(UNPROBED_OF_EVENT_SOURCE)) {
      assert.ok(clauses.includes(id) && !probed.has(id), id);
    }
    for (const id of probed) assert.ok(clauses.includes(id), id);
  });
});
