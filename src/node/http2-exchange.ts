import type { Http2ServerRequest, OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { KeptOctets } from '../bytes/kept-octets.ts';
import { HttpError } from '../errors.ts';
import { BEGUN } from '../http1/early-hints.ts';
import { encodeResponseHead } from '../http1/encode-head.ts';
import type { FieldLine } from '../http1/field-line.ts';
import { OutgoingFieldSection, type OutgoingFields } from '../http1/outgoing-fields.ts';
import { frameResponse, isWithoutContent } from '../http1/response-framing.ts';
import { contentLength, writeContent } from '../http1/write-content.ts';
import { type Endpoint, Hold, type Tenant } from '../hub/carrier.ts';
import type { Exchange, UpgradedConnection } from '../hub/exchange.ts';
import type { HttpTerms } from '../hub/http-connection.ts';
import type { Limits } from '../hub/limits.ts';
import type { Ground } from './ground.ts';
import { HostExchange } from './host-exchange.ts';
import { fieldsFrom } from './host-head.ts';
import { Http2Connection } from './http2-connection.ts';
import { type Http2Head, http2Headers, http2Status } from './http2-head.ts';

/** A request as `node:http2` has handed it over. */
export interface Http2Request extends Http2Head {
  readonly stream: ServerHttp2Stream;
  /** What the application sees of the host server's: its stream, or its request. */
  readonly source: unknown;
  /** The fields that middleware in front has given the answer. */
  readonly added: OutgoingHttpHeaders;
}

/**
 * An exchange on a stream of `node:http2`. An extended CONNECT can be accepted, and the stream then
 * is a WebSocket connection.
 *
 * Content that nobody has asked for yet, and what may be meant as frames, is kept.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9113#section-8 | RFC 9113 §8}
 * @see {@link https://www.rfc-editor.org/rfc/rfc8441#section-5 | RFC 8441 §5}
 */
export class Http2Exchange extends HostExchange<unknown> implements Exchange, Endpoint, Tenant {
  readonly hasContent: boolean;
  readonly canUpgrade: boolean;
  isLeaving = false;
  readonly #stream: ServerHttp2Stream;
  readonly #added: OutgoingHttpHeaders;
  readonly #connection: Http2Connection;
  readonly #limits: Limits;
  #refusalFields: Readonly<Record<string, string>> = {};
  readonly #kept = new KeptOctets();
  #isPaused = true;
  #content: 'unread' | 'reading' | 'told' = 'unread';
  /** Whether the peer has ended its side. */
  #hasEnded: boolean;
  #received = 0;
  /** What came behind the content, names and values by turns: Node tells it in front of the end. */
  #receivedTrailers: readonly string[] = [];
  /** Since when content is awaited from the peer. */
  #awaitedSince = 0;
  /** Whether the answer has content. */
  #hasContent = false;
  /** How much of the content that was announced is still to be written; nothing if none was. */
  #announced: number | undefined;
  #isAnswered = false;
  #trailers: readonly FieldLine[] = [];

  /** @param isClosing - Whether the hub is closing. */
  constructor(
    request: Http2Request,
    ground: Ground,
    { limits, proxies }: HttpTerms,
    isClosing: boolean,
  ) {
    const { head, target, stream, source, added } = request;
    const connection = new Http2Connection(stream, ground);
    super(source, head, target!, connection, proxies);
    this.canUpgrade = head.protocol !== undefined;
    this.hasContent = this.canUpgrade
      ? Number(head.fields.get('content-length') ?? 0) > 0
      : !stream.endAfterHeaders;
    this.#stream = stream;
    this.#added = added;
    this.#limits = limits;
    this.#hasEnded = stream.endAfterHeaders;
    this.#connection = connection;
    if (!this.canUpgrade) connection.hold(Hold.Content);
    stream.on('trailers', (_headers: unknown, _flags: unknown, raw: readonly string[]) => {
      this.#receivedTrailers = raw;
    });
    connection.carry(this, this);
    if (isClosing) connection.leave();
  }

  // The exchange

  /** The method is asked for until the answer is complete. */
  forgetHead(): void {}

  readContent(): void {
    if (this.#content !== 'unread') return;
    const stream = this.#stream;
    const { fields } = this.head;
    if (stream.readableEnded && !this.#hasEnded) {
      throw new TypeError('somebody else has read the content');
    }
    this.#content = 'reading';
    if (Number(fields.get('content-length') ?? 0) > this.#limits.body) {
      this.#refuseContent('HTTP_BODY_LIMIT');
      return;
    }
    const isExpecting = fields.get('expect')?.toLowerCase() === '100-continue';
    if (isExpecting && !this.#hasEnded && this.#mayRespond) {
      stream.additionalHeaders({ ':status': 100 });
    }
    if (this.canUpgrade) this.#tellEnd();
    else this.resumeContent();
  }

  addToRefusal(fields: Readonly<Record<string, string>>): void {
    this.#refusalFields = fields;
  }

  pauseContent(): void {
    this.#connection.hold(Hold.Content);
  }

  resumeContent(): void {
    this.#awaitedSince = this.#connection.now;
    this.#connection.checkIn(this.#limits.bodyTime);
    this.#connection.release(Hold.Content);
  }

  respond(status: number, fields: OutgoingFields, content?: string | Uint8Array): void {
    if (!this.#mayRespond) return;
    const { method } = this.head;
    const length = content === undefined ? 0 : contentLength(content);
    const isUnknown = method === 'HEAD' && content === undefined;
    const isEmpty = length === 0 || isWithoutContent(status, method);
    this.#respond(status, fields, isUnknown ? undefined : length, isEmpty);
    if (!isEmpty) writeContent(this.#connection.output, content!);
    this.#end();
  }

  earlyHints(fields: OutgoingFields): void {
    if (this.#stream.headersSent) throw new TypeError(BEGUN);
    if (this.#mayRespond) {
      this.#stream.additionalHeaders({ ...http2Headers(fields), ':status': 103 });
    }
  }

  respondHead(status: number, fields: OutgoingFields, hasTrailers = false): void {
    if (this.#mayRespond) this.#respond(status, fields, undefined, false, hasTrailers);
  }

  write(content: string | Uint8Array): boolean {
    if (!this.#hasContent) return true;
    if (this.#announced !== undefined) {
      this.#announced -= contentLength(content);
      if (this.#announced < 0) throw new TypeError('more content than Content-Length announced');
    }
    writeContent(this.#connection.output, content);
    return !this.#connection.behind;
  }

  finish(trailers: readonly FieldLine[] = []): void {
    this.#trailers = trailers;
    if (this.#announced !== undefined && this.#announced > 0) this.abort();
    else this.#end();
  }

  abort(): void {
    this.#connection.output.reset();
  }

  upgrade(fields: OutgoingFields): UpgradedConnection {
    if (this.#mayRespond) this.#stream.respond({ ':status': 200, ...http2Headers(fields) });
    return { carrier: this.#connection, rest: this.#kept.take() };
  }

  // The endpoint

  get waiting(): number {
    return this.#kept.length;
  }

  receive(octets: Uint8Array, length: number = octets.length): void {
    if (this.#isPaused) this.#kept.add(octets, length);
    else this.#take(octets.subarray(0, length));
  }

  /** What a reset looks like too, of which {@link gone} tells. */
  receiveEnd(): void {
    if (this.#stream.aborted) return;
    this.#hasEnded = true;
    if (!this.#isPaused) this.#tellEnd();
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    if (this.waiting > 0) this.#take(this.#kept.take());
    if (!this.#isPaused && this.#hasEnded) this.#tellEnd();
  }

  // The tenant

  check(now: number): number {
    const { bodyTime } = this.#limits;
    const isAwaited = this.#content === 'reading' && !this.#isPaused && !this.#isAnswered;
    if (!isAwaited) return bodyTime;
    const left = this.#awaitedSince + bodyTime - now;
    if (left <= 0) this.#refuseContent('HTTP_BODY_TIME');
    return left <= 0 ? bodyTime : left;
  }

  drained(): void {
    this.listener?.drained();
  }

  /** Any request ends its side of the stream with its content; a handshake that does so has left. */
  ended(): void {
    if (this.canUpgrade && !this.#stream.aborted) this.listener?.ended();
  }

  leave(): void {
    this.isLeaving = true;
  }

  gone(): void {
    const { writableFinished, aborted } = this.#stream;
    const isWhole = this.#isAnswered && writableFinished && !aborted;
    if (!isWhole) this.listener?.aborted(new HttpError('HTTP_CUT'));
  }

  /** Whether an answer can be begun: a stream may be closed before that is told. */
  get #mayRespond(): boolean {
    const { headersSent, closed, destroyed } = this.#stream;
    return !headersSent && !closed && !destroyed;
  }

  #take(octets: Uint8Array): void {
    if (this.#content !== 'reading') return;
    this.#received += octets.length;
    if (this.#received <= this.#limits.body) this.listener?.content(octets);
    else this.#refuseContent('HTTP_BODY_LIMIT');
  }

  #tellEnd(): void {
    if (this.#content !== 'reading') return;
    this.#content = 'told';
    // Where middleware in front took its time, the request alone has heard them.
    const { rawTrailers } = this.source as Partial<Http2ServerRequest>;
    this.listener?.contentEnd(fieldsFrom(rawTrailers ?? this.#receivedTrailers));
  }

  /** The content is too long, or too late. What still comes is discarded for a while. */
  #refuseContent(code: 'HTTP_BODY_LIMIT' | 'HTTP_BODY_TIME'): void {
    const error = new HttpError(code);
    this.#content = 'told';
    // First, so that whoever waits for the content hears why there is none.
    this.listener?.aborted(error);
    if (this.#stream.headersSent) {
      this.abort();
      return;
    }
    const fields = { 'content-type': 'text/plain; charset=utf-8', ...this.#refusalFields };
    this.respond(error.status, fields, `${error.message}\n`);
  }

  /** Sends the head, as far as it is not for Node to say. */
  #respond(
    given: number,
    fields: OutgoingFields,
    length: number | undefined,
    endStream: boolean,
    hasTrailers = false,
  ): void {
    const { head } = this;
    const status = http2Status(given, head.method);
    // Throws for what can't be sent.
    encodeResponseHead(status, fields);
    const { contentLength: announced } = new OutgoingFieldSection(fields);
    const framing = frameResponse(status, head, length, announced);
    const headers = { ...this.#added, ...http2Headers(fields), ':status': status };
    if (typeof framing === 'number') headers['content-length'] = framing;
    this.#hasContent = !isWithoutContent(status, head.method);
    this.#announced = this.#hasContent && length === undefined ? announced : undefined;
    const waitForTrailers = hasTrailers && this.#hasContent;
    this.#stream.respond(headers, { endStream, waitForTrailers });
    if (!waitForTrailers) return;
    // The response of the compatibility API, behind which middleware is, would send its own: none.
    this.#stream.removeAllListeners('wantTrailers');
    this.#stream.once('wantTrailers', () => this.#sendTrailers());
  }

  #sendTrailers(): void {
    const lines = this.#trailers.map(({ name, value }) => [name, value] as const);
    this.#stream.sendTrailers(http2Headers(lines));
  }

  #end(): void {
    this.#isAnswered = true;
    this.#kept.take();
    this.#connection.output.end();
    this.listener?.answered();
  }
}
