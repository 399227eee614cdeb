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
  readonly #exchange: Exchange;
  #pieces: Uint8Array[] = [];
  #state: 'unread' | 'reading' | 'complete' | Error = 'unread';
  /** Continues who waits for the next piece. */
  #wake: (() => void) | undefined;
  /** Whether the content is held back whenever a piece waits. */
  #byPiece = false;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  async bytes(): Promise<Uint8Array> {
    this.#begin();
    while (this.#state === 'reading') await this.#more();
    if (this.#state instanceof Error) throw this.#state;
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
  }

  async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes());
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    this.#byPiece = true;
    this.#begin();
    for (;;) {
      const piece = this.#pieces.shift();
      if (piece !== undefined) yield piece;
      else if (this.#state instanceof Error) throw this.#state;
      else if (this.#state === 'complete') return;
      else await this.#more();
    }
  }

  /** @internal A piece has come. */
  push(octets: Uint8Array): void {
    this.#pieces.push(octets);
    if (this.#byPiece) this.#exchange.pauseContent();
    this.#wake?.();
  }

  /** @internal No more will come: it is complete, or broke off for a reason. */
  end(reason?: Error): void {
    if (this.#state === 'complete' || this.#state instanceof Error) return;
    this.#state = reason ?? 'complete';
    this.#wake?.();
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
    if (this.#state === 'reading' && (!this.#byPiece || this.#pieces.length === 0)) await woken;
  }
}
