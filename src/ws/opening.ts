/**
 * How a client of `ws` opens its connection: by a request of `node:http` that is upgraded, so that
 * agents, redirects and `unexpected-response` are Node's own.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request } from 'node:http';
import { Agent as HttpsAgent, request as requestSecurely } from 'node:https';
import type { Duplex } from 'node:stream';
import { fieldsOf } from '../node/host-head.ts';
import {
  encodeKey,
  judgeServerHandshake,
  type OpeningHandshakeOptions,
  openingHandshake,
  type ServerChoice,
} from '../websocket/client-handshake.ts';
import { parseAddress, sameHost, type Target, targetOf } from './address.ts';
import { type ClientOptions, deflateTerms } from './options.ts';

/** Who tells the application what else than an open connection may come of a request. */
export interface OpeningEmitter {
  emit(event: 'upgrade', response: IncomingMessage): boolean;
  emit(event: 'redirect', url: string, request: ClientRequest): boolean;
  emit(event: 'unexpected-response', request: ClientRequest, response: IncomingMessage): boolean;
  listenerCount(event: 'redirect'): number;
}

/** Who is told how an opening handshake ends. */
export interface OpeningListener {
  /** The application may change the request, and has to end it. */
  finish(request: ClientRequest): void;
  opened(stream: Duplex, head: Buffer, choice: ServerChoice): void;
  /** Once, if the connection can't be opened. */
  failed(error: Error): void;
}

/** For each connection one of its own, as neither the global agents nor their sockets are. */
const AGENTS = { http: new HttpAgent(), https: new HttpsAgent() };

/** What is shown to the server that it was meant for, and to no other that a redirect leads to. */
const CREDENTIALS = ['cert', 'key', 'passphrase', 'pfx'] as const;
const CREDENTIAL_FIELDS: readonly string[] = ['authorization', 'cookie'];

const MAX_REDIRECTS = 10;

// Programs go by these texts, since `ws` gives no codes.
const CLOSED_EARLY = 'WebSocket was closed before the connection was established';
const TIMED_OUT = 'Opening handshake has timed out';

/** The opening handshake of a client. */
export class Opening {
  readonly #emitter: OpeningEmitter;
  readonly #listener: OpeningListener;
  readonly #options: ClientOptions;
  readonly #asked: OpeningHandshakeOptions;
  readonly #first: URL;
  #url: URL;
  #redirects = 0;
  #request: ClientRequest | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #isOver = false;

  /**
   * @throws SyntaxError for an address or a subprotocol that is none, RangeError for options that can't
   * be.
   */
  constructor(
    address: string | URL,
    protocols: readonly string[],
    options: ClientOptions,
    emitter: OpeningEmitter,
    listener: OpeningListener,
  ) {
    const { handshakeTimeout, origin, perMessageDeflate = true, protocolVersion = 13 } = options;
    if (protocolVersion !== 13) throw new RangeError(`version ${protocolVersion} is not spoken`);
    this.#emitter = emitter;
    this.#listener = listener;
    this.#options = options;
    this.#asked = { protocols, origin, compression: deflateTerms(perMessageDeflate, 'client') };
    this.#first = this.#url = parseAddress(address);
    this.#send(this.#url);
    if (handshakeTimeout)
      this.#deadline = setTimeout(() => this.#abort(TIMED_OUT), handshakeTimeout);
  }

  /** Where the request goes, or went last. */
  get url(): string {
    return this.#url.href;
  }

  /** Whether it has failed, or was given up. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Gives it up. */
  abort(): void {
    this.#abort(CLOSED_EARLY);
  }

