import type { OutgoingFields } from '../http1/outgoing-fields.ts';
import type { Message } from '../hub/socket.ts';
import { type CompressionOptions, compressionOf } from '../websocket/permessage-deflate.ts';
import { ClientSession } from './client-session.ts';
import { type ClientLimits, clientLimits, handshakeFields } from './client-terms.ts';
import type { TransportOptions } from './dial.ts';
import { type EventHandler, EventHandlers } from './event-handlers.ts';

/** The event that ends a {@link WebSocket}. */
export class CloseEvent extends Event {
  /** Whether the closing handshake was completed. */
  readonly wasClean: boolean;
  /** The server's close code, 1005 if it gave none, 1006 if there was no Close frame. */
  readonly code: number;
  readonly reason: string;

  constructor(type: string, init: { wasClean: boolean; code: number; reason: string }) {
    super(type);
    this.wasClean = init.wasClean;
    this.code = init.code;
    this.reason = init.reason;
  }
}

/** The event that tells what went wrong, before the `close` that follows. */
export class ErrorEvent extends Event {
  readonly error: Error | undefined;
  readonly message: string;

  constructor(type: string, error: Error | undefined) {
    super(type);
    this.error = error;
    this.message = error?.message ?? 'the connection failed';
  }
}

/** What browsers have no say in. */
export interface WebSocketInit extends TransportOptions {
  /**
   * Offers the server to compress messages (RFC 7692), by these options or the usual ones. Default
   * `false`.
   */
  readonly compression?: boolean | CompressionOptions | undefined;
  /** Further fields of the opening handshake, such as `Authorization`, `Cookie` or `Origin`. */
  readonly headers?: OutgoingFields | undefined;
  readonly limits?: Partial<ClientLimits> | undefined;
  /** Gives up connecting when it is aborted. Of an open connection it says nothing. */
  readonly signal?: AbortSignal | undefined;
}

/** What is called when an event of one type is fired. */
export type Handler<E extends Event> = EventHandler<WebSocket, E>;

/**
 * A WebSocket client with the interface that browsers have.
 *
 * @see {@link https://websockets.spec.whatwg.org/ | WebSockets standard}
 */
