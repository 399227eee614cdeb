import type { RequestHead } from '../http1/request-head.ts';
import type { RequestTarget } from '../http1/request-target.ts';
import { type AllowList, hostRefusal } from './admission.ts';
import { asksForWebSocket } from './asks-for-websocket.ts';
import type { Exchange } from './exchange.ts';
import { type HttpHandler, refuse, serveHttp } from './http-route.ts';
import { serveLive } from './live-request.ts';
import type { LiveRoute } from './live-route.ts';
import { serveWebSocket, type WebSocketRoute } from './websocket-route.ts';

/** What a path leads to: opening handshakes to the one, where there are both, the rest to the other. */
interface Route {
  readonly http?: HttpHandler | undefined;
  readonly webSocket?: WebSocketRoute<unknown> | undefined;
  /** This alone takes all that comes. */
  readonly live?: LiveRoute | undefined;
}

/**
 * Which path leads where.
 *
 * Paths are compared as they are on the wire, octet by octet: nothing is decoded or normalised, so
 * that there is no second reading of a path. A path that ends in `*` stands for all that begin so.
 */
export class Routes {
  readonly #routes = new Map<string, Route>();
  /** Those whose path stands for itself. */
  readonly #exact = new Map<string, Route>();
  /** The longest first: it is the most precise. */
  #prefixes: (readonly [prefix: string, route: Route])[] = [];
  readonly #hosts: AllowList | undefined;
  readonly #report: (error: unknown) => void;

  /**
   * @param hosts - The names that requests may ask for. @see {@link hostRefusal}
   * @param report - Told of what handlers throw.
   */
  constructor(hosts: AllowList | undefined, report: (error: unknown) => void) {
    this.#hosts = hosts;
    this.#report = report;
  }

  /** Adds a route for ordinary exchanges. */
  http(path: string, handler: HttpHandler): void {
    this.#add(path, { http: handler });
  }

  /** Adds a route for WebSocket connections. */
  websocket(path: string, route: WebSocketRoute<unknown>): void {
    this.#add(path, { webSocket: route });
  }

  /** Adds a route for server push by every transport. */
  live(path: string, route: LiveRoute): void {
    this.#add(path, { live: route });
  }

  /** Whether a target leads anywhere. */
  owns(path: RequestTarget['path']): boolean {
    return this.#find(path) !== undefined;
  }

  /** Whether a request to upgrade is to be taken as one: whether it leads to a WebSocket route. */
  upgrades(head: RequestHead, path: RequestTarget['path']): boolean {
    const route = this.#find(path);
    if (route?.live !== undefined) return asksForWebSocket(head);
    return route !== undefined && leadsToWebSocket(route, head);
  }

  /** Answers an exchange by the route that its path leads to. */
  dispatch(exchange: Exchange): void {
    const foreign = hostRefusal(exchange, this.#hosts);
    const route = this.#find(exchange.url);
    if (route?.live !== undefined) serveLive(exchange, route.live, foreign);
    else if (foreign !== undefined) refuse(exchange, 403, foreign);
    else if (route === undefined) exchange.respond(404, NOT_FOUND, NOTHING_HERE);
    else if (leadsToWebSocket(route, exchange.head)) serveWebSocket(exchange, route.webSocket);
    else serveHttp(exchange, route.http!, this.#report);
  }

  #add(path: string, route: Route): void {
    requirePath(path);
    const before = this.#routes.get(path);
    const isTaken = (kind: string): boolean => kind in before! || 'live' in before!;
    if (before !== undefined && ('live' in route || Object.keys(route).some(isTaken))) {
      throw new TypeError(`the path ${path} leads somewhere already`);
    }
    const joined = { ...before, ...route };
    this.#routes.set(path, joined);
    if (!path.endsWith('*')) this.#exact.set(path, joined);
    this.#prefixes = [...this.#routes]
      .filter(([known]) => known.endsWith('*'))
      .map(([known, leads]) => [known.slice(0, -1), leads] as const)
      .sort(([one], [other]) => other.length - one.length);
  }

  /** A `*` in a target is an ordinary octet: only in a route it stands for others. */
  #find(url: string): Route | undefined {
    return this.#exact.get(url) ?? this.#findPath(url);
  }

  #findPath(url: string): Route | undefined {
    const query = url.indexOf('?');
    const path = query === -1 ? url : url.slice(0, query);
    return this.#exact.get(path) ?? this.#prefixes.find(([prefix]) => path.startsWith(prefix))?.[1];
  }
}

/** @throws TypeError when no target, or no beginning of one, can be so. */
function requirePath(path: string): void {
  if (typeof path !== 'string') throw new TypeError(`a path must be a string: ${path}`);
  if (!path.startsWith('/') && path !== '*') throw new TypeError(`a path begins with /: ${path}`);
  if (path.includes('?')) throw new TypeError(`a path has no query: ${path}`);
  if (!ON_THE_WIRE.test(path)) {
    const encoded = encodeURI(path).replaceAll('#', '%23');
    throw new TypeError(`a path is as it is on the wire: not ${path}, but ${encoded}`);
  }
  if (path.slice(0, -1).includes('*')) {
    throw new TypeError(`a * stands for all that follows, at the end of a path alone: ${path}`);
  }
}

/** Visible ASCII; what is behind a `#` is never sent. */
const ON_THE_WIRE = /^[!"$-~]*$/;

/** Whether a request is for the WebSocket of its path, which alone may refuse it then. */
function leadsToWebSocket(
  route: Route,
  head: RequestHead,
): route is Route & { readonly webSocket: WebSocketRoute<unknown> } {
  return route.webSocket !== undefined && (route.http === undefined || asksForWebSocket(head));
}

const NOTHING_HERE = 'Nothing is served at this path.\n';
const NOT_FOUND = { 'content-type': 'text/plain; charset=utf-8' };
