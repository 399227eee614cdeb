import { textLength } from '../bytes/text.ts';
import type { Pieces } from '../hub/slow-sends.ts';
import type { Message } from '../hub/socket.ts';
import { ClientSession } from './client-session.ts';
import { type EventHandler, EventHandlers } from './event-handlers.ts';
import { EventTasks } from './event-tasks.ts';
import {
  clampedUnsignedShort,
  declareInterface,
  messageData,
  stringOrSequence,
} from './web-idl.ts';
import { CloseEvent, ErrorEvent } from './websocket-events.ts';
import { termsOf, type WebSocketInit } from './websocket-options.ts';
import { syntaxError, webSocketUrl } from './websocket-url.ts';

/** What is called when an event of one type is fired. */
export type Handler<E extends Event> = EventHandler<WebSocket, E>;

/** How many octets a close reason may have. */
const MAX_REASON = 123;

/**
 * A WebSocket client with the interface that browsers have.
 *
 * @see {@link https://websockets.spec.whatwg.org/#the-websocket-interface | WebSockets standard, WebSocket}
 */
export class WebSocket extends EventTarget implements AsyncIterable<Message> {
  declare static readonly CONNECTING: 0;
  declare static readonly OPEN: 1;
  declare static readonly CLOSING: 2;
  declare static readonly CLOSED: 3;

  declare readonly CONNECTING: 0;
  declare readonly OPEN: 1;
  declare readonly CLOSING: 2;
  declare readonly CLOSED: 3;

