import type { Duplex } from 'node:stream';
import { KeptOctets } from '../bytes/kept-octets.ts';
import { HttpError } from '../errors.ts';
import { BEGUN } from '../http1/early-hints.ts';
import type { FieldLine } from '../http1/field-line.ts';
import { NO_FIELDS } from '../http1/fields.ts';
import type { OutgoingFields } from '../http1/outgoing-fields.ts';
import type { RequestHead } from '../http1/request-head.ts';
import type { RequestTarget } from '../http1/request-target.ts';
import { ResponseWriter } from '../http1/response-writer.ts';
import type { Endpoint, Tenant } from '../hub/carrier.ts';
import type { Exchange, UpgradedConnection } from '../hub/exchange.ts';
import type { HttpTerms } from '../hub/http-connection.ts';
import { Connection } from './connection.ts';
import type { Ground } from './ground.ts';
import { HostExchange } from './host-exchange.ts';
import { announcesContent, type HostRequest } from './host-head.ts';

/**
 * A request to upgrade that `node:http` has handed over together with its socket.
 *
 * Until it is decided on, what comes on the socket is kept: it may be meant as frames.
 */
export class UpgradeExchange
  extends HostExchange<HostRequest>
  implements Exchange, Endpoint, Tenant
{
  readonly hasContent: boolean;
  readonly canUpgrade = true;
  isLeaving = false;
  readonly #connection: Connection;
  readonly #response: ResponseWriter;
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
    const connection = new Connection(stream, ground);
    super(request, head, target, connection, proxies);
    this.hasContent = announcesContent(head);
    this.#connection = connection;
    this.#response = new ResponseWriter(connection.output, date);
    this.#response.begin(head);
    connection.carry(this, this);
    this.#kept.add(kept);
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

  earlyHints(fields: OutgoingFields): void {
    if (this.#response.state !== 'waiting') throw new TypeError(BEGUN);
    this.#response.interim(103, fields);
  }

  respondHead(status: number, fields: OutgoingFields): void {
    this.#response.head(status, fields, false);
  }

  write(content: string | Uint8Array): boolean {
    this.#response.content(content);
    return !this.#connection.behind;
  }

  finish(trailers: readonly FieldLine[] = []): void {
    if (this.#response.finish(trailers)) this.#connection.output.end();
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
