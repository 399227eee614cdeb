import { type Carrier, Hold } from './carrier.ts';
import type { Message } from './socket.ts';

/**
 * Messages taken one after the other by `for await`.
 *
 * While nobody asks, the endpoint is paused, so that a peer that sends faster than its messages are
 * dealt with is slowed down by TCP.
 */
export class MessageQueue implements AsyncIterator<Message> {
  readonly #carrier: Carrier;
  readonly #messages: Message[] = [];
  #closed = false;
  /** Continues who waits for a message. */
  #resolve: ((result: IteratorResult<Message>) => void) | undefined;

  constructor(carrier: Carrier) {
    this.#carrier = carrier;
    carrier.hold(Hold.Iterator);
  }

  /** A message has come. Once the loop was left, nobody wants it. */
  push(message: Message): void {
    if (this.#closed) return;
    this.#carrier.hold(Hold.Iterator);
    const resolve = this.#resolve;
    this.#resolve = undefined;
    if (resolve === undefined) this.#messages.push(message);
    else resolve({ value: message, done: false });
  }

  /** No more will come. */
  close(): void {
    this.#closed = true;
    this.#resolve?.(DONE);
    this.#resolve = undefined;
  }

  next(): Promise<IteratorResult<Message>> {
    const message = this.#messages.shift();
    if (message !== undefined) return Promise.resolve({ value: message, done: false });
    if (this.#closed) return Promise.resolve(DONE);
    const next = new Promise<IteratorResult<Message>>((resolve) => {
      this.#resolve = resolve;
    });
    this.#carrier.release(Hold.Iterator);
    return next;
  }

  /** The loop was left: what still comes is of no interest, but control frames are. */
  return(): Promise<IteratorResult<Message>> {
    this.close();
    this.#carrier.release(Hold.Iterator);
    return Promise.resolve(DONE);
  }
}

const DONE: IteratorResult<Message> = { value: undefined, done: true };
