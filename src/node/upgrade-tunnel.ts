import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { OutputList } from '../bytes/output.ts';
import { ClientEndpoint, type ClientListener } from '../http1/client-endpoint.ts';
import type { OutgoingFields } from '../http1/outgoing-fields.ts';
import type { ResponseHead } from '../http1/response-head.ts';
import { fieldLines } from '../hub/field-lines.ts';
import { DEFAULT_LIMITS } from '../hub/limits.ts';
import { encodeKey } from '../websocket/client-handshake.ts';
import { Reset, reset } from './http2-connection.ts';
import { http2Headers, http2HeadOf, http2Status } from './http2-head.ts';

/** What the application answers is its own affair. */
const LIMITS = { ...DEFAULT_LIMITS, body: Number.POSITIVE_INFINITY } as const;

/** What an application asks of the connection that a request came by. */
const OF_THE_CONNECTION = [
  'remoteAddress',
  'remotePort',
  'remoteFamily',
  'localAddress',
  'localPort',
  'encrypted',
  'authorized',
  'getPeerCertificate',
] as const;

/** Fields of a handshake over HTTP/1.1 alone, where a key shows that the server knows the protocol. */
const OF_HTTP1: ReadonlySet<string> = new Set(['sec-websocket-accept', 'sec-websocket-key']);

/** What was written while what was written before had not been taken; a socket leaves text as it is. */
interface WrittenChunk {
  readonly chunk: Buffer | string;
  readonly encoding: BufferEncoding;
}

/** Whether a stream asks for a WebSocket. @see RFC 8441 §4 */
export function asksForTunnel(headers: IncomingHttpHeaders): boolean {
  return headers[':method'] === 'CONNECT' && headers[':protocol'] === 'websocket';
}

/**
 * A WebSocket that is asked for by CONNECT over HTTP/2, as a connection of HTTP/1.1 on which it is asked
 * for by Upgrade: what only listens for `upgrade` knows no other.
 *
 * It is a socket, since that is what listeners for `upgrade` take for granted.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8441#section-5 | RFC 8441 §5}
 */
export class UpgradeTunnel extends Socket implements ClientListener {
  /** By which a server of `node:http2` knows that HTTP/1.1 is spoken. */
  readonly alpnProtocol = 'http/1.1';
  readonly #stream: ServerHttp2Stream;
  readonly #endpoint: ClientEndpoint;
  #isOpen = false;

  /**
   * @param server - What the connection is made to.
   * @throws TypeError when the request can't be said in HTTP/1.1.
   */
  constructor(stream: ServerHttp2Stream, rawHeaders: readonly string[], server: object) {
    super({ allowHalfOpen: true });
    const socket = stream.session!.socket as TLSSocket;
    for (const name of OF_THE_CONNECTION) {
      const value = socket[name];
      Object.defineProperty(this, name, {
        value: typeof value === 'function' ? value.bind(socket) : value,
      });
    }
    Object.defineProperty(this, 'server', { value: server });
    this.#stream = stream;
    const output = new OutputList();
    this.#endpoint = new ClientEndpoint(this, output, { limits: LIMITS });
    this.#endpoint.request('GET', ...requestOf(rawHeaders));
    this.push(output.take());
    stream.on('data', (octets: Buffer) => {
      if (!this.push(octets)) stream.pause();
    });
    stream.on('end', () => this.push(null));
    stream.on('error', () => {});
    stream.on('close', () => this.destroy());
    stream.pause();
  }

  // The stream of octets

  override _read(): void {
    this.#stream.resume();
  }

  override _write(chunk: Buffer | string, encoding: BufferEncoding, taken: () => void): void {
    const octets = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
    if (this.#isOpen) this.#stream.write(octets, taken);
    else {
      this.#endpoint.receive(octets);
      if (this.#stream.writableNeedDrain) this.#stream.once('drain', taken);
      else taken();
    }
  }

  /** A socket would give them to its handle. */
  override _writev(chunks: WrittenChunk[], taken: () => void): void {
    const all = chunks.map(({ chunk, encoding }) => Buffer.from(chunk as string, encoding));
    this._write(Buffer.concat(all), 'latin1', taken);
  }

  override _final(taken: () => void): void {
    if (this.#isOpen) this.#stream.end();
    else this.#endpoint.receiveEnd();
    taken();
  }

  override _destroy(error: Error | null, gone: (error?: Error | null) => void): void {
    // What was answered up to the end of the connection is whole by that.
    if (!this.#isOpen) this.#endpoint.receiveEnd();
    if (this.#stream.writableEnded) closeBehindAnswer(this.#stream);
    else reset(this.#stream, Reset.Cancel);
    super._destroy(error, gone);
  }

  // What the application answers

  informational(): void {}

  upgraded({ fields }: ResponseHead, rest: Uint8Array): void {
    this.#isOpen = true;
    this.#respond(
      200,
      [...fields].filter(([name]) => !OF_HTTP1.has(name)),
    );
    this.#stream.write(rest);
  }

  response({ status, fields }: ResponseHead): void {
    this.#respond(http2Status(status, 'CONNECT'), fields);
  }

  content(octets: Uint8Array): void {
    this.#stream.write(Buffer.from(octets));
  }

  contentEnd(): void {
    this.#stream.end();
    this.#endpoint.abort();
  }

  fault(): void {
    reset(this.#stream, Reset.InternalError);
  }

  #respond(status: number, fields: OutgoingFields): void {
    if (this.#stream.headersSent || this.#stream.destroyed) return;
    this.#stream.respond({ ...http2Headers(fields), ':status': status });
  }
}

/**
 * Tells the client that it need send no more, behind what it was answered: Node 22 would otherwise send
 * that alone.
 *
 * @see RFC 9113 §8.1
 */
function closeBehindAnswer(stream: ServerHttp2Stream): void {
  const close = (): unknown => setImmediate(() => stream.close(Reset.NoError));
  if (stream.writableFinished) close();
  else stream.once('finish', close);
}

/** What is asked for, and with which fields. */
function requestOf(rawHeaders: readonly string[]): [target: string, fields: OutgoingFields] {
  const { head, target } = http2HeadOf(rawHeaders);
  const host = target?.authority ?? head.fields.get('host') ?? '';
  const asked = fieldLines(http2Headers(head.fields) as OutgoingFields);
  const kept = asked.filter(
    ([name]) => name !== 'host' && name !== 'expect' && !OF_HTTP1.has(name),
  );
  return [
    head.target,
    [
      ['Host', host],
      ['Upgrade', 'websocket'],
      ['Sec-WebSocket-Key', encodeKey(randomBytes(16))],
      ...kept,
    ],
  ];
}
