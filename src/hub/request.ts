import { BEGUN, earlyHints } from '../http1/early-hints.ts';
import { FieldList, type Fields, NO_FIELDS } from '../http1/fields.ts';
import type { RequestHead } from '../http1/request-head.ts';
import type { Exchange, ExchangeListener } from './exchange.ts';
import { LateFields } from './late-fields.ts';
import { type RequestBody, RequestContent } from './request-content.ts';

/** A request, the same on every door. */
export interface Request {
  /** The method, as sent: methods are case-sensitive. A WebSocket over HTTP/2 is asked for by CONNECT. */
  readonly method: string;
  /** The path and query of the target, as sent. */
  readonly url: string;
  /**
   * Whom the request is for: the host and port of an absolute target, or else the Host field, which
   * an absolute target overrides, as `:authority` does over HTTP/2. `undefined` in HTTP/1.0 without
   * either. @see RFC 9112 §3.2.2, RFC 9113 §8.3.1
   */
  readonly host: string | undefined;
  readonly headers: Fields;
  /** The peer's address; `undefined` where the stream has none. */
  readonly remoteAddress: string | undefined;
  /**
   * Aborted when the peer leaves before the answer is complete. Leaving looks like ending its side
   * alone, which a peer may do that still reads: an answer that is given all the same is sent.
   */
  readonly signal: AbortSignal;
  /** The content. A `100 Continue` that the client waits for is sent when it is first read. */
  readonly body: RequestBody;
  /**
   * The fields that came behind the content, such as a digest of it. They are in this object once `body`
   * has been read to its end. It is empty until then, and stays so where there are none, and where the
   * content is not read, is refused or breaks off. None of them is ever among `headers` or heeded,
   * whatever its name: what it is worth is for the handler to judge.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-6.5 | RFC 9110 §6.5}
   */
  readonly trailers: Fields;
  /**
   * Sends 103 (Early Hints): what the page will need, while the answer is still being made. It is not
   * sent to who speaks HTTP/1.0, who knows no interim responses.
   *
   * @param links - Values of Link: `</style.css>; rel=preload; as=style`.
   * @throws TypeError when one is none, or the answer has begun.
   * @see {@link https://www.rfc-editor.org/rfc/rfc8297#section-2 | RFC 8297 §2}
   */
  earlyHints(links: string | readonly string[]): void;
  /** The request object of the host server (`node:http`'s; of `node:http2` the stream), `undefined` on encke's own. */
  readonly source: unknown;
}

/** A request made from an exchange. What costs something is made when first asked for. */
export class ExchangeRequest implements Request, ExchangeListener {
  // An exchange goes on to the next request of its connection: what is asked later is kept here.
  readonly url: string;
  readonly host: string | undefined;
  readonly headers: Fields;
  readonly source: unknown;
  readonly #head: RequestHead;
  readonly #exchange: Exchange;
  #isAnswered = false;
  #content: RequestContent | undefined;
  #trailers: Fields | undefined;
  #aborting: AbortController | undefined;
  #abortReason: Error | undefined;
  #hasEnded = false;
  /** Continues who waits for the peer to take more. */
  #drain: (() => void) | undefined;
  #whenAborted: (() => void) | undefined;

  /**
   * @param isAnonymous - Whether what the browser adds by itself is to be left out: it says who the
   * visitor is, not what page asks.
   */
  constructor(exchange: Exchange, isAnonymous = false) {
    this.#exchange = exchange;
    this.#head = exchange.head;
    this.headers = isAnonymous ? withoutCredentials(exchange.fields) : exchange.fields;
    this.source = isAnonymous ? undefined : exchange.source;
    this.url = exchange.url;
    this.host = exchange.host;
    exchange.listener = this;
  }

  get method(): string {
    return this.#head.method;
  }

  get remoteAddress(): string | undefined {
    return this.#exchange.remoteAddress;
  }

  get signal(): AbortSignal {
    if (this.#aborting === undefined) {
      this.#aborting = new AbortController();
      if (this.hasLeft) this.#aborting.abort(this.#abortReason);
    }
    return this.#aborting.signal;
  }

  get body(): RequestBody {
    if (this.#content === undefined) {
      this.#content = new RequestContent(this.#exchange);
      if (this.#abortReason !== undefined) this.#content.breakOff(this.#abortReason);
      else if (this.#isAnswered) this.#content.breakOff(new TypeError(ANSWERED));
    }
    return this.#content;
  }

  get trailers(): Fields {
    this.#trailers ??= new LateFields(() => this.#content?.trailers ?? NO_FIELDS);
    return this.#trailers;
  }

  earlyHints(links: string | readonly string[]): void {
    const fields = earlyHints(links);
    if (this.isAborted) return;
    // Another request may be under way by now.
    if (this.#isAnswered) throw new TypeError(BEGUN);
    this.#exchange.earlyHints(fields);
  }

  /** @internal Whether the peer is gone. */
  get isAborted(): boolean {
    return this.#abortReason !== undefined;
  }

  /** @internal Whether an error only says that the peer erred or has gone: no handler is to blame. */
  isOfPeer(error: unknown): boolean {
    const reasons: unknown[] = [this.#abortReason, this.#aborting?.signal.reason];
    const cause = error instanceof Error ? error.cause : undefined;
    return reasons.some((reason) => reason !== undefined && (reason === error || reason === cause));
  }

  /** @internal Whether the peer has ended its side, or is gone. */
  get hasLeft(): boolean {
    return this.#hasEnded || this.isAborted;
  }

  /** @internal Calls back when the peer is gone, at once if it is. For one who asks. */
  whenAborted(callback: () => void): void {
    if (this.isAborted) callback();
    else this.#whenAborted = callback;
  }

  /** @internal Resolves when the peer takes more of the answer, or is gone. */
  drain(): Promise<void> {
    return new Promise((resolve) => {
      this.#drain = resolve;
      if (this.isAborted) resolve();
    });
  }

  /** @internal */
  content(octets: Uint8Array): void {
    this.#content?.push(octets);
  }

  /** @internal */
  contentEnd(trailers: Fields): void {
    this.#content?.complete(trailers);
  }

  /** @internal */
  answered(): void {
    this.#isAnswered = true;
    this.#content?.breakOff(new TypeError(ANSWERED));
  }

  /** @internal */
  drained(): void {
    this.#drain?.();
  }

  /** @internal */
  ended(): void {
    this.#hasEnded = true;
    this.#aborting?.abort();
  }

  /** @internal */
  aborted(reason: Error): void {
    this.#abortReason ??= reason;
    this.#content?.breakOff(reason);
    this.#aborting?.abort(reason);
    this.#drain?.();
    this.#whenAborted?.();
  }
}

const ANSWERED = 'the request was answered before its content was read';

const CREDENTIALS = ['cookie', 'authorization'];

function withoutCredentials(fields: Fields): Fields {
  const kept = [...fields].filter(([name]) => !CREDENTIALS.includes(name.toLowerCase()));
  return new FieldList(kept.map(([name, value]) => ({ name, value })));
}
