import { type MessageStreams, messageStreams } from './message-streams.ts';
import type { Pieces } from './slow-sends.ts';

/** What a WebSocket message is: text, or octets that stay valid. */
export type Message = string | Uint8Array;

/** What a socket asks of its session. It knows nothing of `Data`: a socket of any is a socket. */
export interface SocketSession {
  readonly state: 'open' | 'closing' | 'closed';
  readonly bufferedAmount: number;
  send(data: Message): boolean;
  sendPieces(pieces: Pieces): Promise<boolean>;
  room(): Promise<void>;
  sendPing(payload?: Uint8Array): void;
  closeWith(code?: number, reason?: string): void;
  terminate(): void;
  messages(): AsyncIterator<Message>;
}

/**
 * One WebSocket connection of a {@link Hub.websocket} route.
 *
 * `for await (const message of socket)` takes the messages one after the other: the next is read
 * from the peer only once it is asked for.
 */
export class Socket<Data = unknown> implements AsyncIterable<Message> {
  /** What `authorize` returned as `data`. */
  readonly data: Data;
  /** The subprotocol that was agreed on, or the empty string. */
  readonly protocol: string;
  /** The peer's address; `undefined` where the stream has none. */
  readonly remoteAddress: string | undefined;
  readonly #session: SocketSession;

  /** @internal */
  constructor(
    session: SocketSession,
    data: Data,
    protocol: string,
    remoteAddress: string | undefined,
  ) {
    this.#session = session;
    this.data = data;
    this.protocol = protocol;
    this.remoteAddress = remoteAddress;
  }

  /** `open` until a Close frame has been sent or received, `closed` once there is nothing left to do. */
  get readyState(): 'open' | 'closing' | 'closed' {
    return this.#session.state;
  }

  /** Octets that have been sent here and have not left yet. */
  get bufferedAmount(): number {
    return this.#session.bufferedAmount;
  }

  /**
   * Sends a message: a string as text, octets as binary.
   *
   * Octets are not to be changed after they were sent. A message is never dropped while the
   * connection is open; one that is not discards it. When more than `limits.sendBuffer` octets are
   * waiting already, the connection is failed with 1008.
   *
   * @returns `false` when the peer is behind (`drain` says when it has caught up), or the connection
   * is not open.
   * @throws TypeError when `data` is neither a string nor octets.
   */
  send(data: Message): boolean {
    return this.#session.send(data);
  }

  /**
   * Sends one message piece by piece, a frame each: text if the pieces are strings, binary if they are
   * octets. The next piece is asked for when the peer has taken those before; what is sent meanwhile
   * waits, within `limits.sendBuffer`, and so does `close`, for `limits.closing`. Where compression was
   * agreed on, the length of the first piece decides whether the message is compressed.
   *
   * @returns whether all was sent: `false` when the connection was closed before.
   * @throws What the pieces throw, or TypeError when they are not all of one kind: the connection has
   * then been failed with 1011.
   * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-5.4 | RFC 6455 §5.4}
   */
  sendPieces(pieces: Pieces): Promise<boolean> {
    return this.#session.sendPieces(pieces);
  }

  /**
   * The messages from now on, and those to send, as Web Streams: the peer is read from one message ahead of
   * who reads, and a write is done when the peer has taken it. To end the writable, or to give either up,
   * closes the connection.
   */
  streams(): MessageStreams {
    return messageStreams(this.#session);
  }

  /**
   * Sends a Ping. Heartbeats are sent by themselves; this is for measuring.
   *
   * @throws RangeError when the payload is longer than 125 octets.
   * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-5.5.2 | RFC 6455 §5.5.2}
   */
  ping(payload?: Uint8Array): void {
    this.#session.sendPing(payload);
  }

  /**
   * Begins the closing handshake. The peer has `limits.closing` to finish it.
   *
   * @param code - 1000 (the default), another code that an endpoint may send, or 3000 to 4999.
   * @param reason - At most 123 octets of UTF-8.
   * @throws RangeError when the code may not be sent, or the reason is too long.
   * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-7.1.2 | RFC 6455 §7.1.2}
   */
  close(code?: number, reason?: string): void {
    this.#session.closeWith(code, reason);
  }

  /** Cuts the connection: the peer sees neither a Close frame nor what still waited for it. */
  terminate(): void {
    this.#session.terminate();
  }

  /** The messages from now on, one after the other, until the connection is closed. */
  [Symbol.asyncIterator](): AsyncIterator<Message> {
    return this.#session.messages();
  }
}
