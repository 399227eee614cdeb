import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';

import { UNPROBED_OF_WEBSOCKET_CLIENT } from '../../spec/clauses/unprobed.ts';
import { bindsClient, readClauses } from '../../spec/clauses.ts';
import type { Verdict } from '../../spec/probe.ts';
import type { Result } from '../../spec/run-probes.ts';
import { WEBSOCKET_CLIENT_PROBES } from '../../spec/websocket-client/probes.ts';
import { runWebSocketClientProbes } from '../../spec/websocket-client/run.ts';
import { explanationOf } from '../peers/explanations.ts';
import { CLIENTS } from './websocket-clients.ts';

/**
 * Everything that the clients of npm do against RFC 6455 and 7692, by the clauses, with how many of the
 * clause's probes see it. What it is that they do, `docs/peers.md` says. That a client opens several connections at once, takes lengths that are not minimal
 * and a 101 of HTTP/1.0, all of them have in common.
 */
const ALL = {
  '6455-4.1-3': 1,
  '6455-4.1-4': 1,
  '6455-4.1-41': 1,
  '6455-5.2-8': 3,
} as const;

const FAULTS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  ws: {
    ...ALL,
    '6455-5.5.1-13': 1,
    '6455-7.1.1-5': 1,
    '7692-5-10': 1,
    '7692-7-6': 2,
  },
  websocket: {
    ...ALL,
    '6455-4.1-2': 1,
    '6455-4.1-30': 2,
    '6455-4.1-37': 1,
    '6455-4.1-39': 2,
    '6455-4.1-40': 1,
    '6455-4.3-1': 1,
    '6455-5.1-5': 2,
    '6455-5.5.1-4': 1,
    '6455-5.5.1-10': 1,
    '6455-5.5.1-13': 1,
    '6455-7.1.1-5': 1,
    '6455-7.4.1-3': 1,
    '6455-7.4.1-6': 2,
    '6455-9.1-1': 4,
    '6455-9.1-2': 1,
    '6455-9.1-5': 1,
    '7692-5-14': 1,
    '6455-11.1.1-1': 1,
  },
  'faye-websocket': {
    ...ALL,
    '6455-4.1-30': 3,
    '6455-4.1-37': 1,
    '6455-4.1-41': 3,
    '6455-5.1-5': 2,
    '6455-5.5.1-13': 1,
    '6455-7.1.1-5': 1,
  },
  undici: {
    ...ALL,
    '6455-4.1-37': 1,
    '6455-4.1-38': 1,
    '6455-4.3-1': 1,
    '6455-5.6-1': 1,
    '6455-7.2.1-1': 1,
    '6455-9.1-1': 2,
    '6455-9.1-2': 1,
    '6455-9.1-5': 1,
    '7692-5.1-1': 1,
    '7692-6.1-5': 3,
    '7692-7-5': 1,
    '7692-7-6': 11,
    '7692-7-7': 2,
    '7692-7.2.1-4': 1,
  },
};

/** What clients were seen to do before there was a judge: each of these probes has to fail. */
const SEEN: readonly (readonly [client: string, probe: string, what: string])[] = [
  ['ws', '6455-4.1-41/client-a', 'takes a 101 of HTTP/1.0'],
  ['ws', '7692-7-6/client-g', 'takes a window of 012 bits for 12'],
];

/**
 * How long to wait for what has to come, in milliseconds: more than a busy machine may stand still, or it
 * would be blamed on the client.
 */
const TIMEOUT = 5_000;

/** All are judged at once: most of the time they are waited for. */
const judged = new Map(
  (['encke', ...Object.keys(FAULTS)] as (keyof typeof CLIENTS)[]).map((name) => [
    name,
    judge(name),
  ]),
);

describe('encke as a client of WebSocket', () => {
  const results = new Map<string, Result>();

  before(async () => {
    for (const result of await judged.get('encke')!) results.set(result.probe, result);
  });

  for (const { id, title } of WEBSOCKET_CLIENT_PROBES) {
    it(`${id} ${title}`, () => {
      const { verdict, expected, received } = results.get(id)!;
      const said = `${verdict}: expected ${expected}, received ${received}`;
      assert.ok(KEPT.includes(verdict) || BESIDE_ENCKE.includes(id), said);
      if (BESIDE_ENCKE.includes(id)) assert.equal(verdict, 'not applicable');
    });
  }
});

describe('the judge of clients of WebSocket', () => {
  for (const name of Object.keys(FAULTS) as (keyof typeof CLIENTS)[]) {
    it(`finds in ${name} what it does against the standards, and nothing else`, async () => {
      const results = await judged.get(name)!;
      const found: Record<string, number> = {};
      for (const { verdict, clause, probe, received } of results) {
        assert.notEqual(verdict, 'inconclusive', `${probe}: ${received}`);
        if (isFault(verdict)) found[clause] = (found[clause] ?? 0) + 1;
      }
      const faults = results.filter(({ verdict }) => isFault(verdict));
      const peer = { name, role: 'client' } as const;
      const unexplained = faults.filter((fault) => explanationOf(peer, fault) === undefined);
      assert.deepEqual(
        unexplained.map(({ probe, received }) => `${probe}: ${received}`),
        [],
      );
      assert.deepEqual(found, FAULTS[name]);
      const failed = faults.map(({ probe }) => probe);
      for (const [client, probe, what] of SEEN) {
        if (client === name) assert.ok(failed.includes(probe), what);
      }
    });
  }
});

describe('the probes of a client of WebSocket', () => {
  it('are there for each clause of RFC 6455 and 7692 that binds a client, or a reason is', () => {
    const probed = new Set(WEBSOCKET_CLIENT_PROBES.map(({ clause }) => clause));
    const clauses = [...readClauses('rfc6455'), ...readClauses('rfc7692')]
      .filter(bindsClient)
      .map(({ id }) => id);
    const reasons = Object.keys(UNPROBED_OF_WEBSOCKET_CLIENT);
    assert.deepEqual(
      clauses.filter((id) => !probed.has(id)),
      clauses.filter((id) => reasons.includes(id)),
    );
    for (const id of [...probed, ...reasons]) assert.ok(clauses.includes(id), id);
  });

  it('are told apart by their ids', () => {
    const ids = WEBSOCKET_CLIENT_PROBES.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
  });
});

// Helpers

const KEPT: readonly Verdict[] = ['pass', 'offered', 'not offered'];

/** What does not apply to encke's client. */
const BESIDE_ENCKE: readonly string[] = [
  '6455-5.5-1/client-d', // it has no way to send a Ping
  '6455-7.2.3-1/client', // it does not come back by itself
  '6455-7.2.3-2/client',
  '6455-7.2.3-4/client',
  '7692-7-8/client', // it offers client_max_window_bits
  '7692-7.2.1-7/client', // it sends no fragments
];

function judge(name: keyof typeof CLIENTS): Promise<Result[]> {
  const options = { client: CLIENTS[name], timeout: TIMEOUT };
  return runWebSocketClientProbes(WEBSOCKET_CLIENT_PROBES, options);
}

function isFault(verdict: Verdict): boolean {
  return verdict === 'fail' || verdict === 'departure';
}
