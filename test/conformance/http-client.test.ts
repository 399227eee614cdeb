import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';

import { HTTP_CLIENT_PROBES } from '../../spec/http-client/probes.ts';
import { type HttpClientOptions, runHttpClientProbes } from '../../spec/http-client/run.ts';
import type { Verdict } from '../../spec/probe.ts';
import type { Result } from '../../spec/run-probes.ts';
import { explanationOf } from '../peers/explanations.ts';
import { enckeClient } from './encke-client.ts';
import { nodeHttpClient, undiciClient } from './http-clients.ts';

const KEPT: readonly Verdict[] = ['pass', 'offered', 'not offered', 'not applicable'];

/**
 * How long to wait for what the clients of others do not do, in milliseconds: more than a busy machine may
 * stand still, or it would be blamed on them.
 */
const TIMEOUT = 5_000;

/** All are judged at once: most of the time they are waited for. */
const judged = {
  encke: judge(enckeClient, 10_000),
  'undici fetch': judge(undiciClient, TIMEOUT),
  'node:http': judge(nodeHttpClient, TIMEOUT),
};

describe('encke as a client of HTTP', () => {
  const results = new Map<string, Result>();

  before(async () => {
    for (const result of await judged.encke) results.set(result.probe, result);
  });

  for (const { id, title } of HTTP_CLIENT_PROBES) {
    it(`${id} ${title}`, () => {
      const { verdict, expected, received } = results.get(id)!;
      const message = `${verdict}: expected ${expected}, received ${received}`;
      if (isExplained('encke HTTP', results.get(id)!)) assert.equal(verdict, 'departure', message);
      else assert.ok(KEPT.includes(verdict), message);
    });
  }
});

/** What the clients of Node do against the standards in any version. What else is explained, some do in some. */
const ALWAYS = {
  'undici fetch': '9112-7.4-2 9112-6.3-18 9112-5.2-4 9112-7.1-5/client 9110-15.2-2',
  'node:http': '9112-7.4-2 9112-6.3-18 9110-8.3-1/client 9110-10.1.5-1 9110-10.1.1-1',
} as const;

describe('the judge of clients of HTTP', () => {
  for (const name of Object.keys(ALWAYS) as (keyof typeof ALWAYS)[]) {
    it(`finds in ${name} what it does against the standard, and nothing else`, async () => {
      const results = await judged[name];
      const wrong = results.filter(({ verdict }) => !KEPT.includes(verdict));
      const found = wrong.map(({ probe }) => probe);
      assert.deepEqual(
        ALWAYS[name].split(' ').filter((probe) => !found.includes(probe)),
        [],
      );
      assert.deepEqual(
        wrong
          .filter((result) => !isExplained(name, result))
          .map(({ probe, received }) => `${probe}: ${received}`),
        [],
      );
    });
  }
});

describe('the probes of a client of HTTP', () => {
  it('are told apart by their ids', () => {
    const ids = HTTP_CLIENT_PROBES.map(({ id }) => id);
    assert.deepEqual(
      ids.filter((id, index) => ids.indexOf(id) !== index),
      [],
    );
  });
});

// Helpers

function judge(client: HttpClientOptions['client'], timeout: number): Promise<Result[]> {
  return runHttpClientProbes(HTTP_CLIENT_PROBES, { client, timeout });
}

/** Whether the page on peers says why. */
function isExplained(name: string, result: Result): boolean {
  return explanationOf({ name, role: 'client' }, result) !== undefined;
}
