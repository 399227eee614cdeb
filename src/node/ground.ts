import type { Limits } from '../hub/limits.ts';
import type { Connection } from './connection.ts';
import type { SlabPool } from './slab.ts';
import type { TimerWheel } from './timer-wheel.ts';

/** What all connections of a hub share. */
export interface Ground {
  readonly limits: Limits;
  readonly wheel: TimerWheel;
  readonly slabs: SlabPool;
  /** The connections there are. */
  readonly connections: Set<Connection>;
  /** Connections that were given output outside of a turn, to be flushed in a microtask. */
  readonly unflushed: Connection[];
  /**
   * From how many waiting octets on a peer that takes none is not heard either. Default 0: none of its
   * messages causes an answer that would have to wait.
   */
  readonly holdAt?: number | undefined;
  /** Told when the last connection is gone. */
  readonly emptied: () => void;
  /** Told of faults that are our own, not the peer's. */
  readonly report: (error: unknown) => void;
}
