import { BatchCache } from './batch-cache.ts';
import { later, type Position, START } from './cursor.ts';
import type { History } from './history.ts';
import type { Reader } from './reader.ts';

/** All readers of the same channels. */
export class Audience {
  readonly histories: readonly History[];
  readonly readers: Set<Reader> = new Set();
  /** What was handed out of several of the channels together. */
  readonly batches: BatchCache;
  /** The position of the last entry of any of the channels. */
  last: Position;
  /** Whether its readers are to be told that there is something to take. */
  isMarked = false;

  constructor(histories: readonly History[]) {
    this.histories = histories;
    this.batches = new BatchCache(histories);
    this.last = histories.reduce((last, history) => later(last, history.last), START);
    for (const history of histories) history.audiences.add(this);
  }

  /** The readers are gone, or have gone elsewhere. */
  leave(): void {
    for (const history of this.histories) history.audiences.delete(this);
  }
}
