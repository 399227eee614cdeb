import type { Output } from '../bytes/output.ts';
import { HttpError } from '../errors.ts';
import { Endpoint } from './endpoint.ts';
import type { FieldLine } from './field-line.ts';
import { handOnHeadDecoder, takeHeadDecoder } from './head-decoders.ts';
import { IncomingContent, NO_CONTENT } from './incoming-content.ts';
import { judgeRequest, requestAtFault } from './judge-request.ts';
import type { DecodedRequestHead, RequestHeadDecoder } from './request-head.ts';
import type { RequestTarget } from './request-target.ts';
import { ResponseWriter } from './response-writer.ts';
import type { ResponseFields, ServerEndpointOptions, ServerListener } from './server-listener.ts';

export type { ResponseFields, ServerEndpointOptions, ServerListener } from './server-listener.ts';

/**
 * Where the endpoint is in the request:
 * `head` is between or in the heads, `content` behind a head, `complete` behind the content, when
 * only the answer is missing, and `unread` behind the answer, in content that nobody wants.
 */
type State = 'head' | 'content' | 'complete' | 'unread' | 'closed';

const NO_FIELDS: Readonly<Record<string, string>> = Object.freeze({});

/** The methods in the answer to `OPTIONS *`: those that are not refused. */
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';

/**
 * The server's end of an HTTP/1.1 connection.
 *
 * One request is served at a time: those that come behind it wait until its response is complete,
 * then the endpoint goes on by itself, so answering one request may be what tells of the next.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-9 | RFC 9112 §9}
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-9.3.2 | RFC 9112 §9.3.2}
 */
export class ServerEndpoint extends Endpoint {
  readonly #listener: ServerListener;
  readonly #output: Output;
  readonly #secure: boolean;
  readonly #limits: ServerEndpointOptions['limits'];
  /** The decoder of a head that has begun. */
  #headDecoder: RequestHeadDecoder | undefined;
  /** Made for requests that have content: most that are held have none. */
  #content: IncomingContent = NO_CONTENT;
  readonly #response: ResponseWriter;
  #state: State = 'head';
  // What is needed of the request's head: for as long as a response is held, nothing else is kept.
  #minorVersion: 0 | 1 = 1;
  #isPersistent = false;
  #wantsUpgrade = false;
  /** Whether the handler takes content. Nothing is told before it asks, or while it can't take more. */
  #reading: 'not yet' | 'yes' | 'paused' = 'not yet';
  /** Whether the client still waits for 100 (Continue). */
  #expecting = false;
  #refusalFields = NO_FIELDS;
  /** Whether we take no request behind the one under way. */
  #ending = false;

  constructor(listener: ServerListener, output: Output, options: ServerEndpointOptions) {
    super();
    const { limits, date, secure = false } = options;
    this.#listener = listener;
    this.#output = output;
    this.#secure = secure;
    this.#limits = limits;
    this.#response = new ResponseWriter(output, date);
  }

  /** Whether the connection is between two requests, and nothing of the next one has come. */
  get idle(): boolean {
    return this.#state === 'head' && this.reader.available === 0;
  }

  /** Whether the last request waits for its answer, or for the rest of it. */
  get isUnderWay(): boolean {
    return this.#state === 'content' || this.#state === 'complete';
  }

