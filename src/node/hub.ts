import { randomBytes } from 'node:crypto';
import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http';
import type {
  Http2SecureServer,
  Http2Server,
  Http2ServerRequest,
  Http2ServerResponse,
} from 'node:http2';
import type { Duplex } from 'node:stream';
import { type Channel, type HistoryOptions, Log } from '../channel/index.ts';
import type { AllowList } from '../hub/admission.ts';
import type { Timed } from '../hub/deadlines.ts';
import { HttpConnection, type HttpTerms } from '../hub/http-connection.ts';
import type { HttpHandler } from '../hub/http-route.ts';
import { requireFunction, requireOptions } from '../hub/known-options.ts';
import { type Limits, limitsOfRoute, limitsWith } from '../hub/limits.ts';
import { Live } from '../hub/live.ts';
import { type LiveHandlers, type LiveOptions, requireLiveRoute } from '../hub/live-route.ts';
import { requireHeartbeat, requireHosts, requireOrigins, requireProxies } from '../hub/options.ts';
import { Routes } from '../hub/routes.ts';
import {
  requireWebSocketRoute,
  type WebSocketHandlers,
  type WebSocketOptions,
} from '../hub/websocket-route.ts';
import { compressionOf } from '../websocket/permessage-deflate.ts';
import { attachTo, requireServer } from './attach.ts';
import { attachToHttp2 } from './attach-http2.ts';
import { dateClock } from './clock.ts';
import { Connection } from './connection.ts';
import type { Ground } from './ground.ts';
import { HostRequests } from './host-requests.ts';
import {
  type Address,
  type CloseOptions,
  type HubBackplane,
  type HubOptions,
  type ListenOptions,
  requireCloseOptions,
  requireHubOptions,
  requireListenOptions,
} from './hub-options.ts';
import { Ports } from './ports.ts';
import { SlabPool } from './slab.ts';
import { TimerWheel } from './timer-wheel.ts';

/** How often what grows old is looked at, in milliseconds. */
const SECOND = 1_000;

/**
 * Server push, on its own or inside a server that is already there.
 *
 * The functions that other servers are given (`accept`, `upgrade`, `middleware`) are bound: they may
 * be handed out as they are.
 */
