import { DEFAULT_LIMITS, type Limits } from '../hub/limits.ts';
import type { Ground } from '../node/ground.ts';
import { SlabPool } from '../node/slab.ts';
import { TimerWheel } from '../node/timer-wheel.ts';
import type { Role } from '../websocket/frame-header.ts';

/** How long a peer may take none of what it is sent: `ws` would wait for ever. */
const STALL = 600_000;

/** What may wait for a client before it is not heard any more. */
const HOLD_AT = 16 * 1_024 * 1_024;

const LIMITS: Limits = { ...DEFAULT_LIMITS, stall: STALL };

const SERVERS: Ground = {
  limits: LIMITS,
  wheel: new TimerWheel(),
  slabs: new SlabPool(),
  connections: new Set(),
  unflushed: [],
  holdAt: HOLD_AT,
  emptied: () => {},
  report: throwLater,
};

/** A client always reads: two ends that both wait for the other to do so would wait for ever. */
const CLIENTS: Ground = { ...SERVERS, holdAt: Infinity };

/** What all connections of this process share, of those in one role. */
export function groundOf(role: Role): Ground {
  return role === 'server' ? SERVERS : CLIENTS;
}

/**
 * Throws what a listener of the application has thrown where nobody catches it, as an emitter would
 * have, but not through the midst of a connection.
 */
export function throwLater(error: unknown): void {
  process.nextTick(() => {
    throw error;
  });
}
