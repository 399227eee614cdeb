import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Probe, Verdict } from '../../spec/probe.ts';
import { probes as rfc6455 } from '../../spec/rfc6455/probes.ts';
import { probes as all } from '../../spec/rfc7692/probes.ts';
import { type Result, runProbes } from '../../spec/run-probes.ts';
import { startSubject } from './subject.ts';
import { PEERS } from './websocket-peers.ts';

/** Those that take minutes are for `npm run conform:peers`. */
const rfc7692 = all.filter(({ long }) => long !== true);

const KEPT: readonly Verdict[] = ['pass', 'offered', 'not offered'];

/** What does not apply to encke when it compresses, and why. */
const NOT_APPLICABLE: Readonly<Record<string, string>> = {
  '7692-7.2.1-5': 'no block with BFINAL is sent',
  '7692-7.2.1-7': 'no message is sent in fragments',
  '7692-7.2.2-6/a': 'a client that hints at not using its window is held to it',
};

/** What `ws` does otherwise, or not at all, with its default options. */
const FOUND_IN_WS: Readonly<Record<string, Verdict>> = {
  '7692-7-1/c': 'fail', // refuses the whole handshake
  '7692-7-2/c': 'fail', // takes server_max_window_bits=08
  '7692-7.2.1-5': 'not applicable', // sends no block with BFINAL
  '7692-7.2.1-7': 'not applicable', // sends no fragments
  '7692-7.2.2-6/a': 'not applicable', // takes the hint for a request
};

describe('encke that compresses', () => {
  it('keeps the clauses of RFC 7692', async () => {
    const results = await judgeSubject(rfc7692, '--deflate');
    const others = results.filter(({ verdict }) => !KEPT.includes(verdict));
    const lacking = others.map(({ probe, verdict, received }) => [probe, verdict, received]);
    assert.deepEqual(
      lacking.map(([probe, verdict]) => [probe, verdict]),
      Object.keys(NOT_APPLICABLE).map((probe) => [probe, 'not applicable']),
      JSON.stringify(lacking),
    );
  });

  it('keeps those of RFC 6455 as it does without', async () => {
    const plain = rfc6455.filter(({ needs }) => needs === undefined);
    for (const { probe, verdict, expected, received } of await judgeSubject(plain, '--deflate')) {
      const message = `${probe} ${verdict}: expected ${expected}, received ${received}`;
      assert.ok(KEPT.includes(verdict), message);
    }
  });
});

describe('encke that does not compress', () => {
  it('declines every offer', async () => {
    for (const { probe, verdict, received } of await judgeSubject(rfc7692)) {
      assert.ok(['pass', 'not applicable'].includes(verdict), `${probe} ${verdict}: ${received}`);
    }
  });
});

describe('the probes of RFC 7692', () => {
  it('find in ws what it does against the standard, and nothing else', async () => {
    const peer = await PEERS.ws();
    const results = await runProbes(rfc7692, { port: peer.port, timeout: TIMEOUT });
    peer.close();
    const found = results.filter(({ verdict }) => !KEPT.includes(verdict));
    const verdicts = found.map(({ probe, verdict }) => [probe, verdict]);
    assert.deepEqual(Object.fromEntries(verdicts), FOUND_IN_WS);
  });

  it('are told apart by their ids', () => {
    const ids = all.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
  });
});

// Helpers

/** How long a server may take for what has to come: more than a busy machine may stand still. */
const TIMEOUT = 20_000;

async function judgeSubject(
  probes: readonly Probe[],
  ...options: readonly string[]
): Promise<Result[]> {
  const subject = await startSubject(...options);
  try {
    return await runProbes(probes, { port: subject.port, timeout: TIMEOUT });
  } finally {
    await subject.close();
  }
}
