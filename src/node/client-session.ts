import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { WebSocketError } from '../errors.ts';
import { ClientEndpoint, type ClientListener } from '../http1/client-endpoint.ts';
import type { ResponseHead } from '../http1/response-head.ts';
import type { Tenant } from '../hub/carrier.ts';
import { DEFAULT_LIMITS } from '../hub/limits.ts';
import type { Message } from '../hub/socket.ts';
import {
  encodeKey,
  judgeServerHandshake,
  type OpeningRequest,
  openingHandshake,
  type ServerChoice,
} from '../websocket/client-handshake.ts';
import { WebSocketEndpoint, type WebSocketListener } from '../websocket/endpoint.ts';
import { MessageCompression } from '../websocket/message-compression.ts';
import type { CompressionTerms } from '../websocket/permessage-deflate.ts';
import { CLIENT_GROUND } from './client-ground.ts';
import { Connection } from './connection.ts';
import { dial, type TransportOptions } from './dial.ts';
import { MaskingKeys } from './masking-keys.ts';

/** Who is told how a client's connection goes on. */
export interface ClientSessionListener {
  /** The server has accepted the handshake. */
  opened(protocol: string, extensions: string): void;
  message(data: Message): void;
  /** Once, at the end. `error` says what went wrong, if something did. */
  closed(code: number, reason: string, error: Error | undefined): void;
}

/** How long it may take to reach the server, and then the server to answer, in milliseconds. */
const HANDSHAKE_TIME = 30_000;

/** A client's WebSocket connection, from dialling to its end. */
export class ClientSession implements ClientListener, WebSocketListener, Tenant {
  readonly #listener: ClientSessionListener;
  readonly #asked: readonly string[];
  readonly #compression: CompressionTerms | undefined;
  readonly #key: string = encodeKey(randomBytes(16));
  readonly #request: OpeningRequest;
  readonly #dialling = new AbortController();
  #connection: Connection | undefined;
  #since = 0;
  #endpoint: WebSocketEndpoint | undefined;
  #isClosed = false;
  #closingSince = 0;

  /** @throws RangeError when a subprotocol is no token, or is asked for twice. */
  constructor(
    url: URL,
    asked: readonly string[],
    compression: CompressionTerms | undefined,
    transport: TransportOptions,
    listener: ClientSessionListener,
  ) {
    this.#listener = listener;
    this.#asked = asked;
    this.#compression = compression;
    this.#request = openingHandshake(url, this.#key, { protocols: asked, compression });
    dial(url, transport, HANDSHAKE_TIME, this.#dialling.signal).then(
      (stream) => this.#dialled(stream),
      (error) => this.#refused(error),
    );
  }

  get bufferedAmount(): number {
    return this.#connection?.bufferedAmount ?? 0;
  }

  send(data: Message): void {
    if (typeof data === 'string') this.#endpoint?.sendText(data);
    else this.#endpoint?.sendBinary(data);
  }

  /** Begins the closing handshake, or gives up connecting. */
  closeWith(code: number | undefined, reason: string): void {
    if (this.#endpoint === undefined) {
      this.#fail('closed before the connection was established');
    } else {
      this.#endpoint.close(code, reason);
      this.#connection?.checkIn(DEFAULT_LIMITS.closing);
    }
  }

  // The opening handshake

  #dialled(stream: Duplex): void {
    if (this.#isClosed) return;
    this.#connection = new Connection(stream, CLIENT_GROUND);
    this.#since = this.#connection.now;
    const { output } = this.#connection;
    const handshake = new ClientEndpoint(this, output, { limits: DEFAULT_LIMITS });
    this.#connection.carry(handshake, this);
    handshake.request('GET', this.#request.target, this.#request.fields);
  }

  informational(): void {}

  /** Whatever it says, an answer other than 101 refuses the handshake. */
  response(head: ResponseHead): void {
    this.#fail(`status ${head.status}`);
  }

  upgraded(head: ResponseHead, rest: Uint8Array): void {
    let choice: ServerChoice;
    try {
      choice = judgeServerHandshake(head, this.#key, this.#asked, this.#compression);
    } catch (error) {
      this.#refused(error);
      return;
    }
    const { protocol, extensions, deflate } = choice;
    const compression =
      deflate && new MessageCompression('client', deflate, this.#compression!.threshold);
    const connection = this.#connection!;
    const options = { role: 'client', limits: DEFAULT_LIMITS, maskingKey: nextMaskingKey } as const;
    this.#endpoint = new WebSocketEndpoint(this, connection.output, options, compression);
    connection.carry(this.#endpoint, this);
    this.#listener.opened(protocol, extensions);
    connection.feed(rest);
  }

  content(): void {}

  contentEnd(): void {}

  fault(error: Error): void {
    this.#refused(error);
  }

  // The open connection

  message(data: Message): void {
    this.#listener.message(data);
  }

  ping(): void {}

  pong(): void {}

  close(code: number, reason: string, error: WebSocketError | undefined): void {
    this.#end(code, reason, error);
  }

  // The connection below

  check(now: number): number {
    if (this.#endpoint === undefined) {
      const left = this.#since + HANDSHAKE_TIME - now;
      if (left <= 0) this.#fail('the server did not answer the opening handshake');
      return left;
    }
    if (this.#endpoint.state !== 'closing') return HANDSHAKE_TIME;
    if (this.#closingSince === 0) this.#closingSince = now;
    const left = this.#closingSince + DEFAULT_LIMITS.closing - now;
    if (left <= 0) this.#endpoint.terminate();
    return left;
  }

  drained(): void {}

  ended(): void {}

  leave(): void {}

  gone(): void {
    this.#endpoint?.terminate();
    this.#fail('the connection was cut');
  }

  /** As failing an open connection, but with no Close frame to send. @see RFC 6455 §7.2.1 */
  #fail(detail: string): void {
    this.#refused(new WebSocketError('WS_HANDSHAKE', detail));
  }

  #refused(error: unknown): void {
    this.#dialling.abort();
    this.#connection?.destroy();
    this.#end(1006, '', error as Error);
  }

  #end(code: number, reason: string, error: Error | undefined): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#listener.closed(code, reason, error);
  }
}

const nextMaskingKey = new MaskingKeys((size) => randomBytes(size)).next;