export class WebSocket extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;

  readonly url: string;
  /** How octets arrive: as a Blob, the default, or as an ArrayBuffer. */
  binaryType: 'blob' | 'arraybuffer' = 'blob';
  readonly #handlers = new EventHandlers<WebSocket>(this);
  readonly #session: ClientSession;
  #readyState = 0;
  #protocol = '';
  #extensions = '';
  /** What was given to `send` once the connection was closing: it counts, and goes nowhere. */
  #unsent = 0;

  /**
   * Connects.
   *
   * @param url - `ws:` or `wss:`, or `http:` or `https:` for the same; without a fragment.
   * @throws DOMException `SyntaxError` when the URL or a subprotocol is none; RangeError for options of
   * compression that RFC 7692 does not have and for limits that are none, TypeError for fields that
   * can't be sent and a signal that is none.
   */
  constructor(
    url: string | URL,
    protocols: string | readonly string[] = [],
    { compression = false, headers, limits, signal, tls }: WebSocketInit = {},
  ) {
    super();
    if (signal !== undefined && !(signal instanceof AbortSignal)) {
      throw new TypeError('signal must be an AbortSignal');
    }
    const options = {
      compression: compressionOf(compression, 'client'),
      fields: handshakeFields(headers),
      limits: clientLimits(limits),
      signal,
      transport: { tls },
    };
    const parsed = parsedUrl(url);
    this.url = parsed.href;
    const asked = typeof protocols === 'string' ? [protocols] : protocols;
    const listener = {
      opened: (protocol: string, extensions: string) => this.#opened(protocol, extensions),
      message: (data: Message) => this.#received(data),
      closed: (code: number, reason: string, error: Error | undefined) =>
        this.#closed(code, reason, error),
    };
    try {
      this.#session = new ClientSession(parsed, { ...options, protocols: asked }, listener);
    } catch (error) {
      throw syntaxError((error as Error).message);
    }
  }

  /** Called when the connection is open. */
  get onopen(): Handler<Event> {
    return this.#handlers.get('open');
  }

  /** Takes the place of the one before; `null` takes it away. */
  set onopen(handler: Handler<Event>) {
    this.#handlers.set('open', handler);
  }

  /** Called for each message. */
  get onmessage(): Handler<MessageEvent> {
    return this.#handlers.get('message');
  }

  /** Takes the place of the one before; `null` takes it away. */
  set onmessage(handler: Handler<MessageEvent>) {
    this.#handlers.set('message', handler);
  }

  /** Called when the connection was failed or could not be made, before `onclose`. */
  get onerror(): Handler<ErrorEvent> {
    return this.#handlers.get('error');
  }

  /** Takes the place of the one before; `null` takes it away. */
  set onerror(handler: Handler<ErrorEvent>) {
    this.#handlers.set('error', handler);
  }

  /** Called once, when the connection is closed or could not be made. */
  get onclose(): Handler<CloseEvent> {
    return this.#handlers.get('close');
  }

  /** Takes the place of the one before; `null` takes it away. */
  set onclose(handler: Handler<CloseEvent>) {
    this.#handlers.set('close', handler);
  }

  /** `CONNECTING`, `OPEN`, `CLOSING` or `CLOSED`. */
  get readyState(): number {
    return this.#readyState;
  }

  /** Octets given to `send` that have not left yet. */
  get bufferedAmount(): number {
    return this.#unsent + (this.#readyState === WebSocket.OPEN ? this.#session.bufferedAmount : 0);
  }

  /** The subprotocol that the server has chosen, or the empty string. */
  get protocol(): string {
    return this.#protocol;
  }

  /** The extensions agreed on, as the server said them; the empty string when there are none. */
  get extensions(): string {
    return this.#extensions;
  }

  /**
   * Sends a message: a string as text, octets as binary.
   *
   * @throws DOMException `InvalidStateError` while connecting.
   */
  send(data: string | ArrayBuffer | ArrayBufferView): void {
    if (this.#readyState === WebSocket.CONNECTING) {
      throw new DOMException('the connection is not open yet', 'InvalidStateError');
    }
    const message = typeof data === 'string' ? data : copyOf(data);
    if (this.#readyState === WebSocket.OPEN) this.#session.send(message);
    else this.#unsent += Buffer.byteLength(message);
  }

  /**
   * Begins the closing handshake.
   *
   * @param code - 1000 or 3000 to 4999.
   * @param reason - At most 123 octets of UTF-8.
   * @throws DOMException `InvalidAccessError` or `SyntaxError` when they are not.
   */
  close(code?: number, reason = ''): void {
    const isCode = code === undefined || code === 1000 || (code >= 3000 && code <= 4999);
    if (!isCode) throw new DOMException(`close code ${code}`, 'InvalidAccessError');
    if (Buffer.byteLength(reason) > 123) throw syntaxError('reason exceeds 123 octets');
    if (this.#readyState >= WebSocket.CLOSING) return;
    this.#readyState = WebSocket.CLOSING;
    this.#session.closeWith(code, reason);
  }

  #opened(protocol: string, extensions: string): void {
    if (this.#readyState !== WebSocket.CONNECTING) return;
    this.#readyState = WebSocket.OPEN;
    this.#protocol = protocol;
    this.#extensions = extensions;
    this.dispatchEvent(new Event('open'));
  }

  #received(message: Message): void {
    if (this.#readyState !== WebSocket.OPEN) return;
    const data = typeof message === 'string' ? message : this.#binary(message);
    this.dispatchEvent(new MessageEvent('message', { data, origin: new URL(this.url).origin }));
  }

  #binary(octets: Uint8Array): Blob | ArrayBuffer {
    const buffer = octets.slice().buffer as ArrayBuffer;
    return this.binaryType === 'blob' ? new Blob([buffer]) : buffer;
  }

  /** Events are never fired from within the call that caused them. */
  #closed(code: number, reason: string, error: Error | undefined): void {
    queueMicrotask(() => {
      this.#readyState = WebSocket.CLOSED;
      if (error !== undefined) this.dispatchEvent(new ErrorEvent('error', error));
      // Without a Close frame, or with a fault, it was not closed cleanly. @see RFC 6455 §7.1.4
      const init = { wasClean: code !== 1006 && error === undefined, code, reason };
      this.dispatchEvent(new CloseEvent('close', init));
    });
  }
}

/** A `URL` writes the host in IDNA, and all else percent-encoded. @see RFC 6455 §3, §11.1.1, §11.1.2 */
function parsedUrl(given: string | URL): URL {
  if (!URL.canParse(String(given))) throw syntaxError(`not a URL: ${given}`);
  const url = new URL(String(given));
  if (url.protocol === 'http:') url.protocol = 'ws:';
  if (url.protocol === 'https:') url.protocol = 'wss:';
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:')
    throw syntaxError(`the scheme ${url.protocol} is not supported`);
  if (url.hash !== '' || url.href.endsWith('#')) throw syntaxError('a fragment is not allowed');
  return url;
}

function copyOf(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  const view = ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
  return view.slice();
}

function syntaxError(message: string): DOMException {
  return new DOMException(message, 'SyntaxError');
}
