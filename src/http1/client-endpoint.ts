import type { Output } from '../bytes/output.ts';
import { HttpError } from '../errors.ts';
import type { ClientEndpointOptions, ClientListener, RequestFields } from './client-listener.ts';
import { ContentDecoder } from './content-decoder.ts';
import { encodeRequest } from './encode-request.ts';
import { Endpoint } from './endpoint.ts';
import { type ResponseHead, ResponseHeadDecoder } from './response-head.ts';
import { writeMessage } from './write-content.ts';

export type { ClientEndpointOptions, ClientListener, RequestFields } from './client-listener.ts';

/** Where the endpoint is: between two exchanges, in front of the final response, or behind its head. */
export type ClientPhase = 'idle' | 'head' | 'content' | 'closed';

/**
 * The client's end of an HTTP/1.1 connection. One request is sent at a time: nothing that a server
 * sends can then be taken for the response to another one.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-9 | RFC 9112 §9}
 */
export class ClientEndpoint extends Endpoint {
  readonly #listener: ClientListener;
  readonly #output: Output;
  readonly #heads: ResponseHeadDecoder;
  readonly #content: ContentDecoder;
  #state: ClientPhase = 'idle';
  #method = '';
  /** Whether the request allows that the server switches to another protocol. */
  #upgrade = false;
  /** Whether the connection can be used again when the response is complete. */
  #persists = true;

  constructor(listener: ClientListener, output: Output, { limits }: ClientEndpointOptions) {
    super();
    this.#listener = listener;
    this.#output = output;
    this.#heads = new ResponseHeadDecoder(limits);
    this.#content = new ContentDecoder(limits, limits.body);
  }

  /** What the connection waits for: a request, a response head, or content. */
  get phase(): ClientPhase {
    return this.#state;
  }

  /**
   * Sends a request with all of its content, a string as UTF-8.
   *
   * @param fields - Host has to be among them, and is sent first.
   * @throws TypeError when another exchange is under way or the connection is closed, or when
   * something can't be sent as it is.
   * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-9.3.2 | RFC 9112 §9.3.2}
   */
  request(
    method: string,
    target: string,
    fields: RequestFields,
    content?: string | Uint8Array,
  ): void {
    // What waits was sent unasked, and must not be taken for the response.
    const isFree = this.#state === 'idle' && this.waiting === 0 && !this.peerEnded;
    if (!isFree) throw new TypeError('the connection takes no request now');
    const { head, length, persists, upgrade } = encodeRequest(method, target, fields, content);
    this.#method = method;
    this.#upgrade = upgrade;
    this.#persists = persists;
    this.#state = 'head';
    writeMessage(this.#output, head, content ?? '', length);
  }

  /** Learns that the server has ended its side, which may be how the response ends. */
  receiveEnd(): void {
    this.peerEnded = true;
    this.run();
  }

  /** Learns that the connection is gone, both ways. That is no way for a response to end. */
  disconnect(): void {
    this.#fail(new HttpError('HTTP_CUT'));
  }

  /** Gives the connection up, and the exchange that may be under way. The listener is told nothing. */
  abort(): void {
    if (this.#state === 'closed') return;
    this.#stop();
    this.#output.destroy();
  }

  /** Sends no further request: ends the connection now, or behind the response under way. */
  close(): void {
    this.#persists = false;
    if (this.#state === 'idle') this.#end();
  }

  protected override advance(): boolean {
    switch (this.#state) {
      case 'idle':
        return this.#receiveUnasked();
      case 'head':
        return this.#receiveHead();
      case 'content':
        return this.#receiveContent();
      case 'closed':
        return false;
    }
  }

  protected override isClosed(): boolean {
    return this.#state === 'closed';
  }

  /** Between two exchanges there is nothing for a server to say. @see RFC 9112 §9.2 */
  #receiveUnasked(): boolean {
    if (this.reader.available > 0 || this.peerEnded) this.#end();
    return false;
  }

  #receiveHead(): boolean {
    let head: ResponseHead | undefined;
    try {
      head = this.#heads.decode(this.reader);
      if (head !== undefined) this.#beginResponse(head);
    } catch (error) {
      return this.#fail(error as HttpError);
    }
    if (head === undefined) return this.#needOctets();
    if (this.#isUpgrade(head)) this.#upgraded(head);
    else if (head.status < 200) this.#listener.informational(head);
    else this.#listener.response(head);
    return true;
  }

  /** Judges how the response goes on. @throws {@link HttpError} when that can't be known. */
  #beginResponse(head: ResponseHead): void {
    const isUnasked = head.status === 101 && (!this.#upgrade || head.minorVersion === 0);
    if (isUnasked) throw new HttpError('HTTP_UPGRADE');
    if (head.status < 200) return;
    this.#content.begin(head.framing(this.#method));
    if (!head.persistent) this.#persists = false;
    this.#state = 'content';
  }

  /** Whether what follows is no HTTP: behind 101, or a tunnel. @see RFC 9110 §9.3.6 */
  #isUpgrade({ status }: ResponseHead): boolean {
    return status === 101 || (this.#method === 'CONNECT' && status >= 200 && status < 300);
  }

  #receiveContent(): boolean {
    let piece: Uint8Array | undefined;
    try {
      piece = this.#content.next(this.reader);
    } catch (error) {
      return this.#fail(error as HttpError);
    }
    if (piece !== undefined) this.#listener.content(piece);
    else if (this.#content.ended) this.#endExchange();
    else return this.#needOctets();
    return true;
  }

  /**
   * The next request may be sent inside this call, unless the server has said more than asked, or one
   * of both that the connection ends here.
   *
   * @see RFC 9112 §9.3, §9.6
   */
  #endExchange(): void {
    if (this.#persists && !this.peerEnded && this.reader.available === 0) this.#state = 'idle';
    else this.#end();
    this.#listener.contentEnd(this.#content.trailers);
  }

  /** More has to come: when nothing will, the response is complete only if nothing else ends it. */
  #needOctets(): boolean {
    if (!this.peerEnded) return false;
    if (this.#state === 'content') this.#content.end();
    const isComplete = this.#state === 'content' && this.#content.ended;
    return isComplete || this.#fail(new HttpError('HTTP_CUT'));
  }

  /** Fails the exchange under way, if there is one. */
  #fail(error: HttpError): boolean {
    const isUnderWay = this.#state === 'head' || this.#state === 'content';
    this.abort();
    if (isUnderWay) this.#listener.fault(error);
    return false;
  }

  #end(): void {
    this.#stop();
    this.#output.end();
  }

  #upgraded(head: ResponseHead): void {
    const rest = this.takeRest();
    this.#stop();
    this.#listener.upgraded(head, rest);
  }

  /** Takes no octets from now on. */
  #stop(): void {
    this.#state = 'closed';
    this.dropRest();
  }
}
