import { DEFAULT_LIMITS } from '../hub/limits.ts';
import type { Ground } from './ground.ts';
import { SlabPool } from './slab.ts';
import { TimerWheel } from './timer-wheel.ts';

/** What the connections of all clients of this process share. */
export const CLIENT_GROUND: Ground = {
  limits: DEFAULT_LIMITS,
  wheel: new TimerWheel(),
  slabs: new SlabPool(),
  connections: new Set(),
  unflushed: [],
  // A client goes on hearing a server that takes none of what it sends: the server may wait for just
  // that, and then neither would ever read again. What waits meanwhile has its limit.
  holdAt: Number.POSITIVE_INFINITY,
  emptied: () => {},
  report: (error) => console.error(error),
};
