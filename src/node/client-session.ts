import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { WebSocketError } from '../errors.ts';
import { ClientEndpoint, type ClientListener } from '../http1/client-endpoint.ts';
import type { ResponseHead } from '../http1/response-head.ts';
import type { Tenant } from '../hub/carrier.ts';
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
import type { SessionLimits } from './client-terms.ts';
import { Connection } from './connection.ts';
import { dial, type TransportOptions } from './dial.ts';
import { MaskingKeys } from './masking-keys.ts';
import { openInTurn } from './opening-turns.ts';

/** Who is told how a client's connection goes on. */
export interface ClientSessionListener {
  /** The server has accepted the handshake. */
  opened(protocol: string, extensions: string): void;
  message(data: Message): void;
  /** Once, at the end. `error` says what went wrong, if something did. */
  closed(code: number, reason: string, error: Error | undefined): void;
}

/** On what terms a client connects. */
export interface ClientSessionTerms {
  readonly protocols: readonly string[];
  readonly compression: CompressionTerms | undefined;
  /** Further fields of the opening handshake. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly limits: SessionLimits;
  /** Gives up connecting. */
  readonly signal: AbortSignal | undefined;
  readonly transport: TransportOptions;
}

/** A client's WebSocket connection, from dialling to its end. */
export class ClientSession implements ClientListener, WebSocketListener, Tenant {
  readonly #listener: ClientSessionListener;
  readonly #terms: ClientSessionTerms;
  readonly #key: string = encodeKey(randomBytes(16));
  readonly #request: OpeningRequest;
  readonly #dialling = new AbortController();
  #connection: Connection | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #turnEnds = () => {};
  #endpoint: WebSocketEndpoint | undefined;
  #isClosed = false;
  #closingSince = 0;

  /** @throws RangeError when a subprotocol is no token, or is asked for twice. */
  constructor(url: URL, terms: ClientSessionTerms, listener: ClientSessionListener) {
    const { compression, protocols, signal } = terms;
    this.#listener = listener;
    this.#terms = terms;
    this.#request = openingHandshake(url, this.#key, { protocols, compression });
    openInTurn(url.origin, () => this.#dial(url));
    signal?.addEventListener('abort', this.#aborted);
    if (signal?.aborted) this.#aborted();
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
      this.#connection?.checkIn(this.#terms.limits.closing);
    }
  }

  // The opening handshake

  /** @returns what is kept when the connection is open or has failed. */
  #dial(url: URL): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    const { limits, transport } = this.#terms;
    dial(url, transport, limits.handshake, this.#dialling.signal).then(
      (stream) => this.#dialled(stream),
      (error) => this.#refused(error),
    );
    const late = () => this.#fail('the server did not answer in the time of limits.handshake');
    this.#deadline = setTimeout(late, limits.handshake);
    return new Promise((resolve) => {
      this.#turnEnds = resolve;
    });
  }

  #dialled(stream: Duplex): void {
    if (this.#isClosed) return;
    const { fields, limits } = this.#terms;
    this.#connection = new Connection(stream, { ...CLIENT_GROUND, limits });
    const handshake = new ClientEndpoint(this, this.#connection.output, { limits });
    this.#connection.carry(handshake, this);
    handshake.request('GET', this.#request.target, [...this.#request.fields, ...fields]);
  }

  informational(): void {}

  /** Whatever it says, an answer other than 101 refuses the handshake. */
  response(head: ResponseHead): void {
    this.#fail(`status ${head.status}`);
  }

  upgraded(head: ResponseHead, rest: Uint8Array): void {
    const { compression: terms, limits, protocols } = this.#terms;
    let choice: ServerChoice;
    try {
      choice = judgeServerHandshake(head, this.#key, protocols, terms);
    } catch (error) {
      this.#refused(error);
      return;
    }
    this.#decided();
    const { protocol, extensions, deflate } = choice;
    const compression = deflate && new MessageCompression('client', deflate, terms!.threshold);
    const connection = this.#connection!;
    const options = { role: 'client', limits, maskingKey: nextMaskingKey } as const;
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
    const { closing, stall } = this.#terms.limits;
    if (this.#endpoint?.state !== 'closing') return stall;
    if (this.#closingSince === 0) this.#closingSince = now;
    const left = this.#closingSince + closing - now;
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

  readonly #aborted = (): void => {
    const reason: unknown = this.#terms.signal!.reason;
    this.#refused(reason instanceof Error ? reason : new Error(String(reason)));
  };

  /** It is open, or never will be. */
  #decided(): void {
    clearTimeout(this.#deadline);
    this.#turnEnds();
    this.#terms.signal?.removeEventListener('abort', this.#aborted);
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
    this.#decided();
    this.#listener.closed(code, reason, error);
  }
}

const nextMaskingKey = new MaskingKeys((size) => randomBytes(size)).next;
