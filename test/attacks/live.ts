/**
 * The attacker's side of a live route: receiving by each transport, and sending by each way there is.
 *
 * @module
 */

import assert from 'node:assert/strict';

import type { LiveTransport } from '../../src/index.ts';
import { type Asking, LivePeer } from '../support/live-peer.ts';
import type { Victim } from './attacker.ts';

/** Names that every object has, or that were used to change what it has. */
export const NAMES_OF_MEMBERS = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'] as const;

/** Receives from the victim, and waits for the first record or the refusal. */
export function receive(
  victim: Victim,
  transport: LiveTransport,
  query: Asking['query'] = {},
  headers: Asking['headers'] = {},
): Promise<LivePeer> {
  return LivePeer.open(victim.port, transport, { path: '/live', query, headers });
}

/** What a refused peer was told: the status, whichever way it came. */
export function statusOf(peer: LivePeer): number | undefined {
  return peer.bye?.status ?? peer.status;
}

/** Sends messages over HTTP. */
export function post(victim: Victim, session: string, content: unknown): Promise<Response> {
  return fetch(`http://127.0.0.1:${victim.port}/live?session=${encodeURIComponent(session)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof content === 'string' ? content : JSON.stringify(content),
  });
}

/** Has the victim publish, and reads by this transport what became of it. */
export async function published(
  victim: Victim,
  transport: LiveTransport,
  data: unknown,
): Promise<{ readonly peer: LivePeer; readonly entries: unknown[] }> {
  const first = await receive(victim, 'long-poll', { wait: '0' });
  const { session } = first.ready;
  const answer = await post(victim, session, [{ n: 1, data }]);
  assert.equal(answer.status, 200);
  const peer = await receive(victim, transport, { session, cursor: first.cursor });
  await peer.until(({ id }) => id !== undefined);
  peer.leave();
  return { peer, entries: peer.entries };
}
