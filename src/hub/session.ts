import { textLength } from '../bytes/text.ts';
import { WebSocketError } from '../errors.ts';
import { assertCloseArguments, CloseCode } from '../websocket/close-code.ts';
import { WebSocketEndpoint, type WebSocketListener } from '../websocket/endpoint.ts';
import type { MessageCompression } from '../websocket/message-compression.ts';
import type { Carrier, Tenant } from './carrier.ts';
import type { Limits } from './limits.ts';
import { MessageQueue } from './message-queue.ts';
import { type Pieces, SlowSends } from './slow-sends.ts';
import { type Message, Socket } from './socket.ts';
import { SocketDeadlines } from './socket-deadlines.ts';
import type { WebSocketHandlers } from './websocket-route.ts';

/** What the sockets of one route have in common. */
export interface SessionTerms<Data> {
  readonly handlers: WebSocketHandlers<Data>;
  readonly limits: Limits;
  /** Milliseconds of silence after which a Ping is sent, and after as many again the peer is dead. 0: never. */
  readonly heartbeat: number;
  readonly report: (error: unknown) => void;
}

/**
 * An open WebSocket connection as the hub sees it: calls the route's handlers, keeps the deadlines.
 *
 * Every handler is called from here and nowhere else, so that what one throws is known by its
 * position: it closes this connection with 1011 and is reported.
 */
export class Session<Data> implements WebSocketListener, Tenant {
  readonly socket: Socket<Data>;
  readonly #terms: SessionTerms<Data>;
  readonly #carrier: Carrier;
  readonly #endpoint: WebSocketEndpoint;
  #queue: MessageQueue | undefined;
  readonly #deadlines: SocketDeadlines;
  /** Made by the first message that takes its time. */
  #slow: SlowSends | undefined;

  /** @param compression - How messages are compressed, if that was agreed on. */
  constructor(
    terms: SessionTerms<Data>,
    carrier: Carrier,
    data: Data,
    protocol: string,
    compression?: MessageCompression | undefined,
  ) {
    this.#terms = terms;
    this.#carrier = carrier;
    this.socket = new Socket(this, data, protocol, carrier.remoteAddress);
    const { limits } = terms;
    const options = { role: 'server', limits } as const;
    this.#endpoint = new WebSocketEndpoint(this, carrier.output, options, compression);
    this.#deadlines = new SocketDeadlines(this.#endpoint, carrier, terms);
  }

  /** Takes the connection over, with the octets that came behind the opening handshake. */
  begin(rest: Uint8Array): void {
    this.#carrier.carry(this.#endpoint, this);
    const { open } = this.#terms.handlers;
    if (open !== undefined) this.#call(() => open(this.socket));
    this.#carrier.feed(rest);
  }

  get state(): 'open' | 'closing' | 'closed' {
    return this.#endpoint.state;
  }

  get bufferedAmount(): number {
    return this.#carrier.bufferedAmount;
  }

  send(data: Message): boolean {
    const isText = typeof data === 'string';
    if (!isText && !(data instanceof Uint8Array)) {
      throw new TypeError('a message is a string or a Uint8Array');
    }
    if (this.#endpoint.state !== 'open') return false;
    if (this.#slow !== undefined && !this.#slow.isEmpty) return this.#sendBehind(this.#slow, data);
    // An empty buffer takes a message of any size.
    const wasBehind = this.#carrier.behind;
    if (wasBehind && this.#carrier.bufferedAmount > this.#terms.limits.sendBuffer) {
      this.#endpoint.fail(new WebSocketError('WS_SEND_BUFFER_LIMIT'));
      return false;
    }
    if (isText) this.#endpoint.sendText(data);
    else this.#endpoint.sendBinary(data);
    return !wasBehind && !this.#carrier.behind;
  }

  /** What waits here counts as what waits for the peer does. */
  #sendBehind(slow: SlowSends, data: Message): boolean {
    const octets = typeof data === 'string' ? textLength(data) : data.length;
    const waiting = slow.octets + this.#carrier.bufferedAmount;
    if (waiting > this.#terms.limits.sendBuffer) {
      this.#endpoint.fail(new WebSocketError('WS_SEND_BUFFER_LIMIT'));
    } else {
      slow.add(octets, () => {
        if (typeof data === 'string') this.#endpoint.sendText(data);
        else this.#endpoint.sendBinary(data);
      });
    }
    return false;
  }

  sendPieces(pieces: Pieces): Promise<boolean> {
    return this.#slowSends().pieces(pieces);
  }

  room(): Promise<void> {
    return this.#slowSends().room();
  }

  #slowSends(): SlowSends {
    this.#slow ??= new SlowSends(this.#endpoint, this.#carrier);
    return this.#slow;
  }

  sendPing(payload?: Uint8Array): void {
    this.#endpoint.ping(payload);
  }

  closeWith(code?: number, reason?: string): void {
    this.#deadlines.closing();
    if (this.#slow === undefined || this.#slow.isEmpty) {
      this.#close(code, reason);
      return;
    }
    assertCloseArguments({ code: code ?? CloseCode.Normal, reason: reason ?? '' });
    this.#slow.add(0, () => this.#close(code, reason));
  }

  #close(code: number | undefined, reason: string | undefined): void {
    this.#endpoint.close(code, reason);
    this.#queue?.closing();
  }

  terminate(): void {
    this.#endpoint.terminate();
  }

  messages(): AsyncIterator<Message> {
    if (this.#queue !== undefined) throw new TypeError('the messages are being iterated already');
    this.#queue = new MessageQueue(this.#carrier);
    if (this.state === 'closed') this.#queue.close();
    return this.#queue;
  }

  // What the endpoint tells

  message(data: Message): void {
    if (this.#queue !== undefined) {
      this.#queue.push(data);
      return;
    }
    const { message } = this.#terms.handlers;
    if (message === undefined) return;
    // Not by #call(): this is the hot path, and a closure for each message would be its largest cost.
    try {
      const result = message(this.socket, data);
      if (result instanceof Promise) this.#watch(result);
    } catch (error) {
      this.#failed(error);
    }
  }

  ping(payload: Uint8Array): void {
    const { ping } = this.#terms.handlers;
    if (ping !== undefined) this.#call(() => ping(this.socket, payload));
  }

  pong(payload: Uint8Array): void {
    const { pong } = this.#terms.handlers;
    if (pong !== undefined) this.#call(() => pong(this.socket, payload));
  }

  close(code: number, reason: string, error: WebSocketError | undefined): void {
    this.#queue?.close();
    this.#slow?.wake();
    const { close } = this.#terms.handlers;
    if (close !== undefined) this.#call(() => close(this.socket, code, reason, error));
  }

  // What the carrier tells

  drained(): void {
    this.#slow?.wake();
    const { drain } = this.#terms.handlers;
    if (drain !== undefined && this.state === 'open') this.#call(() => drain(this.socket));
  }

  ended(): void {}

  leave(): void {
    if (this.state === 'open') this.closeWith(1001, 'the server is going away');
  }

  gone(): void {
    this.#endpoint.terminate();
  }

  check(now: number): number {
    return this.#deadlines.check(now);
  }

  // Calling handlers

  #call(handler: () => unknown): void {
    try {
      const result = handler();
      if (result instanceof Promise) this.#watch(result);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** A handler's promise is not awaited, but its rejection is not lost. */
  #watch(result: Promise<unknown>): void {
    result.catch((error: unknown) => this.#failed(error));
  }

  #failed(error: unknown): void {
    this.#terms.report(error);
    if (this.state === 'open') this.#endpoint.fail(new WebSocketError('WS_HANDLER'));
  }
}
