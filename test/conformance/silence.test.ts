/**
 * Peers that say nothing: a probe may pass them only where that is what the clause asks for. Whoever
 * judges everything that was said must not take it for right that nothing was.
 */

import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';

import { EVENT_SOURCE_PROBES } from '../../spec/event-source-probes.ts';
import { HTTP_CLIENT_PROBES } from '../../spec/http-client/probes.ts';
import { runHttpClientProbes } from '../../spec/http-client/run.ts';
import { runClientProbes } from '../../spec/run-client-probes.ts';
import { type Result, runProbes } from '../../spec/run-probes.ts';
import { SERVER_PROBES } from '../../spec/server-probes.ts';
import { WEBSOCKET_CLIENT_PROBES } from '../../spec/websocket-client/probes.ts';
import { runWebSocketClientProbes } from '../../spec/websocket-client/run.ts';

/** What a server may say nothing to: a request that is not whole, or that it may close upon. */
const MUTE_SERVERS_MAY: readonly string[] = [
  '9110-5.3-4/a', // answers nothing before the whole head has come
  '9110-8.6-8/a', // may wait for a content that is announced
  '9112-6.3-12', // takes a body that is cut short for no request
  '9112-7.1-4', // may wait for a chunk that is announced
];

/** What a client need not even connect for. */
const IDLE_CLIENTS_MAY: readonly string[] = [
  '6455-3-4/client', // asks for no address with a fragment
  '6455-4.1-2/client', // asks for no address that is none
  '6455-4.1-30/client-a', // does not ask for bad subprotocols
  '6455-4.1-30/client-b',
  '6455-4.1-30/client-c',
];

const WAITING = { timeout: 100, patience: 30 };
const MANY_AT_ONCE = { concurrency: 32 };
const PUSHES = { path: '/live', publish: '/publish', heartbeat: 30, round: 1_000, sessionIdle: 30 };

describe('a probe passes no peer for saying nothing', { concurrency: true }, () => {
  it('that is a server', async () => {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => {});
      socket.on('end', () => socket.end());
      socket.resume();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const subject = {
      port,
      reflector: '/reflect',
      webSocketReflector: '/reflect',
      givesUpAfter: 30,
      eventStream: PUSHES,
      live: PUSHES,
    };
    const probes = SERVER_PROBES.filter(({ long }) => !long);
    const results = await runProbes(probes, { ...subject, ...WAITING }, MANY_AT_ONCE);
    server.close();
    assert.equal(results.length, probes.length);
    assert.deepEqual(passed(results), MUTE_SERVERS_MAY);
  });

  it('that is a client of WebSocket', async () => {
    const client = () => () => {};
    const probes = WEBSOCKET_CLIENT_PROBES.filter(({ long }) => !long);
    const results = await runWebSocketClientProbes(probes, { client, ...WAITING }, MANY_AT_ONCE);
    assert.deepEqual(passed(results), IDLE_CLIENTS_MAY);
  });

  it('that is a client of HTTP', async () => {
    const client = () => ({ request: () => new Promise<never>(() => {}), close: () => {} });
    const probes = HTTP_CLIENT_PROBES.filter(({ long }) => !long);
    const results = await runHttpClientProbes(probes, { client, ...WAITING }, MANY_AT_ONCE);
    assert.deepEqual(passed(results), []);
  });

  it('that is an event source', async () => {
    const options = { EventSource: IdleSource, ...WAITING };
    const results = await runClientProbes(EVENT_SOURCE_PROBES, options, MANY_AT_ONCE);
    assert.deepEqual(passed(results), []);
  });
});

// Helpers

/** A source that never asks for anything. */
class IdleSource {
  readonly readyState = 0;

  addEventListener(): void {}

  close(): void {}
}

/** The probes that found nothing wrong, and something that was offered. */
function passed(results: readonly Result[]): string[] {
  const good = results.filter(({ verdict }) => verdict === 'pass' || verdict === 'offered');
  return good.map(({ probe }) => probe).sort();
}
