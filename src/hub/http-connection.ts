import type { Output } from '../bytes/output.ts';
import { HttpError } from '../errors.ts';
import type { FieldLine } from '../http1/field-line.ts';
import type { Fields } from '../http1/fields.ts';
import type { OutgoingFields } from '../http1/outgoing-fields.ts';
import type { DecodedRequestHead } from '../http1/request-head.ts';
import type { RequestTarget } from '../http1/request-target.ts';
import { ServerEndpoint, type ServerListener } from '../http1/server-endpoint.ts';
import type { AllowList } from './admission.ts';
import type { Carrier, Tenant } from './carrier.ts';
import type { Exchange, ExchangeListener, UpgradedConnection } from './exchange.ts';
import type { Limits } from './limits.ts';
import { type Scheme, schemeOf } from './scheme.ts';

/** What the HTTP/1.1 connections of a hub have in common. */
export interface HttpTerms {
  readonly limits: Limits;
  /** The addresses of proxies that are believed what they say of a request. */
  readonly proxies: AllowList;
  /** The value of the Date field, now. */
  readonly date: () => string;
  /** Answers an exchange. */
  readonly dispatch: (exchange: Exchange) => void;
}

/**
 * A connection that speaks HTTP/1.1: the exchanges on it, one after the other, and their deadlines.
 *
 * It is itself the {@link Exchange} that is under way, since there is one at a time.
 */
export class HttpConnection implements ServerListener, Tenant, Exchange {
  listener: ExchangeListener | undefined = undefined;
  isLeaving = false;
  readonly #terms: HttpTerms;
  readonly #carrier: Carrier;
  readonly #endpoint: ServerEndpoint;
  #head: DecodedRequestHead | undefined;
  #target: RequestTarget | undefined;
  #host: string | undefined;
  /** Whether a request has come. */
  #hasBegun = false;
  /** Whether the peer has ended its side. Requests that came in front of that may still wait. */
  #hasEnded = false;
  /** The endpoint's phase when last looked at; nothing once another request has come. */
  #phase = '';
  #phaseSince = 0;

  constructor(terms: HttpTerms, carrier: Carrier) {
    this.#terms = terms;
    this.#carrier = carrier;
    const { limits, date } = terms;
    this.#endpoint = new ServerEndpoint(this, carrier.output, {
      limits,
      date,
      secure: carrier.secure,
    });
    carrier.carry(this.#endpoint, this);
  }

  // What the endpoint tells

  request(head: DecodedRequestHead, target: RequestTarget): void {
    this.#head = head;
    this.#target = target;
    this.#host = undefined;
    this.#hasBegun = true;
    this.#phase = '';
    this.listener = undefined;
    this.#terms.dispatch(this);
    if (this.#hasEnded) this.#tellEnd();
  }

  content(octets: Uint8Array): void {
    this.listener?.content(octets);
  }

  contentEnd(trailers: Fields): void {
    this.listener?.contentEnd(trailers);
  }

  fault(error: HttpError): void {
    this.listener?.aborted(error);
  }

  // The exchange

  get source(): undefined {
    return undefined;
  }

  get canUpgrade(): boolean {
    return true;
  }

  get head(): DecodedRequestHead {
    return this.#head!;
  }

  get fields(): Fields {
    return this.head.fields;
  }

  get url(): string {
    return this.#target!.path;
  }

  get host(): string | undefined {
    this.#host ??= this.#target!.authority ?? this.head.host;
    return this.#host;
  }

  get remoteAddress(): string | undefined {
    return this.#carrier.remoteAddress;
  }

  get localAddress(): string | undefined {
    return this.#carrier.localAddress;
  }

  get secure(): boolean {
    return this.#carrier.secure;
  }

  get scheme(): Scheme | undefined {
    return schemeOf(this, this.#terms.proxies);
  }

  get hasContent(): boolean {
    return this.head.framing !== 0;
  }

  forgetHead(): void {
    this.#head = undefined;
    this.#target = undefined;
    this.#host = undefined;
  }

  readContent(): void {
    this.#endpoint.readContent();
  }

  addToRefusal(fields: Readonly<Record<string, string>>): void {
    this.#endpoint.addToRefusal(fields);
  }

  pauseContent(): void {
    this.#endpoint.pauseContent();
  }

  resumeContent(): void {
    this.#endpoint.resumeContent();
  }

  respond(status: number, fields: OutgoingFields, content?: string | Uint8Array): void {
    // The next request may come, and bring its own listener, before this returns.
    const { listener } = this;
    this.#endpoint.respond(status, fields, content);
    listener?.answered();
  }

  earlyHints(fields: OutgoingFields): void {
    this.#endpoint.inform(103, fields);
  }

  respondHead(status: number, fields: OutgoingFields): void {
    this.#endpoint.respondHead(status, fields);
  }

  write(content: string | Uint8Array): boolean {
    this.#endpoint.write(content);
    return !this.#carrier.behind;
  }

  get chunks(): Output | undefined {
    return this.#endpoint.writesChunks ? this.#carrier.output : undefined;
  }

  finish(trailers?: readonly FieldLine[]): void {
    const { listener } = this;
    this.#endpoint.finish(trailers);
    listener?.answered();
  }

  abort(): void {
    this.#endpoint.abort();
  }

  upgrade(fields: OutgoingFields): UpgradedConnection {
    return { carrier: this.#carrier, rest: this.#endpoint.upgrade(fields) };
  }

  // What the carrier tells

  drained(): void {
    this.listener?.drained();
  }

  ended(): void {
    this.#hasEnded = true;
    this.#tellEnd();
  }

  leave(): void {
    this.isLeaving = true;
    this.#endpoint.close();
  }

  gone(): void {
    this.#endpoint.disconnect();
  }

  #tellEnd(): void {
    if (this.#endpoint.isUnderWay) this.listener?.ended();
  }

  check(now: number): number {
    const { phase } = this.#endpoint;
    if (phase !== this.#phase) {
      this.#phase = phase;
      this.#phaseSince = now;
    }
    const elapsed = now - this.#phaseSince;
    const { idleTime, headTime, bodyTime } = this.#terms.limits;
    switch (this.#endpoint.phase) {
      case 'idle':
        // A connection that has not begun to speak gets no longer than a head may take.
        if (elapsed >= (this.#hasBegun ? idleTime : headTime)) this.#carrier.output.end();
        break;
      case 'head':
        if (elapsed >= headTime) this.#endpoint.fail(new HttpError('HTTP_HEAD_TIME'));
        break;
      case 'content':
        if (elapsed >= bodyTime) this.#endpoint.fail(new HttpError('HTTP_BODY_TIME'));
        break;
      default:
        break;
    }
    // Nothing tells when a head begins, so that reading one costs nothing: it is looked for often.
    return Math.min(headTime, idleTime, bodyTime) / 4;
  }
}
