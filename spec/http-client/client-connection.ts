/**
 * A connection that a client under test has made, read a request at a time.
 *
 * @module
 */

import {
  type RequestContent,
  type RequestHead,
  readRequestContent,
  readRequestHead,
} from '../models/request.ts';
import type { Wire } from '../wire.ts';

/** Reads what a client sends. */
export class ClientConnection {
  /** Which of the client's connections it is: the first is 1. */
  readonly number: number;
  readonly wire: Wire;
  /** The connection as it was recorded: below TLS, where there is TLS. */
  readonly carrier: Wire;
  /** How many octets have come altogether. */
  received = 0;
  /** Whether the client has ended its side, or has gone. */
  isEnded = false;
  /** Whether what comes next is for nobody here to read: behind an answer to CONNECT. */
  isTunnel = false;
  #waiting: Buffer = Buffer.alloc(0);
  readonly #changed: () => void;

  /** @param changed - Told when something has come. */
  constructor(number: number, wire: Wire, carrier: Wire, changed: () => void) {
    this.number = number;
    this.wire = wire;
    this.carrier = carrier;
    this.#changed = changed;
  }

  /** What has come and has not been read. */
  get waiting(): Buffer {
    return Buffer.concat([this.#waiting, this.wire.waiting]);
  }

  /** The next head; nothing when none comes before the end. */
  async readHead(): Promise<RequestHead | undefined> {
    for (;;) {
      const head = this.isTunnel ? undefined : readRequestHead(this.#waiting);
      if (head !== undefined) {
        this.#waiting = this.#waiting.subarray(head.head.length);
        return head;
      }
      if (!(await this.#more())) return undefined;
    }
  }

  /** The content behind a head; nothing when it does not come before the end. */
  async readContent(head: RequestHead): Promise<RequestContent | undefined> {
    for (;;) {
      const content = readRequestContent(head, this.#waiting, false);
      if (content !== undefined) {
        this.#waiting = this.#waiting.subarray(content.length);
        return content;
      }
      if (!(await this.#more())) return undefined;
    }
  }

  /** Takes whatever comes, until the end. */
  async readOn(): Promise<void> {
    while (await this.#more());
  }

  /** Whether something more has come. Waits as long as the client stays. */
  async #more(): Promise<boolean> {
    let octets: Buffer = Buffer.alloc(0);
    while (octets.length === 0 && this.wire.ending === 'open') octets = await this.wire.readSome();
    if (octets.length === 0) octets = await this.wire.readSome();
    this.isEnded = octets.length === 0;
    this.received += octets.length;
    this.#waiting = Buffer.concat([this.#waiting, octets]);
    this.#changed();
    return !this.isEnded;
  }
}
