import { KeptOctets } from '../bytes/kept-octets.ts';
import { type Fields, NO_FIELDS } from '../http1/fields.ts';
import type { Exchange } from './exchange.ts';

/** The content of a request: read it once, as a whole or piece by piece. */
export interface RequestBody extends AsyncIterable<Uint8Array> {
  /** All of it. @throws HttpError when it breaks off or exceeds `limits.body`. */
  bytes(): Promise<Uint8Array>;
  /** All of it, as UTF-8. */
  text(): Promise<string>;
  /** All of it, as JSON. @throws SyntaxError when it is none. */
  json(): Promise<unknown>;
}

/** A request's content, as it comes out of an exchange. */
export class RequestContent implements RequestBody {
  /** The fields that came behind it, once it is complete. */
  trailers: Fields = NO_FIELDS;
  readonly #exchange: Exchange;
  /** What has come and was not taken. */
  readonly #octets = new KeptOctets();
  #state: 'unread' | 'reading' | 'complete' | Error = 'unread';
  /** Continues who waits for the next piece. */
  #wake: (() => void) | undefined;
  /** Whether the content is held back whenever some of it waits. */
  #byPiece = false;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  bytes(): Promise<Uint8Array> {
    return harmless(this.#whole());
  }

  text(): Promise<string> {
    return harmless(this.#whole().then((octets) => new TextDecoder().decode(octets)));
  }

  json(): Promise<unknown> {
    return harmless(this.text().then((text): unknown => JSON.parse(text)));
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    this.#byPiece = true;
    this.#begin();
    for (;;) {
      if (this.#octets.length > 0) yield this.#octets.take();
      else if (this.#state instanceof Error) throw this.#state;
      else if (this.#state === 'complete') return;
      else await this.#more();
    }
  }

  /** @internal Some of it has come; the octets are copied. */
  push(octets: Uint8Array): void {
    this.#octets.add(octets);
    if (this.#byPiece) this.#exchange.pauseContent();
    this.#wake?.();
  }

  /** @internal It is complete. */
  complete(trailers: Fields): void {
    if (this.#isOver) return;
    this.trailers = trailers;
    this.#end('complete');
  }

  /** @internal No more will come. */
  breakOff(reason: Error): void {
    if (!this.#isOver) this.#end(reason);
  }

  get #isOver(): boolean {
    return this.#state === 'complete' || this.#state instanceof Error;
  }

  #end(state: 'complete' | Error): void {
    this.#state = state;
    this.#wake?.();
  }

  async #whole(): Promise<Uint8Array> {
    this.#begin();
    while (this.#state === 'reading') await this.#more();
    if (this.#state instanceof Error) throw this.#state;
    return this.#octets.take();
  }

  #begin(): void {
    if (this.#state === 'unread') {
      this.#state = 'reading';
      this.#exchange.readContent();
    }
  }

  async #more(): Promise<void> {
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    if (this.#byPiece) this.#exchange.resumeContent();
    if (this.#state === 'reading' && (!this.#byPiece || this.#octets.length === 0)) await woken;
  }
}

/**
 * The promise, whose rejection does not end the process when nobody waits for it yet, or ever: when
 * content breaks off is for the peer to choose.
 */
function harmless<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
