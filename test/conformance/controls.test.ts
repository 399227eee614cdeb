import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Verdict } from '../../spec/probe.ts';
import { type Result, runProbes } from '../../spec/run-probes.ts';
import { SERVER_PROBES } from '../../spec/server-probes.ts';
import { startNodeHttp } from './node-http.ts';
import { LIBRARIES, probesSeen } from './seen.ts';
import { PEERS, REFLECTOR } from './websocket-peers.ts';

const MAJOR = Number.parseInt(process.versions.node, 10);

/**
 * Everything that `node:http` does against RFC 9112 and 9110, so that the judge is seen to find no
 * fault where there is none. The last two lists are of some versions only.
 */
const FAULTS_OF_NODE: readonly string[] = [
  '6585-5-2', // 431 has no content
  '8297-2-2', // sends early hints to HTTP/1.0
  '9110-15.3.6-1', // sends content with 205
  '9110-15.5-1', // the errors of its own have no content
  '9110-15.6.6-1', // serves HTTP/2.0
  '9110-17.5-1/b', // reads a chunk-size of any length
  '9110-4.2.1-1', // leaves an absolute target without a host to the application
  '9110-4.2.4-2', // leaves userinfo in a target to the application
  '9110-5.6.3-3', // refuses whitespace in a chunk extension
  '9110-6.2-3/a', // refuses HTTP/1.2
  '9110-6.2-3/b', // serves HTTP/2.0
  '9110-6.5.1-1', // sends Content-Length as a trailer
  '9110-6.6.1-1', // the errors of its own have no Date
  '9110-7.4-1', // leaves the scheme of a target to the application
  '9110-8.6-5/b', // sends Content-Length with 204
  '9110-8.6-9', // sends more than it has announced
  '9110-9.1-2', // answers unknown methods with 400
  '9112-2.2-10', // takes a request line without a version
  '9112-3-2', // answers a long method with 400
  '9112-3-3', // answers a long target with 431
  '9112-3.2-8', // takes two Host lines
  '9112-3.2-9/a', // does not look at Host
  '9112-3.2.4-3/a', // leaves * to the application
  '9112-6.1-14', // goes on behind HTTP/1.0 with Transfer-Encoding
  '9112-6.1-7/b', // sends Transfer-Encoding with 204
  '9112-6.1-9', // hands undecoded content to the application
  '9112-6.2-1/b', // sends both framing fields
  '9112-6.3-14', // the errors of its own have no length
  '9112-7.1.1-2/a', // limits chunk extensions one by one, not altogether
  '9112-7.2-1', // takes parameters on codings
  '9112-9.3.2-3/c', // forgets the request under way when it refuses the next
  '9112-9.6-12/b', // forgets the request under way when the client closes its side
  '9112-9.6-6/a', // reads on behind a request that closes
  '9112-9.6-6/b', // reads on behind a request that closes
];

/** Until version 20: takes the whitespace behind a field value for a part of it. */
const FAULTS_UNTIL_20: readonly string[] = ['9110-5.5-1', '9112-5.1-3'];

/** From version 24 on: resets a connection whose client is still sending when it is refused. */
const FAULTS_FROM_24: readonly string[] = ['9110-17.5-1/a', '9112-9.6-11'];

/**
 * How long to wait for what these servers do not do, in milliseconds: more than a busy machine may
 * stand still, or it would be blamed on them.
 */
const TIMEOUT = 5_000;

/**
 * How long `node:http` keeps a connection that is idle. By itself it is as long as is waited here: on a busy
 * machine a connection that it should have closed at once was closed in time after all.
 */
const KEPT_OPEN = 60_000;

/** How many probes wait at once. */
const CONCURRENCY = 32;

describe('the judge', { concurrency: true }, () => {
  it('finds in node:http what it does against the standards, and nothing else', async () => {
    const results = await judgeNodeHttp();
    const found = results.filter(isFault).map(({ probe }) => probe);
    const expected = [
      ...FAULTS_OF_NODE,
      ...(MAJOR <= 20 ? FAULTS_UNTIL_20 : []),
      ...(MAJOR >= 24 ? FAULTS_FROM_24 : []),
    ];
    assert.deepEqual(found.sort(), expected.sort());
    assert.deepEqual(
      results.filter(({ verdict }) => verdict === 'inconclusive').map(({ probe }) => probe),
      [],
    );
    for (const probe of probesSeen('node:http')) assert.ok(found.includes(probe), probe);
  });

  for (const peer of LIBRARIES) {
    it(`fails ${peer} in each row that it was seen to violate`, async () => {
      const { port, close } = await PEERS[peer]();
      const wanted = probesSeen(peer);
      const probes = SERVER_PROBES.filter(({ id }) => wanted.includes(id));
      assert.equal(probes.length, wanted.length, 'a row names a probe that is not there');
      const options = { port, timeout: TIMEOUT };
      const results = await runProbes(probes, options, { concurrency: CONCURRENCY });
      close();
      const passed = results.filter((result) => !isFault(result));
      assert.deepEqual(
        passed.map(({ probe, received }) => `${probe}: ${received}`),
        [],
      );
    });
  }
});

// Helpers

async function judgeNodeHttp(): Promise<Result[]> {
  const { server, port, close } = await startNodeHttp();
  server.keepAliveTimeout = KEPT_OPEN;
  const probes = SERVER_PROBES.filter(({ clause }) => !/^(?:6455|7692)-/.test(clause));
  const results = await runProbes(
    probes,
    { port, timeout: TIMEOUT, reflector: REFLECTOR },
    { concurrency: CONCURRENCY },
  );
  await close();
  return results;
}

function isFault({ verdict }: { readonly verdict: Verdict }): boolean {
  return verdict === 'fail' || verdict === 'departure';
}
