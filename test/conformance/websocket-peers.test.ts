import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { probes } from '../../spec/rfc6455/probes.ts';
import { runProbes } from '../../spec/run-probes.ts';
import { PEERS, REFLECTOR } from './websocket-peers.ts';

/** Taking content, to read it as frames. From version 26 on, `node:http` reads it beforehand. */
const CONTENT_AS_FRAMES: Readonly<Record<string, number>> =
  Number.parseInt(process.versions.node, 10) >= 26 ? {} : { '6455-4.2.1-2': 2 };

/**
 * A judge that finds no fault in the servers of npm has a hole; one that finds faults where there are
 * none has a crack. So this is everything that they do against RFC 6455, by the clauses, with how many of
 * the clause's probes see it.
 */
const FAULTS: Readonly<Record<keyof typeof PEERS, Readonly<Record<string, number>>>> = {
  ws: {
    ...CONTENT_AS_FRAMES,
    '6455-4.2.1-3': 1, // takes HTTP/1.0
    '6455-4.2.1-5': 1, // takes a request without Host
    '6455-4.3-2': 1, // takes version 013
    '6455-5.2-8': 3, // takes lengths that are not minimal
  },
  websocket: {
    '6455-4.2.1-1': 1, // takes a subprotocol named twice
    '6455-4.2.1-2': 3, // takes POST, and content
    '6455-4.2.1-3': 1, // takes HTTP/1.0
    '6455-4.2.1-6': 1, // takes Upgrade: h2c for websocket
    '6455-4.2.1-8': 5, // takes any key
    '6455-4.2.2-6': 1, // says 426 without saying what to upgrade to
    '6455-4.2.2-16': 1, // loses the octets that come in the same segment as the handshake
    '6455-4.3-2': 3, // takes versions 013 and "13, 8", and subprotocols a,,b;
    '6455-5.1-2': 2, // takes frames that are not masked
    '6455-5.2-8': 3, // takes lengths that are not minimal
    '6455-5.5.1-4': 2, // takes a reason that is not UTF-8
    '6455-5.5.1-10': 1, // answers every code with 1000
    '6455-7.4.1-3': 1, // says 1002 where a frame is too big
    '6455-7.4.1-6': 1, // takes close code 1015
    '6455-9.1-1': 4, // does not look at the grammar of extensions
    '6455-11.3.1-1': 1, // takes two keys
    '6455-11.3.5-2': 1, // takes two versions
  },
  'faye-websocket': {
    '6455-4.2.1-1': 1, // takes a subprotocol named twice
    ...CONTENT_AS_FRAMES,
    '6455-4.2.1-3': 1, // takes HTTP/1.0
    '6455-4.2.1-5': 1, // takes a request without Host
    '6455-4.2.1-8': 5, // takes any key
    '6455-4.2.2-6': 2, // does not say which version it speaks
    '6455-4.3-2': 2, // takes an empty key, and subprotocols a,,b;
    '6455-4.4-1': 2, // does not say which version it speaks
    '6455-5.2-8': 3, // takes lengths that are not minimal
    '6455-11.3.1-1': 1, // takes two keys
  },
};

/**
 * All but those that send much at a time. With the servers in one process with the probes they would
 * have these blame others for being slow, and find nothing: `npm run conform:peers` tries them.
 */
const PROBES = probes.filter(
  ({ id }) => !/^6455-(?:5\.2-7\/[fg]|5\.4-1\/[cd]|6\.2-1\/[efg])$/.test(id),
);

describe('the probes of RFC 6455', { concurrency: true }, () => {
  for (const [name, start] of Object.entries(PEERS)) {
    it(`find in ${name} what it does against the standard, and nothing else`, async () => {
      const peer = await start();
      const webSocketReflector = name === 'ws' ? REFLECTOR : undefined;
      const options = { port: peer.port, timeout: TIMEOUT, webSocketReflector };
      const results = await runProbes(PROBES, options);
      peer.close();
      const found: Record<string, number> = {};
      for (const { verdict, clause, probe, received } of results) {
        assert.notEqual(verdict, 'inconclusive', `${probe}: ${received}`);
        if (verdict === 'fail' || verdict === 'departure') found[clause] = (found[clause] ?? 0) + 1;
      }
      assert.deepEqual(found, FAULTS[name as keyof typeof PEERS]);
    });
  }

  it('are told apart by their ids', () => {
    const ids = probes.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
  });
});

// Helpers

/**
 * How long to wait for what these servers do not do, in milliseconds: more than a busy machine may
 * stand still, or it would be blamed on them.
 */
const TIMEOUT = 5_000;