export class Hub {
  readonly #limits: Limits;
  readonly #origins: AllowList;
  readonly #heartbeat: number;
  readonly #report: (error: unknown) => void;
  readonly #routes: Routes;
  readonly #ground: Ground;
  readonly #http: HttpTerms;
  readonly #live: Live;
  readonly #aging: Timed = {
    slot: undefined,
    expire: () => {
      this.#live.expire();
      return SECOND;
    },
  };
  readonly #ports: Ports;
  #closing: Promise<void> | undefined;
  readonly #requests: HostRequests;
  /** Told when the last connection, or exchange of node:http, may be gone. */
  #emptied: (() => void) | undefined;

  /** @internal Use {@link createHub}. */
  constructor(options: HubOptions = {}) {
    requireHubOptions(options);
    this.#limits = limitsWith(options.limits ?? {});
    this.#origins = requireOrigins(options.origins ?? []);
    this.#heartbeat = requireHeartbeat(options.heartbeat ?? 20_000);
    this.#report = reporter(options.onError ?? console.error);
    this.#routes = new Routes(requireHosts(options.hosts), this.#report);
    this.#ground = {
      limits: this.#limits,
      wheel: new TimerWheel(),
      slabs: new SlabPool(),
      connections: new Set(),
      unflushed: [],
      report: this.#report,
      emptied: () => this.#emptied?.(),
    };
    this.#http = {
      limits: this.#limits,
      proxies: requireProxies(options.proxies ?? []),
      date: dateClock(this.#ground.wheel),
      dispatch: (exchange) => this.#routes.dispatch(exchange),
    };
    this.#ports = new Ports({
      accept: (socket, localAddress) => this.#accept(socket, localAddress),
      report: this.#report,
    });
    this.#requests = new HostRequests(this.#routes, this.#ground, this.#http);
    this.#live = this.#makeLive(options.backplane);
  }

  /**
   * Serves ordinary exchanges at a path.
   *
   * @param path - Compared octet by octet; one that ends in `*` stands for all that begin so.
   * @throws TypeError when the path leads somewhere already.
   */
  http(path: string, handler: HttpHandler): this {
    requireFunction(`the handler of ${path}`, handler);
    this.#routes.http(path, handler);
    return this;
  }

  /**
   * Serves WebSocket connections at a path.
   *
   * @param route - What to do with the sockets, and the route's options. One object for all of them.
   * @throws TypeError when the path leads somewhere already, RangeError for limits that are none,
   * or options of compression that RFC 7692 does not have.
   */
  websocket<Data = undefined>(
    path: string,
    route: WebSocketHandlers<Data> & WebSocketOptions,
  ): this {
    requireWebSocketRoute(path, route);
    const terms = {
      handlers: route as WebSocketHandlers<unknown>,
      limits: limitsOfRoute(this.#limits, route.limits),
      heartbeat: requireHeartbeat(route.heartbeat ?? this.#heartbeat),
      report: this.#report,
    };
    const origins = requireOrigins(route.origins ?? this.#origins);
    const { protocols = [], compression = false } = route;
    this.#routes.websocket(path, {
      terms,
      protocols,
      origins,
      compression: compressionOf(compression, 'server'),
    });
    return this;
  }

  /**
   * Serves the log to clients that choose how to receive: WebSocket, event stream, stream, long poll
   * and, where they are switched on, JSONP and forever frame.
   *
   * @param route - Who may read what, what to do with the sessions, and the route's options.
   * @throws TypeError when the path leads somewhere already.
   */
  live<Data = undefined>(path: string, route: LiveHandlers<Data> & LiveOptions): this {
    requireLiveRoute(path, route);
    this.#age();
    const handlers = route as LiveHandlers<unknown> & LiveOptions;
    this.#routes.live(path, this.#live.route(handlers, this.#origins, this.#heartbeat));
    return this;
  }

  /**
   * A channel: a bounded log that is published to, and read by the clients of live routes.
   *
   * @throws RangeError when its history was given other bounds before, or ones that can't be.
   */
  channel(name: string, options: { readonly history?: HistoryOptions | undefined } = {}): Channel {
    requireOptions('hub.channel', options, { history: true });
    this.#age();
    return this.#live.log.channel(name, options);
  }

  /** Where the log ends: take the cursor, load the page, and connect from it. */
  cursor(): string {
    return this.#live.log.cursor;
  }

  /**
   * Listens on a TCP port.
   *
   * @returns Where, once it does. Rejects with Node's error when it can't, such as `EADDRINUSE`.
   */
  async listen(options: ListenOptions = {}): Promise<Address> {
    requireListenOptions(options);
    return this.#ports.open(options);
  }

  /**
   * Speaks HTTP/1.1 on a byte stream: `tls.createServer(options, hub.accept)`.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-10.6 | RFC 6455 §10.6}
   * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-9.7 | RFC 9112 §9.7}
   */
  readonly accept = (stream: Duplex): void => this.#accept(stream);

  #accept(stream: Duplex, localAddress?: string): void {
    const connection = new Connection(stream, this.#ground, localAddress);
    new HttpConnection(this.#http, connection);
    if (this.#closing !== undefined) connection.leave();
  }

  /**
   * Serves the hub's paths on a server of `node:http`, `node:https` or `node:http2`. Every other
   * request, and every other upgrade, is the application's.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc8441 | RFC 8441}, WebSockets over HTTP/2
   */
  attach(server: HttpServer | Http2Server | Http2SecureServer): this {
    requireServer(server);
    // With `allowHTTP1` a server of node:http2 is one of node:http besides.
    attachTo(server as HttpServer, this.#requests);
    if ('updateSettings' in server) {
      attachToHttp2(server, (stream, rawHeaders) => this.#requests.takeStream(stream, rawHeaders));
    }
    return this;
  }

  /** Serves the hub's paths as middleware of Express and the like. Sockets need {@link upgrade} too. */
  readonly middleware = (
    request: IncomingMessage | Http2ServerRequest,
    response: ServerResponse | Http2ServerResponse,
    next: () => void,
  ): void => {
    if (!this.#requests.take(request, response)) next();
  };

  /**
   * Takes a request to upgrade: `server.on('upgrade', hub.upgrade)`.
   *
   * @returns Whether the path is the hub's. If not, the socket is still the caller's.
   */
  readonly upgrade = (request: IncomingMessage, stream: Duplex, head: Buffer): boolean => {
    const isOwn = this.#requests.owns(request);
    if (isOwn) this.#requests.upgrade(request, stream, head);
    return isOwn;
  };

  /**
   * Closes: nothing new is accepted, exchanges under way are answered, sockets get a Close frame
   * with 1001, and clients of live routes are told when to come back. Resolves when the last
   * connection is gone, and the last exchange of a server that the hub is attached to, which takes `limits.closing` and `limits.linger` at most.
   */
  close(options: CloseOptions = {}): Promise<void> {
    requireCloseOptions(options);
    this.#closing ??= this.#close(options.drain ?? 0);
    return this.#closing;
  }

  async #close(drain: number): Promise<void> {
    const closed = this.#ports.close();
    const { connections } = this.#ground;
    const { exchanges } = this.#requests;
    this.#requests.isClosing = true;
    const emptied = new Promise<void>((resolve) => {
      this.#emptied = () => {
        if (connections.size + exchanges.size === 0) resolve();
      };
    });
    this.#live.drain(drain);
    this.#ground.wheel.cancel(this.#aging);
    for (const connection of [...connections]) connection.leave();
    const patience = setTimeout(() => {
      for (const connection of [...connections]) connection.destroy();
      for (const exchange of [...exchanges]) {
        exchange.abort();
        exchange.closed();
      }
    }, this.#limits.closing + this.#limits.linger);
    this.#emptied!();
    await emptied;
    clearTimeout(patience);
    await closed;
  }

  #makeLive(backplane: HubBackplane | undefined): Live {
    const limits = this.#limits;
    const report = this.#report;
    const { wheel } = this.#ground;
    const log = new Log({
      epoch: backplane?.epoch ?? randomBytes(8).toString('hex'),
      limits,
      wallClock: Date.now,
      clock: () => performance.now(),
      schedule: setImmediate,
      report,
      backplane,
    });
    return new Live({
      limits,
      log,
      deadlines: wheel,
      report,
      random: Math.random,
      token: () => randomBytes(16).toString('base64url'),
      wallClock: Date.now,
    });
  }

  /** Lets the log and the sessions grow old, from when they are first made use of. */
  #age(): void {
    const { wheel } = this.#ground;
    if (this.#aging.slot === undefined && this.#closing === undefined) {
      wheel.schedule(this.#aging, SECOND);
    }
  }
}

/** A report that can't itself bring the process down. */
function reporter(onError: (error: unknown) => void): (error: unknown) => void {
  return (error) => {
    try {
      onError(error);
    } catch (second) {
      console.error(second);
    }
  };
}

/** Makes a hub. It does nothing until it is given routes and a way in. */
export function createHub(options?: HubOptions): Hub {
  return new Hub(options);
}
