import { OutputList } from '../../src/bytes/output.ts';
import type { HttpError } from '../../src/errors.ts';
import { ClientEndpoint } from '../../src/http1/client-endpoint.ts';
import type { ClientEndpointOptions, ClientListener } from '../../src/http1/client-listener.ts';
import type { Fields } from '../../src/http1/fields.ts';
import { DEFAULT_HEAD_LIMITS } from '../../src/http1/limits.ts';
import type { ResponseHead } from '../../src/http1/response-head.ts';
import { ascii, lend } from './octets.ts';

const LIMITS = { ...DEFAULT_HEAD_LIMITS, body: 1_000 };

/** A client endpoint over a list, and what its listener was told. */
export class TestClient implements ClientListener {
  readonly output = new OutputList();
  readonly endpoint: ClientEndpoint;
  /** A line for each call of the listener. */
  readonly told: string[] = [];
  /** What came for the next protocol, as text. */
  readonly rest: string[] = [];
  /** The last response head. */
  head!: ResponseHead;
  /** What is done when a call of the listener has been noted. */
  onTold: (line: string) => void = () => {};

  constructor(limits: Partial<ClientEndpointOptions['limits']> = {}) {
    this.endpoint = new ClientEndpoint(this, this.output, { limits: { ...LIMITS, ...limits } });
  }

  informational(head: ResponseHead): void {
    this.#tell(`informational ${head.status}`);
  }

  response(head: ResponseHead): void {
    this.head = head;
    this.#tell(`response ${head.status}`);
  }

  content(octets: Uint8Array): void {
    this.#tell(`content ${Buffer.from(octets).toString('latin1')}`);
  }

  contentEnd(trailers: Fields): void {
    const lines = Array.from(trailers, ([name, value]) => ` ${name}: ${value}`);
    this.#tell(`end${lines.join()}`);
  }

  upgraded(head: ResponseHead, rest: Uint8Array): void {
    this.head = head;
    this.rest.push(Buffer.from(rest).toString('latin1'));
    this.#tell(`upgraded ${head.status} ${this.rest.join('')}`);
  }

  fault(error: HttpError): void {
    this.#tell(error.code);
  }

  /** Sends a GET, or a request by another method. */
  request(method = 'GET', fields: Readonly<Record<string, string>> = {}): this {
    this.endpoint.request(method, '/', { Host: 'h', ...fields });
    return this;
  }

  receive(...pieces: readonly string[]): this {
    for (const piece of pieces) lend(this.endpoint, ascii(piece));
    return this;
  }

  /** Whether the connection speaks another protocol now. */
  get isUpgraded(): boolean {
    return this.rest.length > 0;
  }

  /** What was sent since the last call. */
  sent(): string {
    return this.output.take().toString('latin1');
  }

  #tell(line: string): void {
    this.told.push(line);
    this.onTold(line);
  }
}
