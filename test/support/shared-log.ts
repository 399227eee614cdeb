import type { Backplane, Feed } from '../../src/channel/backplane.ts';
import type { Id } from '../../src/channel/cursor.ts';

/** What was appended to the shared log. */
export interface SharedEntry {
  readonly id: Id;
  readonly channel: string;
  readonly data: string;
  readonly key: string | undefined;
}

/** A log in memory that several hubs share. It delivers late, and in batches: when it is asked to. */
export class SharedLog {
  readonly entries: SharedEntry[] = [];
  readonly #nextId: () => Id;
  #hubs = 0;

  constructor(nextId: () => Id) {
    this.#nextId = nextId;
  }

  /** The end of the log that a hub, new or restarted, holds on to. It is delivered everything. */
  connection(): SharedLogConnection {
    return new SharedLogConnection(this, `hub${++this.#hubs}`);
  }

  append(channel: string, data: string, key: string | undefined): Id {
    const id = this.#nextId();
    this.entries.push({ id, channel, data, key });
    return id;
  }
}

export class SharedLogConnection implements Backplane {
  readonly hub: string;
  readonly #log: SharedLog;
  /** Who is told. */
  feed: Feed | undefined;
  #delivered = 0;

  constructor(log: SharedLog, hub: string) {
    this.#log = log;
    this.hub = hub;
  }

  connect(feed: Feed): void {
    this.feed = feed;
  }

  append(channel: string, data: string, key?: string): Promise<Id> {
    return Promise.resolve(this.#log.append(channel, data, key));
  }

  /** Delivers the next entries, and returns them. */
  deliver(count: number): SharedEntry[] {
    const entries = this.#log.entries.slice(this.#delivered, this.#delivered + count);
    this.#delivered += entries.length;
    for (const { id, channel, data, key } of entries) this.feed?.deliver(id, channel, data, key);
    return entries;
  }
}
