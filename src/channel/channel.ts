import type { Id } from './cursor.ts';

/** What a channel is asked with `history`. */
export interface ChannelHistory {
  /** The entries after the cursor, oldest first. */
  readonly entries: readonly { readonly id: Id; readonly data: unknown }[];
  /** Whether something after the cursor is missing. */
  readonly gap: boolean;
}

/** What can be said of an entry when it is published. */
export interface PublishOptions {
  /** In a history that is compact, supersedes the entry with the same key. */
  readonly key?: string | undefined;
}

/** What a channel needs of its log. */
export interface ChannelOwner {
  publish(name: string, data: unknown, key: string | undefined): Promise<Id>;
  historyOf(name: string, since: string | undefined): ChannelHistory;
  readersOf(name: string): number;
}

/** A named log of entries, to which is published, and which many read. */
export class Channel {
  readonly name: string;
  readonly #owner: ChannelOwner;

  /** @internal */
  constructor(owner: ChannelOwner, name: string) {
    this.#owner = owner;
    this.name = name;
  }

  /** How many read it in this process. */
  get readers(): number {
    return this.#owner.readersOf(this.name);
  }

  /**
   * Appends an entry, which all readers will be handed. Resolves to its id. A rejection is reported
   * and need not be handled.
   *
   * @throws TypeError when JSON has no way to write `data`.
   * @throws RangeError when the entry alone is larger than the history may be.
   */
  publish(data: unknown, options: PublishOptions = {}): Promise<Id> {
    return this.#owner.publish(this.name, data, options.key);
  }

  /**
   * What is held of the channel after the cursor `since`, or all of it when there is none. When the
   * cursor says nothing here, that is a gap, and all that is held follows.
   */
  history(since?: string): ChannelHistory {
    return this.#owner.historyOf(this.name, since);
  }
}
