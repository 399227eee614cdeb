import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';

import type { Verdict } from '../../spec/probe.ts';
import type { Result } from '../../spec/run-probes.ts';
import { WEBSOCKET_CLIENT_PROBES } from '../../spec/websocket-client/probes.ts';
import { runWebSocketClientProbes } from '../../spec/websocket-client/run.ts';
import { CLIENTS } from './websocket-clients.ts';

const KEPT: readonly Verdict[] = ['pass', 'offered', 'not offered', 'not applicable'];

describe('encke as a client of WebSocket', () => {
  const results = new Map<string, Result>();

  before(async () => {
    const options = { client: CLIENTS.encke, timeout: 10_000 };
    for (const result of await runWebSocketClientProbes(WEBSOCKET_CLIENT_PROBES, options)) {
      results.set(result.probe, result);
    }
  });

  for (const { id, title } of WEBSOCKET_CLIENT_PROBES) {
    it(`${id} ${title}`, () => {
      const { verdict, expected, received } = results.get(id)!;
      assert.ok(KEPT.includes(verdict), `${verdict}: expected ${expected}, received ${received}`);
    });
  }
});
