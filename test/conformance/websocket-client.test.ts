import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';

import { UNPROBED_OF_WEBSOCKET_CLIENT } from '../../spec/clauses/unprobed.ts';
import { bindsClient, readClauses } from '../../spec/clauses.ts';
import type { Verdict } from '../../spec/probe.ts';
import type { Result } from '../../spec/run-probes.ts';
import { WEBSOCKET_CLIENT_PROBES } from '../../spec/websocket-client/probes.ts';
import { runWebSocketClientProbes } from '../../spec/websocket-client/run.ts';
import { CLIENTS } from './websocket-clients.ts';

/**
 * Everything that the clients of npm do against RFC 6455 and 7692, by the clauses, with how many of the
 * clause's probes see it. That a client opens several connections at once, takes lengths that are not minimal
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
    '6455-5.5.1-13': 1, // closes TCP itself
    '6455-7.1.1-5': 1, // closes TCP itself
    '7692-5-10': 1, // takes the same extension twice
    '7692-7-6': 2, // takes windows of 012 bits for 12
  },
  websocket: {
    ...ALL,
    '6455-4.1-2': 1, // takes any scheme for ws
    '6455-4.1-30': 2, // asks for a subprotocol twice, and for one without a name
    '6455-4.1-37': 1, // wants nothing but Upgrade in Connection
    '6455-4.1-39': 2, // does not look at extensions
    '6455-4.1-40': 1, // takes a subprotocol where it asked for none
    '6455-4.3-1': 1, // does not look at extensions
    '6455-5.1-5': 2, // takes masked frames
    '6455-5.5.1-4': 1, // takes a reason whose last character is cut
    '6455-5.5.1-10': 1, // answers each Close with 1000
    '6455-5.5.1-13': 1, // closes TCP itself
    '6455-7.1.1-5': 1, // closes TCP itself
    '6455-7.4.1-3': 1, // says 1002 for what is too big
    '6455-7.4.1-6': 2, // takes and sends 1015
    '6455-9.1-1': 4, // does not look at extensions
    '6455-9.1-2': 1, // does not look at extensions
    '6455-9.1-5': 1, // does not look at extensions
    '7692-5-14': 1, // does not look at extensions
    '6455-11.1.1-1': 1, // sends a path that is not ASCII as latin1
  },
  'faye-websocket': {
    ...ALL,
    '6455-4.1-30': 3, // asks for a subprotocol twice, without a name, and with a space in it
    '6455-4.1-37': 1, // wants nothing but Upgrade in Connection
    '6455-4.1-41': 3, // takes lines that are no field lines
    '6455-5.1-5': 2, // takes masked frames
    '6455-5.5.1-13': 1, // closes TCP itself
    '6455-7.1.1-5': 1, // closes TCP itself
  },
  undici: {
    ...ALL,
    '6455-4.1-37': 1, // wants nothing but Upgrade in Connection
    '6455-4.1-38': 1, // does not take whitespace around Sec-WebSocket-Accept
    '6455-4.3-1': 1, // does not look at the parameters of permessage-deflate
    '6455-5.6-1': 1, // loses a byte order mark
    '6455-7.2.1-1': 1, // leaves TCP open when a handshake fails
    '6455-9.1-1': 2, // does not look at the parameters of permessage-deflate
    '6455-9.1-2': 1, // does not look at the parameters of permessage-deflate
    '6455-9.1-5': 1, // does not look at the parameters of permessage-deflate
    '7692-5.1-1': 1, // does not look at the parameters of permessage-deflate
    '7692-6.1-5': 3, // lets RSV1 stand on control and continuation frames
    '7692-7-5': 1, // does not look at the parameters of permessage-deflate
    '7692-7-6': 11, // does not look at the parameters of permessage-deflate
    '7692-7-7': 2, // does not look at the parameters of permessage-deflate
    '7692-7.2.1-4': 1, // inflates nothing behind a block with BFINAL
  },
};

/** What clients were seen to do before there was a judge: each of these probes has to fail. */
const SEEN: readonly (readonly [client: string, probe: string, what: string])[] = [
  ['ws', '6455-4.1-41/client-a', 'takes a 101 of HTTP/1.0'],
  ['ws', '7692-7-6/client-g', 'takes a window of 012 bits for 12'],
];

describe('encke as a client of WebSocket', () => {
  const results = new Map<string, Result>();

  before(async () => {
    for (const result of await judge('encke')) results.set(result.probe, result);
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

describe('the judge of clients of WebSocket', { concurrency: true }, () => {
  for (const name of Object.keys(FAULTS) as (keyof typeof CLIENTS)[]) {
    it(`finds in ${name} what it does against the standards, and nothing else`, async () => {
      const results = await judge(name);
      const found: Record<string, number> = {};
      for (const { verdict, clause, probe, received } of results) {
        assert.notEqual(verdict, 'inconclusive', `${probe}: ${received}`);
        if (isFault(verdict)) found[clause] = (found[clause] ?? 0) + 1;
      }
      assert.deepEqual(found, FAULTS[name]);
      const failed = results.filter(({ verdict }) => isFault(verdict)).map(({ probe }) => probe);
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

/**
 * How long to wait for what has to come, in milliseconds: more than a busy machine may stand still, or it
 * would be blamed on the client.
 */
const TIMEOUT = 5_000;

function judge(name: keyof typeof CLIENTS): Promise<Result[]> {
  const options = { client: CLIENTS[name], timeout: TIMEOUT };
  return runWebSocketClientProbes(WEBSOCKET_CLIENT_PROBES, options);
}

function isFault(verdict: Verdict): boolean {
  return verdict === 'fail' || verdict === 'departure';
}
