import { WebSocketError } from '../errors.ts';
import { type Opened, OpeningAttempt, type OpeningTerms } from './opening-attempt.ts';
import { redirectUrl, termsAt } from './opening-redirect.ts';

/** On what terms a connection is opened, wherever the server may send the handshake. */
export interface RedirectableTerms extends OpeningTerms {
  /** How many redirects are followed. 0: none. */
  readonly redirects: number;
  /** Gives up connecting. */
  readonly signal: AbortSignal | undefined;
}

/** Who is told how an opening handshake ends: once, by one of these. */
export interface OpeningListener {
  opened(opened: Opened): void;
  /** There is no connection, and will be none. */
  failed(error: Error): void;
}

/**
 * The opening handshake of a client's connection: an attempt at its address, and one more at each that
 * the server redirects to.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-4.1 | RFC 6455 §4.1}
 */
export class Opening {
  readonly #listener: OpeningListener;
  readonly #terms: RedirectableTerms;
  #url: URL;
  #attempt: OpeningAttempt;
  #redirects = 0;
  #isOver = false;

  /** @throws RangeError when a subprotocol is no token, or is asked for twice. */
  constructor(url: URL, terms: RedirectableTerms, listener: OpeningListener) {
    const { signal } = terms;
    this.#listener = listener;
    this.#terms = terms;
    this.#url = url;
    this.#attempt = this.#begin(terms);
    signal?.addEventListener('abort', this.#aborted);
    if (signal?.aborted) this.#aborted();
  }

  /** The origin of the server, which may have been redirected to. */
  get origin(): string {
    return this.#url.origin;
  }

  /** Gives it up, unless the connection is open. */
  abort(): void {
    this.#refuse('closed before the connection was established');
  }

  #begin(terms: OpeningTerms): OpeningAttempt {
    return new OpeningAttempt(this.#url, terms, {
      opened: (opened) => {
        this.#settle();
        this.#listener.opened(opened);
      },
      redirected: (location) => this.#redirected(location, terms),
      refused: (error) => this.#fail(error),
    });
  }

  /** @throws Error when it is not followed. */
  #redirected(location: string, terms: OpeningTerms): () => void {
    const { redirects } = this.#terms;
    if (redirects === 0) throw new Error('redirects are not followed');
    if (this.#redirects === redirects) throw new Error('too many redirects');
    const from = this.#url;
    const url = redirectUrl(location, from);
    return () => {
      this.#redirects++;
      this.#url = url;
      this.#attempt = this.#begin(termsAt(url, terms, from));
    };
  }

  readonly #aborted = (): void => {
    const reason: unknown = this.#terms.signal!.reason;
    this.#fail(reason instanceof Error ? reason : new Error(String(reason)));
  };

  /** As failing an open connection, but with no Close frame to send. @see RFC 6455 §7.2.1 */
  #refuse(detail: string): void {
    this.#fail(new WebSocketError('WS_HANDSHAKE', detail));
  }

  #fail(error: Error): void {
    if (this.#isOver) return;
    this.#settle();
    this.#attempt.abort();
    this.#listener.failed(error);
  }

  /** The connection is open, or never will be. */
  #settle(): void {
    this.#isOver = true;
    this.#terms.signal?.removeEventListener('abort', this.#aborted);
  }
}
