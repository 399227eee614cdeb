import { OutputList } from '../../src/bytes/output.ts';
import type { HttpError } from '../../src/errors.ts';
import type { Fields } from '../../src/http1/fields.ts';
import { DEFAULT_HEAD_LIMITS } from '../../src/http1/limits.ts';
import type { DecodedRequestHead } from '../../src/http1/request-head.ts';
import type { RequestTarget } from '../../src/http1/request-target.ts';
import { ServerEndpoint } from '../../src/http1/server-endpoint.ts';
import type { ServerEndpointOptions, ServerListener } from '../../src/http1/server-listener.ts';
import { ascii, lend } from './octets.ts';

/** Limits small enough to be reached in a test. */
export const LIMITS = { ...DEFAULT_HEAD_LIMITS, body: 100_000 };

/** A server endpoint over a list, and what its listener was told. */
export class TestServer implements ServerListener {
  readonly output = new OutputList();
  readonly endpoint: ServerEndpoint;
  /** A line for each call of the listener. */
  readonly told: string[] = [];
  /** What came for the next protocol. */
  readonly rest: Uint8Array[] = [];
  /** Whether a request is to be answered later. */
  isWaiting = false;
  /** The last request. */
  head!: DecodedRequestHead;
  target!: RequestTarget;
  readonly #handler: (server: TestServer) => void;

  constructor(handler: (server: TestServer) => void, options: Partial<ServerEndpointOptions> = {}) {
    this.#handler = handler;
    this.endpoint = new ServerEndpoint(this, this.output, {
      limits: LIMITS,
      date: () => 'now',
      ...options,
    });
  }

  request(head: DecodedRequestHead, target: RequestTarget): void {
    this.head = head;
    this.target = target;
    this.told.push(`${head.method} ${target.path}`);
    this.#handler(this);
  }

  /** What the handler does with content. */
  onContent: (octets: Uint8Array) => void = () => {};
  /** What the handler does at the end of the content. */
  onContentEnd: () => void = () => {};

  content(octets: Uint8Array): void {
    this.told.push(`content ${Buffer.from(octets).toString('latin1')}`);
    this.onContent(octets);
  }

  contentEnd(trailers: Fields): void {
    const lines = Array.from(trailers, ([name, value]) => ` ${name}: ${value}`);
    this.told.push(`end${lines.join()}`);
    this.onContentEnd();
  }

  fault(error: HttpError): void {
    this.told.push(error.code);
  }

  /** Switches to another protocol, and keeps what has come of it. */
  upgrade(): void {
    this.rest.push(this.endpoint.upgrade({ Upgrade: 'a' }));
  }

  receive(...pieces: readonly string[]): void {
    for (const piece of pieces) lend(this.endpoint, ascii(piece));
  }

  /** What was sent since the last call. */
  sent(): string {
    return this.output.take().toString('latin1');
  }
}

/** Serves each request by `handler`. */
export function serve(
  handler: (endpoint: ServerEndpoint, server: TestServer) => void,
  options: Partial<ServerEndpointOptions> = {},
): TestServer {
  return new TestServer((server) => handler(server.endpoint, server), options);
}

/** Answers each request at once. */
export function OK(endpoint: ServerEndpoint): void {
  endpoint.respond(200, {}, 'ok');
}

/** The status and the Connection field of each response head in `wire`: `200, 400 close`. */
export function statuses(wire: string): string {
  const heads = wire.matchAll(/HTTP\/1\.1 (\d{3}) .*?\r\n\r\n/gs);
  return Array.from(heads, ([head, status]) => {
    const options = /\r\nConnection: (.*)\r\n/.exec(head)?.[1];
    return options === undefined ? status : `${status} ${options}`;
  }).join(', ');
}
