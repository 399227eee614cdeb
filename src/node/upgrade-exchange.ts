import type { Duplex } from 'node:stream';
import { writeLatin1 } from '../bytes/latin1.ts';
import { HttpError } from '../errors.ts';
import { encodeResponseHead } from '../http1/encode-head.ts';
import { NO_FIELDS } from '../http1/fields.ts';
import type { OutgoingFields } from '../http1/outgoing-fields.ts';
import type { RequestHead } from '../http1/request-head.ts';
import type { RequestTarget } from '../http1/request-target.ts';
import type { Endpoint, Tenant } from '../hub/carrier.ts';
import type { Exchange, ExchangeListener, UpgradedConnection } from '../hub/exchange.ts';
import { fieldLines } from '../hub/field-lines.ts';
import { Connection, type Ground } from './connection.ts';
import { announcesContent, type HostRequest } from './host-head.ts';

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
  readonly canUpgrade = true;
  readonly source: HostRequest;
  readonly #connection: Connection;
  readonly #date: () => string;
  #kept: Uint8Array[] = [];
  waiting = 0;

  constructor(
    request: HostRequest,
    stream: Duplex,
    kept: Uint8Array,
    head: RequestHead,
    target: RequestTarget,
    ground: Ground,
    date: () => string,
  ) {
    this.source = request;
    this.head = head;
    this.url = target.path;
    this.host = target.authority ?? head.fields.get('host');
    this.hasContent = announcesContent(head);
    this.#date = date;
    this.#connection = new Connection(stream, ground);
    this.#connection.carry(this, this);
    this.receive(kept);
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

  // The exchange

  /** The request has no content: one that has is refused before. */
  readContent(): void {
    this.listener?.contentEnd(NO_FIELDS);
  }

  pauseContent(): void {}

  resumeContent(): void {}

  respond(status: number, fields: OutgoingFields, content: string | Uint8Array = ''): void {
    const length = String(Buffer.byteLength(content));
    this.#writeHead(status, [...fieldLines(fields), ['content-length', length]]);
    this.write(content);
    this.finish();
  }

  respondHead(status: number, fields: OutgoingFields): void {
    this.#writeHead(status, fieldLines(fields));
  }

  write(content: string | Uint8Array): boolean {
    const octets = typeof content === 'string' ? Buffer.from(content) : content;
    if (octets.length > 0) this.#connection.output.append(octets);
    return !this.#connection.behind;
  }

  finish(): void {
    this.#connection.output.end();
  }

  abort(): void {
    this.#connection.output.destroy();
  }

  upgrade(fields: OutgoingFields): UpgradedConnection {
    this.#write(encodeResponseHead(101, fields));
    const rest = this.#kept.length === 1 ? this.#kept[0]! : Buffer.concat(this.#kept);
    this.#kept = [];
    return { carrier: this.#connection, rest };
  }

  // The endpoint: keeps what comes

  receive(octets: Uint8Array): void {
    this.#kept.push(octets);
    this.waiting += octets.length;
  }

  /** The peer has left, or will send no frames: the handshake is of no use to it. */
  receiveEnd(): void {
    this.#connection.output.end();
    this.listener?.aborted(new HttpError('HTTP_CUT'));
  }

  pause(): void {}

  resume(): void {}

  // The tenant

  check(): number {
    return 60_000;
  }

  drained(): void {
    this.listener?.drained();
  }

  ended(): void {}

  leave(): void {}

  gone(): void {
    this.listener?.aborted(new HttpError('HTTP_CUT'));
  }

  #writeHead(status: number, lines: readonly (readonly [string, string])[]): void {
    const isClosing = lines.some(([name]) => name.toLowerCase() === 'connection');
    const closing = isClosing ? [] : [['connection', 'close'] as const];
    this.#write(encodeResponseHead(status, [['date', this.#date()], ...lines, ...closing]));
  }

  #write(text: string): void {
    const { output } = this.#connection;
    const start = output.reserve(text.length);
    writeLatin1(output.octets, text, start);
  }
}
