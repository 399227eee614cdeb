/** What the octets go out by: how many have been sent, and how many wait. */
export interface SendingConnection {
  readonly sentOctets: number;
  readonly bufferedAmount: number;
}

/** From so many messages on, those that have left are forgotten. */
const MANY = 64;

/** A message that was handed over. */
interface Handed {
  readonly octets: number;
  /** How many octets have been sent in all when its last one has. */
  readonly end: number;
}

/**
 * How many octets of messages have not left yet: what an application gave, without what frames, masking
 * and compression make of it.
 *
 * @see {@link https://websockets.spec.whatwg.org/#dom-websocket-bufferedamount | WebSockets standard, bufferedAmount}
 */
export class UnsentOctets {
  readonly #connection: SendingConnection;
  #messages: Handed[] = [];
  #pruneAt = MANY;
  /** How many octets had been sent before this task, in which some were sent. */
  #sentBefore: number | undefined;

  constructor(connection: SendingConnection) {
    this.#connection = connection;
  }

  get amount(): number {
    const sent = this.#sent;
    const first = this.#messages.findIndex(({ end }) => end > sent);
    if (first === -1) return 0;
    return this.#messages
      .slice(first)
      .reduce((sum, { octets, end }) => sum + Math.min(octets, end - sent), 0);
  }

  /** Has `write` write a message of so many octets. */
  add(octets: number, write: () => void): void {
    const sent = this.#sent;
    if (this.#messages.length >= this.#pruneAt) this.#prune(sent);
    write();
    const { sentOctets, bufferedAmount } = this.#connection;
    this.#messages.push({ octets, end: sentOctets + bufferedAmount });
    if (sentOctets !== sent) this.#keepForThisTask(sent);
  }

  /** Forgets what has left; what has not is looked at again once it is twice as many. */
  #prune(sent: number): void {
    this.#messages = this.#messages.filter(({ end }) => end > sent);
    this.#pruneAt = Math.max(MANY, 2 * this.#messages.length);
  }

  get #sent(): number {
    return this.#sentBefore ?? this.#connection.sentOctets;
  }

  /** The system may take a large message at once, but until the next task it counts. */
  #keepForThisTask(sent: number): void {
    if (this.#sentBefore !== undefined) return;
    this.#sentBefore = sent;
    setImmediate(() => {
      this.#sentBefore = undefined;
    });
  }
}
