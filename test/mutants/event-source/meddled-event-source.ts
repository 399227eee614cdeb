/**
 * What makes a wrong client of a right one: a middlebox between it and the server that it is sent to,
 * and a listener that is told something else.
 *
 * @module
 */

import type { EventSourceLike } from '../../../spec/client-probe.ts';
import { EventSource } from '../../../src/client.ts';
import { type Meddling, meddle } from '../http/middlebox.ts';

/** How a client differs from the right one. Of the middlebox, `says` is what the client hears. */
export interface Quirk extends Meddling {
  /** What its application is told in place of an event. */
  readonly tells?: (event: Event) => Event;
}

/**
 * A class of event sources that all differ from encke's in the same way, and a way to be rid of their
 * connections, which some of them keep when they are closed.
 */
export function eventSourceWith(quirk: Quirk): {
  EventSource: new (url: string) => EventSourceLike;
  letGo(): void;
} {
  const sources: MeddledEventSource[] = [];
  const EventSource = class extends MeddledEventSource {
    constructor(url: string) {
      super(url, quirk);
      sources.push(this);
    }
  };
  const letGo = () => {
    for (const source of sources) source.letGo();
  };
  return { EventSource, letGo };
}

/** An event source behind a middlebox, which it waits for. */
class MeddledEventSource implements EventSourceLike {
  readonly #quirk: Quirk;
  readonly #listeners: [type: string, listener: (event: Event) => void][] = [];
  #source: EventSource | undefined;
  #isClosed = false;
  #letGo: () => void = () => {};

  constructor(url: string, quirk: Quirk) {
    this.#quirk = quirk;
    void this.#open(new URL(url));
  }

  get readyState(): number {
    return this.#source?.readyState ?? EventSource.CONNECTING;
  }

  addEventListener(type: string, listener: (event: Event) => void): void {
    const { tells = (event) => event } = this.#quirk;
    const listening: [string, (event: Event) => void] = [type, (event) => listener(tells(event))];
    this.#listeners.push(listening);
    this.#source?.addEventListener(...listening);
  }

  close(): void {
    this.#isClosed = true;
    this.#source?.close();
    if (!this.#quirk.isUnaware) this.#letGo();
  }

  /** Ends its connections. It must have been closed. */
  letGo(): void {
    this.#letGo();
  }

  async #open(url: URL): Promise<void> {
    const { port, close } = await meddle(Number(url.port), this.#quirk);
    this.#letGo = close;
    if (this.#isClosed) return close();
    url.port = String(port);
    this.#source = new EventSource(url);
    for (const listening of this.#listeners) this.#source.addEventListener(...listening);
  }
}
