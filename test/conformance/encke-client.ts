import type { HttpAnswer, HttpClient, HttpRequest } from '../../spec/http-client/probe.ts';
import { ClientEndpoint, type ClientListener } from '../../src/http1/client-endpoint.ts';
import type { ResponseHead } from '../../src/http1/response-head.ts';
import type { Tenant } from '../../src/hub/carrier.ts';
import { DEFAULT_LIMITS } from '../../src/hub/limits.ts';
import { CLIENT_GROUND } from '../../src/node/client-ground.ts';
import { Connection } from '../../src/node/connection.ts';
import { dial } from '../../src/node/dial.ts';

/** How long it takes at most to reach a server, in milliseconds. */
const TIME = 10_000;

/** What encke has no way to say to a server. */
const UNABLE: readonly (readonly [keyof HttpRequest, string])[] = [
  ['proxy', "encke's clients know no proxies"],
  ['stream', "encke's clients send no content whose length they do not know"],
];

/**
 * The parts of encke by which its WebSocket and its EventSource speak HTTP, and nothing around them but a
 * list of the connections that can be used again.
 */
export function enckeClient(): HttpClient {
  const connections: Exchange[] = [];
  return {
    async request(request) {
      const unable = UNABLE.find(([name]) => request[name] !== undefined);
      if (unable !== undefined) return { unable: unable[1] };
      const url = new URL(request.url);
      const idle = connections.find(({ origin, isIdle }) => isIdle && origin === url.origin);
      if (idle !== undefined) return idle.request(url, request);
      const { authority } = request;
      const tls = authority === undefined ? {} : { tls: { ca: authority } };
      const stream = await dial(url, tls, TIME, new AbortController().signal);
      const exchange = new Exchange(url.origin, new Connection(stream, CLIENT_GROUND));
      connections.push(exchange);
      return exchange.request(url, request);
    },
    close: () => {
      for (const { connection } of connections) connection.destroy();
    },
  };
}

/** A connection, on which one request is answered after the other. */
class Exchange implements ClientListener, Tenant {
  readonly origin: string;
  readonly connection: Connection;
  readonly #endpoint: ClientEndpoint;
  #head: ResponseHead | undefined;
  #content = '';
  #tell: (answer: HttpAnswer) => void = () => {};

  constructor(origin: string, connection: Connection) {
    this.origin = origin;
    this.connection = connection;
    const limits = { ...DEFAULT_LIMITS, body: Number.POSITIVE_INFINITY };
    this.#endpoint = new ClientEndpoint(this, connection.output, { limits });
    connection.carry(this.#endpoint, this);
  }

  get isIdle(): boolean {
    return this.#endpoint.phase === 'idle';
  }

  request(url: URL, { method = 'GET', fields = [], content }: HttpRequest): Promise<HttpAnswer> {
    return new Promise((resolve) => {
      this.#tell = resolve;
      this.#content = '';
      const lines = [['Host', url.host] as const, ...fields];
      this.#endpoint.request(method, url.pathname + url.search, lines, content);
    });
  }

  informational(): void {}

  response(head: ResponseHead): void {
    this.#head = head;
  }

  content(octets: Uint8Array): void {
    this.#content += Buffer.from(octets).toString('latin1');
  }

  contentEnd(): void {
    const { status, fields } = this.#head!;
    this.#tell({ status, fields: [...fields], content: this.#content });
  }

  upgraded(): void {}

  fault(error: Error): void {
    this.#tell({ error: error.message });
  }

  check(): number {
    return TIME;
  }

  drained(): void {}
  ended(): void {}
  leave(): void {}

  gone(): void {
    this.#endpoint.disconnect();
  }
}
