import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';

import { HTTP_CLIENT_PROBES } from '../../spec/http-client/probes.ts';
import { runHttpClientProbes } from '../../spec/http-client/run.ts';
import type { Verdict } from '../../spec/probe.ts';
import type { Result } from '../../spec/run-probes.ts';
import { enckeClient } from './encke-client.ts';
import { nodeHttpClient, undiciClient } from './http-clients.ts';

const KEPT: readonly Verdict[] = ['pass', 'offered', 'not offered', 'not applicable'];

/** What encke's endpoint leaves to whoever uses it, and why. */
const DEPARTURES: Readonly<Record<string, string>> = {
  '9110-8.3-1/client': 'what the type of the content is, only an application knows',
  '9110-10.1.5-1': 'the name is that of the application',
  '9110-10.1.1-5': 'an application that asks for an expectation hears of the 417',
  '9112-9.5-6': 'content is one piece, on its way as a whole; WebSocket and EventSource send none',
};

describe('encke as a client of HTTP', () => {
  const results = new Map<string, Result>();

  before(async () => {
    const options = { client: enckeClient, timeout: 10_000 };
    for (const result of await runHttpClientProbes(HTTP_CLIENT_PROBES, options)) {
      results.set(result.probe, result);
    }
  });

  for (const { id, title } of HTTP_CLIENT_PROBES) {
    it(`${id} ${title}`, () => {
      const { verdict, expected, received } = results.get(id)!;
      const message = `${verdict}: expected ${expected}, received ${received}`;
      if (id in DEPARTURES) assert.equal(verdict, 'departure', message);
      else assert.ok(KEPT.includes(verdict), message);
    });
  }
});

/** What the clients of Node do against the standards, some of it only in some versions. */
const FOUND = {
  undici: {
    client: undiciClient,
    always: '9112-7.4-2 9112-6.3-18 9112-5.2-4 9112-7.1-5/client 9110-15.2-2',
    sometimes:
      '9110-10.1.4-1 9110-7.6.1-1/client 9112-5.1-3/client 9110-5.5-1/client 9112-6.1-14/client ' +
      '9112-7.2-1/client 9110-4.3.4-2 9112-9.8-3 9110-6.2-3/client 8297-2-3/b',
  },
  'node:http': {
    client: nodeHttpClient,
    always: '9112-7.4-2 9112-6.3-18 9110-8.3-1/client 9110-10.1.5-1 9110-10.1.1-1',
    sometimes:
      '9110-10.1.4-1 9112-6.1-3 9112-6.2-1/client 9112-6.3-17/a 9112-5.2-4 9112-6.1-14/client ' +
      '9112-7.1-5/client 9112-7.2-1/client 9112-9.2-3 9112-9.5-6 9112-9.6-2 9112-9.6-3 9110-4.3.4-2 ' +
      '9110-7.6.1-1/client 9110-7.8-11/client 9110-10.1.1-5 9110-6.2-3/client 9110-15-2 8297-2-3/b',
  },
};

describe('the judge of clients of HTTP', { concurrency: true }, () => {
  for (const [name, { client, always, sometimes }] of Object.entries(FOUND)) {
    it(`finds in ${name} what it does against the standard, and nothing else`, async () => {
      const results = await runHttpClientProbes(HTTP_CLIENT_PROBES, { client, timeout: 10_000 });
      const wrong = results.filter(({ verdict }) => !KEPT.includes(verdict));
      const found = wrong.map(({ probe }) => probe);
      const known = `${always} ${sometimes}`.split(' ');
      assert.deepEqual(
        always.split(' ').filter((probe) => !found.includes(probe)),
        [],
      );
      assert.deepEqual(
        wrong
          .filter(({ probe }) => !known.includes(probe))
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
