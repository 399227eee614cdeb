import type { IncomingMessage, ServerResponse } from 'node:http';
import type {
  Http2ServerRequest,
  Http2ServerResponse,
  OutgoingHttpHeaders,
  ServerHttp2Stream,
} from 'node:http2';
import type { Duplex } from 'node:stream';
import { HttpError } from '../errors.ts';
import type { Exchange } from '../hub/exchange.ts';
import type { HttpTerms } from '../hub/http-connection.ts';
import { refuse } from '../hub/http-route.ts';
import type { Routes } from '../hub/routes.ts';
import type { HostDoors } from './attach.ts';
import type { Ground } from './ground.ts';
import { faultOf, type HostRequest, headOf, targetOf } from './host-head.ts';
import { Http2Exchange } from './http2-exchange.ts';
import { http2FaultOf, http2HeadOf } from './http2-head.ts';
import { ResponseExchange } from './response-exchange.ts';
import { UpgradeExchange } from './upgrade-exchange.ts';

/** What other methods there are than CONNECT, of those that a handler is asked to answer. */
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';

/** The requests that servers of the application's hand to the hub. */
export class HostRequests implements HostDoors {
  /** Those of node:http that are under way, on connections of the application's. */
  readonly exchanges: Set<ResponseExchange> = new Set();
  /** Whether the hub is closing. */
  isClosing = false;
  readonly #routes: Routes;
  readonly #ground: Ground;
  readonly #http: HttpTerms;

  constructor(routes: Routes, ground: Ground, http: HttpTerms) {
    this.#routes = routes;
    this.#ground = ground;
    this.#http = http;
  }

  owns(request: HostRequest): boolean {
    const target = targetOf(request);
    return target !== undefined && this.#routes.owns(target.path);
  }

  upgrades(request: HostRequest): boolean {
    const target = targetOf(request);
    return target !== undefined && this.#routes.upgrades(headOf(request), target.path);
  }

  serve(request: HostRequest, response: ServerResponse, isExpecting = false): void {
    const head = headOf(request);
    const exchange = new ResponseExchange(
      request,
      response,
      head,
      targetOf(request)!,
      this.#http,
      this.#ground.wheel,
      isExpecting,
      () => {
        this.exchanges.delete(exchange);
        this.#ground.emptied();
      },
    );
    this.exchanges.add(exchange);
    this.#judge(exchange, faultOf(head));
  }

  upgrade(request: HostRequest, stream: Duplex, octets: Buffer): void {
    const head = headOf(request);
    const target = targetOf(request)!;
    const exchange = new UpgradeExchange(
      request,
      stream,
      octets,
      head,
      target,
      this.#ground,
      this.#http,
    );
    if (this.isClosing) exchange.leave();
    // Whoever answers this as an ordinary request would have to read content that Node leaves raw.
    const isUnreadable = exchange.hasContent && !this.#routes.upgrades(head, target.path);
    if (isUnreadable) refuseWith(exchange, new HttpError('HANDSHAKE_CONTENT'));
    else this.#judge(exchange, faultOf(head));
  }

  /** Takes a request of middleware, if it is the hub's. */
  take(
    request: IncomingMessage | Http2ServerRequest,
    response: ServerResponse | Http2ServerResponse,
  ): boolean {
    if (request.httpVersionMajor > 1) {
      const { stream, rawHeaders } = request as Http2ServerRequest;
      return this.takeStream(stream, rawHeaders, request, response.getHeaders());
    }
    const isOwn = this.owns(request as IncomingMessage);
    if (isOwn) this.serve(request as IncomingMessage, response as ServerResponse);
    return isOwn;
  }

  /**
   * Takes a stream of HTTP/2, if it is the hub's. CONNECT asks for what is not here, unless it is for a
   * WebSocket.
   */
  takeStream(
    stream: ServerHttp2Stream,
    rawHeaders: readonly string[],
    source: unknown = stream,
    added: OutgoingHttpHeaders = {},
  ): boolean {
    const request = { ...http2HeadOf(rawHeaders), stream, source, added };
    const { head, target } = request;
    if (target === undefined || !this.#routes.owns(target.path)) return false;
    const isTunnel = head.method === 'CONNECT';
    if (isTunnel && head.protocol !== 'websocket') return false;
    // One that was reset meanwhile is not worth an exchange.
    if (stream.destroyed) return true;
    const exchange = new Http2Exchange(request, this.#ground, this.#http, this.isClosing);
    if (isTunnel && !this.#routes.upgrades(head, target.path)) {
      refuse(exchange, 405, 'There is no WebSocket at this path.', { allow: METHODS });
    } else this.#judge(exchange, http2FaultOf(request));
    return true;
  }

  #judge(exchange: Exchange, fault: HttpError | undefined): void {
    if (fault === undefined) this.#routes.dispatch(exchange);
    else refuseWith(exchange, fault);
  }
}

function refuseWith(exchange: Exchange, error: HttpError): void {
  refuse(exchange, error.status, error.message);
}