  /**
   * What the connection waits for: in `head` and `content` it is the peer, in `answering` it is us.
   */
  get phase(): 'idle' | 'head' | 'content' | 'answering' | 'closed' {
    if (this.#state === 'closed') return 'closed';
    if (this.idle) return 'idle';
    if (this.paused) return 'answering';
    if (this.#state === 'head') return 'head';
    const reads =
      this.#state === 'unread' || (this.#state === 'content' && this.#reading === 'yes');
    return reads ? 'content' : 'answering';
  }

  /**
   * Learns that the peer has ended its side. A request that is complete is still answered.
   *
   * @see RFC 9112 §9.6
   */
  receiveEnd(): void {
    this.peerEnded = true;
    this.run();
  }

  /** Learns that the connection is gone, both ways: nothing can be sent any more. */
  disconnect(): void {
    const { isUnderWay } = this;
    this.#stop();
    if (isUnderWay) this.#listener.fault(new HttpError('HTTP_CUT'));
  }

  /**
   * Asks for the content of the request, which is told from now on: also that there is none. A
   * client that waits for 100 (Continue) is sent it, unless content has come already. Content that
   * is announced to be longer than `limits.body` is refused now, and none of it is read: whoever
   * does not ask for it can answer as to any other.
   *
   * @see RFC 9110 §10.1.1
   */
  readContent(): void {
    if (this.#state !== 'content' || this.#reading !== 'not yet') return;
    const { fault } = this.#content;
    if (fault !== undefined) {
      this.fail(fault);
      return;
    }
    this.#reading = 'yes';
    if (this.#expecting && !this.#content.ended) this.#continue();
    this.run();
  }

  /**
   * What the answer says besides if the content of this request is at fault, or does not come: that
   * answer is given by the endpoint, and who may read it is for the application to say.
   */
  addToRefusal(fields: Readonly<Record<string, string>>): void {
    this.#refusalFields = fields;
  }

  /** Stops telling content, once {@link readContent} has asked for it. */
  pauseContent(): void {
    if (this.#reading === 'yes') this.#reading = 'paused';
  }

  /** Goes on where {@link pauseContent} stopped. */
  resumeContent(): void {
    if (this.#reading !== 'paused') return;
    this.#reading = 'yes';
    this.run();
  }

  /**
   * Sends a whole response. On a closed connection it does nothing, as all that follows here.
   *
   * @throws TypeError when there is no request to answer, or a field can't be sent as it is.
   * @throws RangeError when `status` is not that of a final response.
   */
  respond(status: number, fields: ResponseFields, content?: string | Uint8Array): void {
    if (!this.#is('waiting')) return;
    this.#response.whole(status, fields, content, this.#persists(true));
    this.#endExchange();
  }

  /**
   * Sends the head of a response whose content follows by {@link write} and {@link finish}. A
   * Content-Length among `fields` is kept to; else the content is sent in chunks or, to an HTTP/1.0
   * client, up to the end of the connection.
   *
   * @throws TypeError when there is no request to answer, or a field can't be sent as it is.
   * @throws RangeError when `status` is not that of a final response.
   */
  respondHead(status: number, fields: ResponseFields): void {
    if (this.#is('waiting')) this.#response.head(status, fields, this.#persists(false));
  }

  /**
   * Sends some of the content of a response, a string as UTF-8. Where a response has none, as to
   * HEAD, it is left out.
   *
   * @throws TypeError when it is more than was announced.
   */
  write(content: string | Uint8Array): void {
    if (this.#is('streaming')) this.#response.content(content);
  }

  /** Whether a response has begun whose content is sent in chunks, and has not ended. */
  get writesChunks(): boolean {
    return this.#state !== 'closed' && this.#response.writesChunks;
  }

  /**
   * Ends the content of a response. When there was less than announced the connection is closed.
   *
   * @throws TypeError when a trailer can't be sent.
   */
  finish(trailers: readonly FieldLine[] = []): void {
    if (!this.#is('streaming')) return;
    if (this.#response.finish(trailers)) this.#endExchange();
    else this.abort();
  }

  /** Gives the response up: closes the connection so that it can't be taken for complete. */
  abort(): void {
    if (this.#state === 'closed') return;
    const isDelimited = this.#response.abort();
    this.#stop();
    if (isDelimited) this.#output.end();
    else this.#output.reset();
  }

  /**
   * Sends an interim response before the final one, unless the client knows only HTTP/1.0.
   *
   * @throws TypeError when there is no request to answer, or a field can't be sent.
   * @throws RangeError when `status` is not that of an interim response, or has a meaning of its own.
   * @see RFC 9110 §15.2
   */
  inform(status: number, fields: ResponseFields): void {
    if (!this.#is('waiting') || this.#minorVersion === 0) return;
    const isInterim = status >= 102 && status < 200;
    if (!isInterim) throw new RangeError(`not the status code of an interim response: ${status}`);
    this.#response.interim(status, fields);
  }

  /**
   * Answers 101 and gives the connection up to another protocol, whose first octets it returns.
   *
   * @throws TypeError when the client has not asked for an upgrade or is no longer there, when its
   * content has not been read, or when a field can't be sent.
   * @see RFC 9110 §7.8
   */
  upgrade(fields: ResponseFields): Uint8Array {
    const isAsked = this.#wantsUpgrade && this.#response.state === 'waiting';
    if (!isAsked || !this.#content.ended) throw new TypeError('there is no upgrade to answer');
    this.#response.switchProtocols(fields, this.#expecting);
    const rest = this.takeRest();
    this.#stop();
    return rest;
  }

  /** Serves no request behind the one under way, and closes once that is answered. */
  close(): void {
    this.#ending = true;
    if (this.idle || this.#state === 'unread') this.#end();
  }

  /**
   * Ends the connection for `error`, which is the answer where one is still to be given. When nothing
   * of a request has come there is nothing to answer.
   */
  fail(error: HttpError): void {
    if (this.#state === 'closed') return;
    if (this.#state === 'head' && !this.idle) this.#response.begin(requestAtFault(this.reader));
    if (this.#response.state === 'waiting') this.#response.refuse(error, this.#refusalFields);
    this.abort();
    this.#listener.fault(error);
  }

  protected override advance(): boolean {
    switch (this.#state) {
      case 'head':
        return this.#receiveHead();
      case 'content':
        return this.#reading === 'yes' && this.#receiveContent();
      case 'unread':
        return this.#skipContent();
      case 'complete':
      case 'closed':
        return false;
    }
  }

  protected override isClosed(): boolean {
    return this.#state === 'closed';
  }

  #receiveHead(): boolean {
    let head: DecodedRequestHead | undefined;
    let target: RequestTarget | undefined;
    try {
      head = this.#decodeHead();
      if (head !== undefined) target = this.#beginExchange(head);
    } catch (error) {
      return this.#refuse(error);
    }
    if (head === undefined || target === undefined) return this.#needOctets();
    if (target.form === 'asterisk') this.respond(204, { Allow: METHODS });
    else this.#listener.request(head, target);
    return true;
  }

  #decodeHead(): DecodedRequestHead | undefined {
    const decoder = this.#headDecoder ?? takeHeadDecoder(this.#limits);
    const head = decoder.decode(this.reader);
    const hasBegun = head === undefined && this.reader.available > 0;
    this.#headDecoder = hasBegun ? decoder : undefined;
    if (!hasBegun) handOnHeadDecoder(decoder, this.#limits);
    return head;
  }

  /** Ends the client's waiting: by saying so, unless it does not wait or is past that. */
  #continue(): void {
    const isWaiting = this.reader.available === 0 && this.#response.state === 'waiting';
    if (isWaiting) this.#response.interim(100, {});
    this.#expecting = false;
  }

  #receiveContent(): boolean {
    if (this.#content.ended) {
      this.#state = 'complete';
      this.#listener.contentEnd(this.#content.trailers);
      return true;
    }
    let piece: Uint8Array | undefined;
    try {
      piece = this.#content.next(this.reader);
    } catch (error) {
      return this.#refuse(error);
    }
    if (piece === undefined) return this.#content.ended || this.#needOctets();
    this.#listener.content(piece);
    return true;
  }

  /** Takes in content that nobody wants, but not without end. @see RFC 9112 §9.3 */
  #skipContent(): boolean {
    let hasSome: boolean;
    try {
      hasSome = this.#content.skip(this.reader);
    } catch (error) {
      return this.#refuse(error);
    }
    if (this.#content.isTooLong) this.#end();
    else if (this.#content.ended) this.#state = 'head';
    else if (!hasSome) return this.#needOctets();
    return true;
  }

  /** More has to come before the endpoint can go on: when nothing will, what came was cut short. */
  #needOctets(): boolean {
    if (this.peerEnded) {
      if (this.idle) this.#end();
      else this.fail(new HttpError('HTTP_CUT'));
    }
    return false;
  }

  /** What a decoder throws is the peer's fault: nothing else is called where this is caught. */
  #refuse(error: unknown): boolean {
    this.fail(error as HttpError);
    return false;
  }

  #beginExchange(head: DecodedRequestHead): RequestTarget {
    this.#minorVersion = head.minorVersion;
    this.#isPersistent = head.persistent;
    this.#wantsUpgrade = head.upgrade;
    this.#state = 'content';
    this.#reading = 'not yet';
    this.#expecting = head.expectsContinue;
    this.#refusalFields = NO_FIELDS;
    this.#response.begin(head);
    const target = judgeRequest(head, this.#secure);
    const { framing } = head;
    this.#content = framing === 0 ? NO_CONTENT : new IncomingContent(this.#limits, framing);
    return target;
  }

  /** Goes on with the next request, unless one of both has said that there is none. @see RFC 9112 §9.6 */
  #endExchange(): void {
    if (!this.#response.persists || this.#ending || this.#content.isTooLong) {
      this.#end();
      return;
    }
    this.#wantsUpgrade = false;
    this.#refusalFields = NO_FIELDS;
    this.#state = this.#content.ended ? 'head' : 'unread';
    this.run();
  }

  /**
   * Whether the connection can go on behind the response that is about to begin. Not when a client
   * still waits for 100 (Continue): it may send its content or leave it out, and which of both it
   * does can't be told from what comes.
   *
   * @param isWhole - Whether this is all of the response: otherwise more content may be read yet.
   */
  #persists(isWhole: boolean): boolean {
    const isLast = this.#ending || (this.peerEnded && this.reader.available === 0);
    if (!this.#isPersistent || isLast) return false;
    if (this.#expecting) return this.#content.remaining <= this.reader.available;
    const isBeingRead = this.#reading !== 'not yet' && !isWhole;
    return isBeingRead || !this.#content.isTooLong;
  }

  /** Whether the response stands at `state`; false on a closed connection, when it is too late. */
  #is(state: 'waiting' | 'streaming'): boolean {
    if (this.#state === 'closed') return false;
    if (this.#response.state === state) return true;
    throw new TypeError(`no response is ${state}`);
  }

  #end(): void {
    this.#stop();
    this.#output.end();
  }

  /** Takes no octets from now on. */
  #stop(): void {
    this.#state = 'closed';
    this.#wantsUpgrade = false;
    this.dropRest();
  }
}
