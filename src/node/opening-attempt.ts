import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { WebSocketError } from '../errors.ts';
import { ClientEndpoint, type ClientListener } from '../http1/client-endpoint.ts';
import type { ResponseHead } from '../http1/response-head.ts';
import type { Tenant } from '../hub/carrier.ts';
import {
  encodeKey,
  judgeServerHandshake,
  type OpeningRequest,
  openingHandshake,
  type ServerChoice,
} from '../websocket/client-handshake.ts';
import type { CompressionTerms } from '../websocket/permessage-deflate.ts';
import { CLIENT_GROUND } from './client-ground.ts';
import type { SessionLimits } from './client-terms.ts';
import { Connection } from './connection.ts';
import { dial, type TransportOptions } from './dial.ts';
import { HandshakeRefusal } from './handshake-error.ts';
import { openInTurn } from './opening-turns.ts';

/** A connection whose handshake the server has accepted. */
export interface Opened {
  readonly connection: Connection;
  readonly choice: ServerChoice;
  /** The octets that came behind the handshake. */
  readonly rest: Uint8Array;
}

/** Who is told what becomes of an attempt. Each of these ends it. */
export interface AttemptListener {
  opened(opened: Opened): void;
  /**
   * The server has nothing but another address to give.
   *
   * @returns what goes there, once this attempt is over.
   * @throws Error when nobody does.
   */
  redirected(location: string): () => void;
  refused(error: Error): void;
}

/** What is asked of a server. */
export interface OpeningTerms {
  readonly protocols: readonly string[];
  readonly compression: CompressionTerms | undefined;
  /** Further fields of the opening handshake. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly limits: SessionLimits;
  readonly transport: TransportOptions;
}

/** What no cache is to answer. @see WebSockets standard, "establish a WebSocket connection", step 2 */
const NO_STORE: readonly (readonly [name: string, value: string])[] = [
  ['Pragma', 'no-cache'],
  ['Cache-Control', 'no-cache'],
];

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

/** How long the content of a refusal is waited for behind its head, in milliseconds. */
const REFUSAL_TIME = 250;

/**
 * One opening handshake, on a connection of its own, in its turn.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-4.1 | RFC 6455 §4.1}
 * @see {@link https://websockets.spec.whatwg.org/#websocket-opening-handshake | WebSockets standard, opening handshake}
 */
export class OpeningAttempt implements ClientListener, Tenant {
  readonly #url: URL;
  readonly #terms: OpeningTerms;
  readonly #listener: AttemptListener;
  readonly #key: string = encodeKey(randomBytes(16));
  readonly #request: OpeningRequest;
  readonly #dialling = new AbortController();
  #connection: Connection | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #refusal: HandshakeRefusal | undefined;
  #refusalDeadline: NodeJS.Timeout | undefined;
  #turnEnds = () => {};
  #isOver = false;

  /** @throws RangeError when a subprotocol is no token, or is asked for twice. */
  constructor(url: URL, terms: OpeningTerms, listener: AttemptListener) {
    this.#url = url;
    this.#terms = terms;
    this.#listener = listener;
    this.#request = openingHandshake(url, this.#key, terms);
    openInTurn(url.origin, () => this.#dial());
  }

  /** Gives it up. The listener is told nothing more. */
  abort(): void {
    this.#decided();
    this.#dialling.abort();
    this.#connection?.destroy();
  }

  /** @returns what is kept when the connection is open or has failed. */
  #dial(): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    const { limits, transport } = this.#terms;
    dial(this.#url, transport, limits.handshake, this.#dialling.signal).then(
      (stream) => this.#dialled(stream),
      (error) => this.fault(error),
    );
    const late = () => this.#fail('the server did not answer in the time of limits.handshake');
    this.#deadline = setTimeout(late, limits.handshake);
    return new Promise((resolve) => {
      this.#turnEnds = resolve;
    });
  }

  #dialled(stream: Duplex): void {
    if (this.#isOver) return;
    const { fields, limits } = this.#terms;
    this.#connection = new Connection(stream, { ...CLIENT_GROUND, limits });
    // However long a refusal is, it is one.
    const endless = { ...limits, body: Number.POSITIVE_INFINITY };
    const handshake = new ClientEndpoint(this, this.#connection.output, { limits: endless });
    this.#connection.carry(handshake, this);
    const given = fields.map(([name]) => name.toLowerCase());
    const cacheFields = NO_STORE.filter(([name]) => !given.includes(name.toLowerCase()));
    const { target, fields: own } = this.#request;
    handshake.request('GET', target, [...own, ...cacheFields, ...fields]);
  }

  informational(): void {}

  /** Whatever it says, an answer other than 101 does not open the connection. */
  response(head: ResponseHead): void {
    if (this.#isOver) return;
    const location = head.fields.get('location');
    if (!REDIRECTS.includes(head.status) || location === undefined) this.#refused(head);
    else this.#redirected(head, location);
  }

  upgraded(head: ResponseHead, rest: Uint8Array): void {
    const { compression, protocols } = this.#terms;
    let choice: ServerChoice;
    try {
      choice = judgeServerHandshake(head, this.#key, protocols, compression);
      requireProtocol(choice, protocols);
    } catch (error) {
      this.fault(error as Error);
      return;
    }
    this.#decided();
    this.#listener.opened({ connection: this.#connection!, choice, rest });
  }

  content(octets: Uint8Array): void {
    if (this.#refusal?.add(octets)) this.#answered();
  }

  contentEnd(): void {
    this.#answered();
  }

  /** Whatever befalls the rest of a refusal, it is one. */
  fault(error: Error): void {
    this.#answered();
    if (this.#isOver) return;
    this.abort();
    this.#listener.refused(error);
  }

  // The connection below

  check(): number {
    return this.#terms.limits.handshake;
  }

  drained(): void {}

  ended(): void {}

  leave(): void {}

  gone(): void {
    this.#fail('the connection was cut');
  }

  #redirected(head: ResponseHead, location: string): void {
    let follow: () => void;
    try {
      follow = this.#listener.redirected(location);
    } catch (error) {
      this.#refused(head, (error as Error).message);
      return;
    }
    this.abort();
    follow();
  }

  /** Most servers send the reason together with the head; who does not is not waited for long. */
  #refused(head: ResponseHead, why?: string): void {
    this.#refusal = new HandshakeRefusal(head, why);
    this.#refusalDeadline = setTimeout(() => this.#answered(), REFUSAL_TIME);
  }

  /** The answer is here, as far as it is of use. */
  #answered(): void {
    if (this.#isOver || this.#refusal === undefined) return;
    this.abort();
    this.#listener.refused(this.#refusal.error());
  }

  /** It is open, or never will be. */
  #decided(): void {
    this.#isOver = true;
    clearTimeout(this.#deadline);
    clearTimeout(this.#refusalDeadline);
    this.#turnEnds();
  }

  #fail(detail: string): void {
    this.fault(new WebSocketError('WS_HANDSHAKE', detail));
  }
}

/**
 * Stricter than RFC 6455: a server that was asked for subprotocols has to choose one.
 *
 * @see WebSockets standard, "establish a WebSocket connection", step 11.2
 */
function requireProtocol({ protocol }: ServerChoice, asked: readonly string[]): void {
  if (asked.length > 0 && protocol === '') {
    throw new WebSocketError('WS_HANDSHAKE', 'none of the subprotocols was chosen');
  }
}
