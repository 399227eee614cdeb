import assert from 'node:assert/strict';
import type { Duplex } from 'node:stream';

import type { Endpoint, Tenant } from '../../src/hub/carrier.ts';
import { limitsWith } from '../../src/hub/limits.ts';
import { Connection } from '../../src/node/connection.ts';
import type { Ground } from '../../src/node/ground.ts';
import { SlabPool } from '../../src/node/slab.ts';
import { TimerWheel } from '../../src/node/timer-wheel.ts';

/** An endpoint and a tenant that do nothing. */
export const NOBODY: Endpoint & Tenant = {
  receive() {},
  receiveEnd() {},
  pause() {},
  resume() {},
  waiting: 0,
  check: () => 100_000,
  drained() {},
  ended() {},
  leave() {},
  gone() {},
};

/** A connection on a ground of its own, but for what is given. */
export function connectionOn(stream: Duplex, given: Partial<Ground>): Connection {
  const ground: Ground = {
    limits: limitsWith({}),
    wheel: new TimerWheel(),
    slabs: new SlabPool(),
    connections: new Set(),
    unflushed: [],
    emptied: () => {},
    report: assert.ifError,
    ...given,
  };
  return new Connection(stream, ground);
}
