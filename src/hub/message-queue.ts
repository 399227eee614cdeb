import { type Carrier, Hold } from './carrier.ts';
import type { Message } from './socket.ts';

/**
 * Messages taken one after the other by `for await`.
 *
 * While nobody asks, the endpoint is paused, so that a peer that sends faster than its messages are
 * dealt with is slowed down by TCP.
 */
export class MessageQueue implements AsyncIterator<Message> {
  readonly #carrier: Pick<Carrier, 'hold' | 'release'>;
  readonly #messages: Message[] = [];
  #closed = false;
  /** Continue those who wait for a message, in the order in which they asked. */
  readonly #asked: ((result: IteratorResult<Message>) => void)[] = [];

  constructor(carrier: Pick<Carrier, 'hold' | 'release'>) {
    this.#carrier = carrier;
    carrier.hold(Hold.Iterator);
  }

  /** A message has come. Once the loop was left, nobody wants it. */
  push(message: Message): void {
    if (this.#closed) return;
    const resolve = this.#asked.shift();
    if (this.#asked.length === 0) this.#carrier.hold(Hold.Iterator);
    if (resolve === undefined) this.#messages.push(message);
    else resolve({ value: message, done: false });
  }

  /** We have begun to close: no message will come, but the peer's Close frame shall be heard unasked. */
  closing(): void {
    this.#carrier.release(Hold.Iterator);
  }

  /** No more will come. */
  close(): void {
    this.#closed = true;
    for (const resolve of this.#asked.splice(0)) resolve(DONE);
  }

  next(): Promise<IteratorResult<Message>> {
    const message = this.#messages.shift();
    if (message !== undefined) return Promise.resolve({ value: message, done: false });
    if (this.#closed) return Promise.resolve(DONE);
    const next = new Promise<IteratorResult<Message>>((resolve) => {
      this.#asked.push(resolve);
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