  #send(url: URL): void {
    this.#url = url;
    const target = targetOf(url);
    const key = encodeKey(randomBytes(16));
    const sent = this.#make(target, key);
    this.#request = sent;
    sent.on('error', (error) => {
      if (this.#request === sent) this.#fail(error);
    });
    sent.on('response', (response) => this.#answered(sent, response));
    sent.on('upgrade', (response, stream, head) => this.#upgraded(response, stream, head, key));
    if (this.#redirects > 0) this.#emitter.emit('redirect', url.href, sent);
    if (this.#options.finishRequest === undefined) sent.end();
    else this.#listener.finish(sent);
  }

  #make(target: Target, key: string): ClientRequest {
    const { isSecure, location, ...where } = target;
    const { agent, auth, createConnection, headers, rejectUnauthorized, ...options } =
      this.#trusted();
    const fields = handshakeFields(location, key, this.#asked);
    const own = createConnection === undefined ? AGENTS[isSecure ? 'https' : 'http'] : undefined;
    return (isSecure ? requestSecurely : request)({
      ...options,
      ...where,
      protocol: undefined,
      method: 'GET',
      timeout: undefined,
      auth: where.auth ?? auth,
      agent: agent ?? own,
      createConnection,
      // The environment has no say in whose certificate is good.
      rejectUnauthorized: rejectUnauthorized ?? true,
      headers: { ...headers, ...Object.fromEntries(fields) },
    });
  }

  /** The options, less what is not for whoever is asked now. */
  #trusted(): ClientOptions {
    const isWary = this.#redirects > 0 && this.#emitter.listenerCount('redirect') === 0;
    if (!isWary || sameHost(this.#first, this.#url)) return this.#options;
    const { auth: _, ...options } = this.#options;
    for (const name of CREDENTIALS) Reflect.deleteProperty(options, name);
    const headers = Object.entries(this.#options.headers ?? {}).filter(
      ([name]) => !CREDENTIAL_FIELDS.includes(name.toLowerCase()) && name.toLowerCase() !== 'host',
    );
    return { ...options, headers: Object.fromEntries(headers) };
  }

  #answered(sent: ClientRequest, response: IncomingMessage): void {
    const { statusCode = 0 } = response;
    const { location } = response.headers;
    const isRedirect = statusCode >= 300 && statusCode < 400 && location !== undefined;
    if (isRedirect && this.#options.followRedirects) this.#follow(location);
    else if (!this.#emitter.emit('unexpected-response', sent, response)) {
      this.#abort(`Unexpected server response: ${statusCode}`);
    }
  }

  #follow(location: string): void {
    this.#redirects++;
    if (this.#redirects > (this.#options.maxRedirects ?? MAX_REDIRECTS)) {
      this.#abort('Maximum redirects exceeded');
      return;
    }
    this.#leave();
    try {
      this.#send(parseAddress(location, this.#url));
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #upgraded(response: IncomingMessage, stream: Duplex, head: Buffer, key: string): void {
    this.#emitter.emit('upgrade', response);
    if (this.#isOver) return;
    try {
      const choice = this.#judge(response, key);
      this.#end();
      this.#listener.opened(stream, head, choice);
    } catch (error) {
      stream.on('error', () => {}).destroy();
      this.#fail(error as Error);
    }
  }

  /** Stricter than RFC 6455 in one thing, as browsers are: a subprotocol asked for has to be chosen. */
  #judge(response: IncomingMessage, key: string): ServerChoice {
    const { compression, protocols = [] } = this.#asked;
    const fields = fieldsOf(response);
    const head = {
      minorVersion: response.httpVersionMinor === 0 ? 0 : 1,
      status: 101,
      fields,
    } as const;
    const choice = judgeServerHandshake(head, key, protocols, compression);
    const isMissing = protocols.length > 0 && choice.protocol === '';
    if (isMissing) throw new Error('Server sent no subprotocol');
    return choice;
  }

  #abort(message: string): void {
    if (this.#isOver) return;
    this.#end();
    this.#leave();
    process.nextTick(() => this.#listener.failed(new Error(message)));
  }

  #fail(error: Error): void {
    if (this.#isOver) return;
    this.#end();
    this.#listener.failed(error);
  }

  #end(): void {
    this.#isOver = true;
    clearTimeout(this.#deadline);
  }

  /** Lets go of the request: nothing that still becomes of it matters. */
  #leave(): void {
    const left = this.#request;
    this.#request = undefined;
    left?.destroy();
    left?.socket?.destroy();
  }
}

/** What the request has to say, but for Host, which Node does. */
function handshakeFields(
  location: Target['location'],
  key: string,
  asked: OpeningHandshakeOptions,
): (readonly [name: string, value: string])[] {
  try {
    return openingHandshake(location, key, asked).fields.filter(([name]) => name !== 'Host');
  } catch (error) {
    throw new SyntaxError((error as Error).message);
  }
}
