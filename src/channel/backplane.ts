import { formatCursor, type Id, type Position, positionAfter, START } from './cursor.ts';

/** What a backplane tells the log of a hub. */
export interface Feed {
  /**
   * Delivers what was appended by any hub, in the order of the ids, each once. What is not above
   * what was delivered before is passed over.
   */
  deliver(id: Id, channel: string, data: string, key?: string | undefined): void;

  /** Says that what stands at or below `id` and was not delivered never will be. */
  skip(id: Id): void;
}

/**
 * Where entries get their order: one log for all hubs that share it.
 *
 * A hub reads only its own copy, which the feed keeps up to date. The backplane that is used when
 * none is given is this process alone.
 */
export interface Backplane {
  /** Unlike that of every other hub that shares the log, and of this one before it was restarted. */
  readonly hub: string;

  /** Begins to tell the log what is appended. */
  connect(feed: Feed): void;

  /**
   * Appends an entry whose data is the JSON text `data`. Resolves to its id, which is above all
   * others of the log. What has the channel `''` is only a mark in the order, which each feed
   * delivers with its data as they are, and which need not be kept.
   */
  append(channel: string, data: string, key?: string | undefined): Promise<Id>;
}

/** The backplane of one hub: it delivers within `append`, and keeps nothing. */
export class InProcessBackplane implements Backplane {
  readonly hub = '';
  readonly #epoch: string;
  readonly #wallClock: () => number;
  #last: Position = START;
  #feed: Feed | undefined;

  constructor(epoch: string, wallClock: () => number) {
    this.#epoch = epoch;
    this.#wallClock = wallClock;
  }

  connect(feed: Feed): void {
    this.#feed = feed;
  }

  append(channel: string, data: string, key?: string | undefined): Promise<Id> {
    this.#last = positionAfter(this.#last, this.#wallClock());
    const id = formatCursor(this.#epoch, this.#last);
    this.#feed?.deliver(id, channel, data, key);
    return Promise.resolve(id);
  }
}