  readonly #url: URL;
  readonly #handlers = new EventHandlers<WebSocket>(this);
  readonly #tasks = new EventTasks();
  readonly #session: ClientSession;
  #binaryType: 'blob' | 'arraybuffer' = 'blob';
  #readyState: 0 | 1 | 2 | 3 = 0;
  #protocol = '';
  #extensions = '';
  /** How many octets had come when the last event was fired. */
  #octetsHeard = -1;
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
    protocols: string | Iterable<string> = [],
    init: WebSocketInit = {},
  ) {
    super();
    if (url === undefined) throw new TypeError('a URL is required');
    const given = `${url}`;
    const asked = stringOrSequence(protocols);
    this.#url = webSocketUrl(given);
    const terms = { ...termsOf(init), protocols: asked };
    const listener = {
      opened: (protocol: string, extensions: string) => this.#opened(protocol, extensions),
      message: (data: Message) => this.#happened(() => this.#received(data)),
      closing: () => this.#happened(() => this.#closing()),
      closed: (code: number, reason: string, error: Error | undefined) =>
        this.#tasks.queue(() => this.#closed(code, reason, error)),
    };
    try {
      this.#session = new ClientSession(this.#url, terms, listener);
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

  /** The URL that was given, with the scheme `ws:` or `wss:`. */
  get url(): string {
    return this.#url.href;
  }

  /** `CONNECTING`, `OPEN`, `CLOSING` or `CLOSED`. */
  get readyState(): number {
    return this.#readyState;
  }

  /** Octets given to `send` that have not left yet. */
  get bufferedAmount(): number {
    return this.#unsent + this.#session.bufferedAmount;
  }

  /** The subprotocol that the server has chosen, or the empty string. */
  get protocol(): string {
    return this.#protocol;
  }

  /** The extensions agreed on, as the server said them; the empty string when there are none. */
  get extensions(): string {
    return this.#extensions;
  }

  /** How octets arrive: as a Blob, the default, or as an ArrayBuffer. */
  get binaryType(): 'blob' | 'arraybuffer' {
    return this.#binaryType;
  }

  /** What is neither of the two changes nothing. */
  set binaryType(type: 'blob' | 'arraybuffer') {
    const value: string = `${type}`;
    if (value === 'blob' || value === 'arraybuffer') this.#binaryType = value;
  }

  /**
   * Sends a message: a string as text, octets and blobs as binary. A blob is read when all before it has
   * been sent, and what is sent after it waits for that.
   *
   * When more than `limits.sendBuffer` octets are waiting already, the connection is failed.
   *
   * @throws DOMException `InvalidStateError` while connecting.
   */
  send(data: string | ArrayBuffer | ArrayBufferView | Blob): void;
  send(...given: readonly unknown[]): void {
    if (given.length === 0) throw new TypeError('a message is required');
    const message = messageData(given[0]);
    if (this.#readyState === WebSocket.CONNECTING) {
      throw new DOMException('the connection is not open yet', 'InvalidStateError');
    }
    const isSent = this.#readyState === WebSocket.OPEN && this.#session.send(message);
    if (!isSent) this.#unsent += lengthOf(message);
  }

  /**
   * Sends one message piece by piece, a frame each: text if the pieces are strings, binary if they are
   * octets. The next piece is asked for when the server has taken those before; what is sent meanwhile
   * waits, and so does `close`, for `limits.closing`. Where compression was agreed on, the length of the
   * first piece decides whether the message is compressed. Pieces are not counted in `bufferedAmount`.
   *
   * @returns whether all was sent: `false` when the connection was not open, or closed before.
   * @throws What the pieces throw, or TypeError when they are not all of one kind: the connection has
   * then been failed with 1011.
   * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-5.4 | RFC 6455 §5.4}
   */
  sendPieces(pieces: Pieces): Promise<boolean> {
    return this.#session.sendPieces(pieces);
  }

  /**
   * The messages from now on, one after the other, until the connection is closed, in place of `message`
   * events: text as strings, octets as `Uint8Array`. The next is read when it is asked for.
   */
  [Symbol.asyncIterator](): AsyncIterator<Message> {
    return this.#session.messages();
  }

  /**
   * Begins the closing handshake, behind what has been sent.
   *
   * @param code - 1000 or 3000 to 4999.
   * @param reason - At most 123 octets of UTF-8.
   * @throws DOMException `InvalidAccessError` or `SyntaxError` when they are not.
   */
  close(code: number | undefined = undefined, reason: string | undefined = undefined): void {
    const number = code === undefined ? undefined : clampedUnsignedShort(code);
    const text = reason === undefined ? '' : `${reason}`;
    const isCode = number === undefined || number === 1000 || (number >= 3000 && number <= 4999);
    if (!isCode) throw new DOMException(`close code ${code}`, 'InvalidAccessError');
    if (textLength(text) > MAX_REASON) throw syntaxError(`reason exceeds ${MAX_REASON} octets`);
    if (this.#readyState >= WebSocket.CLOSING) return;
    this.#readyState = WebSocket.CLOSING;
    this.#session.closeWith(number, text);
  }

  /** What is the first that a chunk tells is done at once, for that is a task: all else behind it. */
  #happened(task: () => void): void {
    const octets = this.#session.receivedOctets;
    const isFirst = this.#octetsHeard !== octets && this.#tasks.isEmpty;
    this.#octetsHeard = octets;
    if (isFirst) task();
    else this.#tasks.queue(task);
  }

  #opened(protocol: string, extensions: string): void {
    this.#happened(() => {
      if (this.#readyState !== WebSocket.CONNECTING) return;
      this.#readyState = WebSocket.OPEN;
      this.#protocol = protocol;
      this.#extensions = extensions;
      this.dispatchEvent(new Event('open'));
    });
  }

  #received(message: Message): void {
    if (this.#readyState !== WebSocket.OPEN) return;
    const data = typeof message === 'string' ? message : this.#binary(message);
    this.dispatchEvent(new MessageEvent('message', { data, origin: this.#session.origin }));
  }

  #binary(octets: Uint8Array): Blob | ArrayBuffer {
    const buffer = octets.slice().buffer as ArrayBuffer;
    return this.#binaryType === 'blob' ? new Blob([buffer]) : buffer;
  }

  #closing(): void {
    if (this.#readyState === WebSocket.OPEN) this.#readyState = WebSocket.CLOSING;
  }

  #closed(code: number, reason: string, error: Error | undefined): void {
    this.#readyState = WebSocket.CLOSED;
    if (error !== undefined) this.dispatchEvent(new ErrorEvent('error', error));
    // Without a Close frame, or with a fault, it was not closed cleanly. @see RFC 6455 §7.1.4
    const init = { wasClean: code !== 1006 && error === undefined, code, reason };
    this.dispatchEvent(new CloseEvent('close', init));
  }
}

Object.defineProperty(WebSocket.prototype.send, 'length', { value: 1 });

declareInterface(
  WebSocket,
  [
    ...['url', 'readyState', 'bufferedAmount', 'extensions', 'protocol', 'binaryType'],
    ...['onopen', 'onmessage', 'onerror', 'onclose', 'send', 'close'],
  ],
  { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 },
);

declareInterface(CloseEvent, ['wasClean', 'code', 'reason']);

function lengthOf(message: Message | Blob): number {
  if (typeof message === 'string') return textLength(message);
  return message instanceof Blob ? message.size : message.length;
}
