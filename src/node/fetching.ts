/**
 * As much of `fetch` as `connect` asks for, over the transport that it was given: the `fetch` of Node
 * takes neither certificates nor a way to dial.
 *
 * @module
 */
import type { Duplex } from 'node:stream';
import { ClientEndpoint, type ClientListener } from '../http1/client-endpoint.ts';
import type { ResponseHead } from '../http1/response-head.ts';
import { Hold, type Tenant } from '../hub/carrier.ts';
import { DEFAULT_LIMITS } from '../hub/limits.ts';
import { CLIENT_GROUND } from './client-ground.ts';
import { Connection } from './connection.ts';
import { dial, type TransportOptions } from './dial.ts';

/** How long it may take to reach the server, in milliseconds. */
const DIAL_TIME = 30_000;

/** What of a response has come and was not asked for yet: from here on the server has to wait. */
const MAX_BUFFERED = 1_048_576;

/** Statuses whose responses have no content. @see Fetch §2.2.3 */
const WITHOUT_CONTENT: readonly number[] = [204, 205, 304];

/** Makes requests by a transport, each on a connection of its own. Redirects are answers like others. */
export function fetchBy(transport: TransportOptions): typeof fetch {
  return (input, init) => {
    const request = new Request(input, init);
    return new Promise((resolve, reject) => {
      const fetching = new Fetching(request, init?.body as string | undefined, resolve, reject);
      fetching.begin(transport);
    });
  };
}

/** One request and its response. */
class Fetching implements ClientListener, Tenant {
  readonly #request: Request;
  readonly #body: string | undefined;
  readonly #resolve: (response: Response) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #dialling = new AbortController();
  #connection: Connection | undefined;
  #content: ReadableStreamDefaultController<Uint8Array> | undefined;
  #isOver = false;

  constructor(
    request: Request,
    body: string | undefined,
    resolve: (response: Response) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#request = request;
    this.#body = body;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  begin(transport: TransportOptions): void {
    const { signal, url } = this.#request;
    const aborted = () => this.fault(signal.reason);
    signal.addEventListener('abort', aborted);
    if (signal.aborted) {
      aborted();
      return;
    }
    dial(new URL(url), transport, DIAL_TIME, this.#dialling.signal).then(
      (stream) => this.#dialled(stream),
      (error) => this.fault(error),
    );
  }

  #dialled(stream: Duplex): void {
    if (this.#isOver) return;
    this.#connection = new Connection(stream, CLIENT_GROUND);
    const limits = { ...DEFAULT_LIMITS, body: Number.POSITIVE_INFINITY };
    const endpoint = new ClientEndpoint(this, this.#connection.output, { limits });
    this.#connection.carry(endpoint, this);
    const { headers, method, url } = this.#request;
    const { host, pathname, search } = new URL(url);
    const fields: [string, string][] = [
      ['Host', host],
      ['Accept', '*/*'],
      ['Connection', 'close'],
    ];
    endpoint.request(method, pathname + search, [...fields, ...headers], this.#body);
  }

  informational(): void {}

  response({ status, fields }: ResponseHead): void {
    const strategy = new ByteLengthQueuingStrategy({ highWaterMark: MAX_BUFFERED });
    const content = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#content = controller;
        },
        pull: () => this.#connection!.release(Hold.Iterator),
        cancel: () => this.#end(),
      },
      strategy,
    );
    const body = WITHOUT_CONTENT.includes(status) ? null : content;
    this.#resolve(new Response(body, { status, headers: [...fields] as [string, string][] }));
  }

  content(octets: Uint8Array): void {
    if (this.#isOver) return;
    this.#content!.enqueue(octets.slice());
    if (this.#content!.desiredSize! <= 0) this.#connection!.hold(Hold.Iterator);
  }

  contentEnd(): void {
    if (this.#isOver) return;
    this.#end();
    this.#content!.close();
  }

  upgraded(): void {
    this.fault(new TypeError('the server speaks another protocol'));
  }

  fault(reason: unknown): void {
    if (this.#isOver) return;
    this.#end();
    if (this.#content === undefined) this.#reject(reason);
    else this.#content.error(reason);
  }

  check(): number {
    return DIAL_TIME;
  }

  drained(): void {}

  ended(): void {}

  leave(): void {}

  gone(): void {
    this.fault(new TypeError('the connection was cut'));
  }

  #end(): void {
    this.#isOver = true;
    this.#dialling.abort();
    this.#connection?.destroy();
  }
}
