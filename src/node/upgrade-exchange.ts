import type { Duplex } from 'node:stream';
import { HttpError } from '../errors.ts';
import { NO_FIELDS } from '../http1/fields.ts';
import type { OutgoingFields } from '../http1/outgoing-fields.ts';
import type { RequestHead } from '../http1/request-head.ts';
import type { RequestTarget } from '../http1/request-target.ts';
import { ResponseWriter } from '../http1/response-writer.ts';
import type { AllowList } from '../hub/admission.ts';
import type { Endpoint, Tenant } from '../hub/carrier.ts';
import type { Exchange, ExchangeListener, UpgradedConnection } from '../hub/exchange.ts';
import type { HttpTerms } from '../hub/http-connection.ts';
import { type Scheme, schemeOf } from '../hub/scheme.ts';
import { Connection } from './connection.ts';
import type { Ground } from './ground.ts';
import { announcesContent, type HostRequest } from './host-head.ts';
import { KeptOctets } from './kept-octets.ts';

/**
 * A request to upgrade that `node:http` has handed over together with its socket.
 *
 * Until it is decided on, what comes on the socket is kept: it may be meant as frames.
 */
export class UpgradeExchange implements Exchange, Endpoint, Tenant {
  listener: ExchangeListener | undefined = undefined;
  readonly head: RequestHead;
  readonly url: string;
  readonly host: string | undefined;
  readonly hasContent: boolean;
  readonly chunks = undefined;
  readonly canUpgrade = true;
  isLeaving = false;
  readonly source: HostRequest;
  readonly #connection: Connection;
  readonly #response: ResponseWriter;
  readonly #proxies: AllowList;
  readonly #kept = new KeptOctets();

  constructor(
    request: HostRequest,
    stream: Duplex,
    kept: Uint8Array,
    head: RequestHead,
    target: RequestTarget,
    ground: Ground,
    { proxies, date }: HttpTerms,
  ) {
    this.source = request;
    this.head = head;
    this.url = target.path;
    this.host = target.authority ?? head.fields.get('host');
    this.hasContent = announcesContent(head);
    this.#proxies = proxies;
    this.#connection = new Connection(stream, ground);
    this.#response = new ResponseWriter(this.#connection.output, date);
    this.#response.begin(head);
    this.#connection.carry(this, this);
    this.#kept.add(kept, kept.length);
  }

  get fields(): RequestHead['fields'] {
    return this.head.fields;
  }

  get remoteAddress(): string | undefined {
    return this.#connection.remoteAddress;
  }

  get localAddress(): string | undefined {
    return this.#connection.localAddress;
  }

  get secure(): boolean {
    return this.#connection.secure;
  }

  get scheme(): Scheme | undefined {
    return schemeOf(this, this.#proxies);
  }

  // The exchange

  /** The request has no content: one that has is refused before. */
  forgetHead(): void {}

  readContent(): void {
    this.listener?.contentEnd(NO_FIELDS);
  }

  addToRefusal(): void {}

  pauseContent(): void {}

  resumeContent(): void {}

  respond(status: number, fields: OutgoingFields, content?: string | Uint8Array): void {
    this.#response.whole(status, fields, content, false);
    this.#connection.output.end();
    this.listener?.answered();
  }

  respondHead(status: number, fields: OutgoingFields): void {
    this.#response.head(status, fields, false);
  }

  write(content: string | Uint8Array): boolean {
    this.#response.content(content);
    return !this.#connection.behind;
  }

  finish(): void {
    if (this.#response.finish([])) this.#connection.output.end();
    else this.abort();
    this.listener?.answered();
  }

  abort(): void {
    if (this.#response.abort()) this.#connection.output.end();
    else this.#connection.output.destroy();
  }

  upgrade(fields: OutgoingFields): UpgradedConnection {
    this.#response.switchProtocols(fields, false);
    return { carrier: this.#connection, rest: this.#kept.take() };
  }

  // The endpoint: keeps what comes

  get waiting(): number {
    return this.#kept.length;
  }

  receive(octets: Uint8Array, length: number = octets.length): void {
    this.#kept.add(octets, length);
  }

  receiveEnd(): void {}

  pause(): void {}

  resume(): void {}

  // The tenant

  check(): number {
    return 60_000;
  }

  drained(): void {
    this.listener?.drained();
  }

  /** The peer will send no frames, but may read why the handshake was of no use. */
  ended(): void {
    this.listener?.ended();
  }

  leave(): void {
    this.isLeaving = true;
  }

  gone(): void {
    this.listener?.aborted(new HttpError('HTTP_CUT'));
  }
}
