import { Audience } from './audience.ts';
import { type Id, START } from './cursor.ts';
import { History } from './history.ts';
import type { Reader } from './reader.ts';

/** What an inbox needs of its log. */
export interface InboxOwner {
  /** Appends to the inbox, in the order of the hub. */
  send(inbox: Inbox, data: unknown): Promise<Id>;
}

/**
 * The private, bounded log of one session, in the order of its hub.
 *
 * Only the server that has the session holds it. When it overflows, its oldest entries go, and a
 * reader that had not taken them is told of a gap of the channel `''`.
 *
 * Most inboxes never get anything: until then one costs no more than this object, as long as no
 * second reader comes.
 */
export class Inbox {
  readonly #owner: InboxOwner;
  readonly #maxOctets: number;
  /** Who reads it, as long as it has no audience. */
  #reader: Reader | undefined;
  /** Its readers and what they read; none before a second reader comes, or something is sent. */
  #audience: Audience | undefined;
  #isClosed = false;

  /** @internal */
  constructor(owner: InboxOwner, octets: number) {
    this.#owner = owner;
    this.#maxOctets = octets;
  }

  /** @internal */
  get history(): History {
    return this.#withAudience.histories[0]!;
  }

  /** The octets of the records that it holds. */
  get octets(): number {
    return this.#audience === undefined ? 0 : this.history.octets;
  }

  /** Whether the session has ended. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * Sends to whoever reads the inbox.
   *
   * @throws TypeError when JSON has no way to write `data`.
   * @throws RangeError when the entry alone is larger than `limits.inbox`.
   */
  append(data: unknown): Promise<Id> {
    return this.#owner.send(this, data);
  }

  /** The session has ended: nothing is held any longer, and what still comes is discarded. */
  close(): void {
    this.#isClosed = true;
    if (this.#audience !== undefined) this.history.trimTo(0);
  }

  /** Its audience, if it has one yet: else the reader is told of it. @internal */
  join(reader: Reader): Audience | undefined {
    if (this.#audience === undefined && this.#reader === undefined) {
      this.#reader = reader;
      return undefined;
    }
    const audience = this.#withAudience;
    audience.readers.add(reader);
    return audience;
  }

  /** @internal */
  leave(reader: Reader): void {
    if (this.#reader === reader) this.#reader = undefined;
    this.#audience?.readers.delete(reader);
  }

  /** Something comes for its readers alone. @internal */
  comes(): void {
    for (const reader of this.#withAudience.readers) reader.standAlone();
  }

  get #withAudience(): Audience {
    this.#audience ??= this.#makeAudience();
    return this.#audience;
  }

  #makeAudience(): Audience {
    const bounds = {
      entries: Number.POSITIVE_INFINITY,
      octets: this.#maxOctets,
      age: Number.POSITIVE_INFINITY,
      compact: false,
    };
    const audience = new Audience([new History('', bounds, START)]);
    if (this.#reader !== undefined) {
      audience.readers.add(this.#reader);
      this.#reader.hasMail(audience);
    }
    this.#reader = undefined;
    return audience;
  }
}
