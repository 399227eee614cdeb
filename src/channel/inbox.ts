import { Audience } from './audience.ts';
import { type Id, START } from './cursor.ts';
import { History } from './history.ts';

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
 */
export class Inbox {
  /** @internal */
  readonly audience: Audience;
  readonly #history: History;
  readonly #owner: InboxOwner;
  #isClosed = false;

  /** @internal */
  constructor(owner: InboxOwner, octets: number) {
    this.#owner = owner;
    const bounds = {
      entries: Number.POSITIVE_INFINITY,
      octets,
      age: Number.POSITIVE_INFINITY,
      compact: false,
    };
    this.#history = new History('', bounds, START);
    this.audience = new Audience([this.#history]);
  }

  /** @internal */
  get history(): History {
    return this.#history;
  }

  /** The octets of the records that it holds. */
  get octets(): number {
    return this.#history.octets;
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
    this.#history.trimTo(0);
  }
}
