import type { ServerResponse } from 'node:http';
import { HttpError } from '../errors.ts';
import { NO_FIELDS } from '../http1/fields.ts';
import type { OutgoingFields } from '../http1/outgoing-fields.ts';
import type { RequestHead } from '../http1/request-head.ts';
import type { RequestTarget } from '../http1/request-target.ts';
import type { Exchange, ExchangeListener, UpgradedConnection } from '../hub/exchange.ts';
import { fieldLines } from '../hub/field-lines.ts';
import { announcesContent, type HostRequest } from './host-head.ts';

/** An exchange of `node:http`: its request, answered by its response. */
export class ResponseExchange implements Exchange {
  listener: ExchangeListener | undefined = undefined;
  readonly head: RequestHead;
  readonly url: string;
  readonly host: string | undefined;
  readonly hasContent: boolean;
  readonly canUpgrade = false;
  readonly source: HostRequest;
  readonly #response: ServerResponse;
  readonly #limit: number;
  #received = 0;
  #isReading = false;

  /** @param limit - `limits.body` */
  constructor(
    request: HostRequest,
    response: ServerResponse,
    head: RequestHead,
    target: RequestTarget,
    limit: number,
  ) {
    this.source = request;
    this.#response = response;
    this.head = head;
    this.url = target.path;
    this.host = target.authority ?? head.fields.get('host');
    this.hasContent = announcesContent(head);
    this.#limit = limit;
    request.on('error', () => {});
    response.on('error', () => {});
    response.on('drain', () => this.listener?.drained());
    response.on('close', () => {
      if (!response.writableFinished) this.listener?.aborted(new HttpError('HTTP_CUT'));
    });
  }

  get fields(): RequestHead['fields'] {
    return this.head.fields;
  }

  get remoteAddress(): string | undefined {
    return this.source.socket.remoteAddress;
  }

  get localAddress(): string | undefined {
    return this.source.socket.localAddress;
  }

  get secure(): boolean {
    return (this.source.socket as { encrypted?: boolean }).encrypted === true;
  }

  readContent(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    this.source.on('data', (octets: Buffer) => {
      this.#received += octets.length;
      if (this.#received <= this.#limit) this.listener?.content(octets);
      else this.#refuseContent();
    });
    this.source.on('end', () => this.listener?.contentEnd(NO_FIELDS));
  }

  pauseContent(): void {
    this.source.pause();
  }

  resumeContent(): void {
    this.source.resume();
  }

  respond(status: number, fields: OutgoingFields, content?: string | Uint8Array): void {
    if (this.#response.headersSent) return;
    const lines = fieldLines(fields);
    if (content === undefined) {
      if (status >= 200 && status !== 204 && status !== 304) lines.push(['content-length', '0']);
      this.#writeHead(status, lines);
      this.#response.end();
      return;
    }
    lines.push(['content-length', String(Buffer.byteLength(content))]);
    this.#writeHead(status, lines);
    this.#response.end(content);
  }

  respondHead(status: number, fields: OutgoingFields): void {
    this.#writeHead(status, fieldLines(fields));
    // Compressing middleware in front holds a head back until there is content.
    this.#response.flushHeaders();
  }

  write(content: string | Uint8Array): boolean {
    return this.#response.write(content);
  }

  finish(): void {
    this.#response.end();
  }

  abort(): void {
    this.#response.destroy();
  }

  upgrade(): UpgradedConnection {
    throw new TypeError('a response of node:http can not be upgraded');
  }

  #writeHead(status: number, lines: readonly [string, string][]): void {
    const grouped = new Map<string, string[]>();
    for (const [name, value] of lines) {
      const values = grouped.get(name.toLowerCase());
      if (values === undefined) grouped.set(name.toLowerCase(), [value]);
      else values.push(value);
    }
    for (const [name, values] of grouped) {
      this.#response.setHeader(name, values.length === 1 ? values[0]! : values);
    }
    this.#response.writeHead(status);
  }

  /** More has come than `limits.body` allows. */
  #refuseContent(): void {
    const error = new HttpError('HTTP_BODY_LIMIT');
    this.source.removeAllListeners('data').resume();
    this.respond(error.status, { connection: 'close' }, `${error.message}\n`);
    this.listener?.aborted(error);
  }
}
