import type { RequestTarget } from '../http1/request-target.ts';
import { type AllowList, hostRefusal } from './admission.ts';
import type { Exchange } from './exchange.ts';
import { type HttpHandler, refuse, serveHttp } from './http-route.ts';
import { serveWebSocket, type WebSocketRoute } from './websocket-route.ts';

/** What a path leads to. */
type Route =
  | { readonly kind: 'http'; readonly handler: HttpHandler }
  | { readonly kind: 'websocket'; readonly route: WebSocketRoute<unknown> };

/**
 * Which path leads where.
 *
 * Paths are compared as they are on the wire, octet by octet: nothing is decoded or normalised, so
 * that there is no second reading of a path. A path that ends in `*` stands for all that begin so.
 */
export class Routes {
  readonly #exact = new Map<string, Route>();
  readonly #prefixes: [prefix: string, route: Route][] = [];
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
    this.#add(path, { kind: 'http', handler });
  }

  /** Adds a route for WebSocket connections. */
  websocket(path: string, route: WebSocketRoute<unknown>): void {
    this.#add(path, { kind: 'websocket', route });
  }

  /** Whether a target leads anywhere. */
  owns(path: RequestTarget['path']): boolean {
    return this.#find(path) !== undefined;
  }

  /** Answers an exchange by the route that its path leads to. */
  dispatch(exchange: Exchange): void {
    const foreign = hostRefusal(exchange, this.#hosts);
    const route = this.#find(exchange.url);
    if (foreign !== undefined) refuse(exchange, 403, foreign);
    else if (route?.kind === 'http') serveHttp(exchange, route.handler, this.#report);
    else if (route?.kind === 'websocket') serveWebSocket(exchange, route.route);
    else exchange.respond(404, NOT_FOUND, 'Nothing is served at this path.\n');
  }

  #add(path: string, route: Route): void {
    if (!path.startsWith('/') && path !== '*') throw new TypeError(`a path begins with /: ${path}`);
    if (path.endsWith('*')) {
      this.#prefixes.push([path.slice(0, -1), route]);
      // The longest prefix is the most precise.
      this.#prefixes.sort(([a], [b]) => b.length - a.length);
      return;
    }
    if (this.#exact.has(path)) throw new TypeError(`the path ${path} leads somewhere already`);
    this.#exact.set(path, route);
  }

  #find(url: string): Route | undefined {
    const query = url.indexOf('?');
    const path = query === -1 ? url : url.slice(0, query);
    return this.#exact.get(path) ?? this.#prefixes.find(([prefix]) => path.startsWith(prefix))?.[1];
  }
}

const NOT_FOUND = { 'content-type': 'text/plain; charset=utf-8' };
