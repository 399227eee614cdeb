import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { HttpError } from '../errors.ts';
import { BEGUN } from '../http1/early-hints.ts';
import { encodeResponseHead } from '../http1/encode-head.ts';
import type { FieldLine } from '../http1/field-line.ts';
import { OutgoingFieldSection, type OutgoingFields } from '../http1/outgoing-fields.ts';
import type { RequestHead } from '../http1/request-head.ts';
import type { RequestTarget } from '../http1/request-target.ts';
import { frameResponse, isWithoutContent } from '../http1/response-framing.ts';
import { contentLength } from '../http1/write-content.ts';
import type { Deadlines } from '../hub/deadlines.ts';
import type { Exchange, UpgradedConnection } from '../hub/exchange.ts';
import { fieldLines } from '../hub/field-lines.ts';
import type { HttpTerms } from '../hub/http-connection.ts';
import type { Limits } from '../hub/limits.ts';
import { type Ends, HostExchange } from './host-exchange.ts';
import { announcesContent, fieldsFrom, type HostRequest } from './host-head.ts';
import { ResponseOutput } from './response-output.ts';

/** What `node:http` takes for a link. */
const NODE_LINK = /^<[^>]*>(?:\s*;\s*[^\s;="]+(?:=(?:"[^\s;"]*"|[^\s;"]*))?)*$/;

/** An exchange of `node:http`: its request, answered by its response. */
export class ResponseExchange extends HostExchange<HostRequest> implements Exchange {
  readonly hasContent: boolean;
  readonly canUpgrade = false;
  readonly isLeaving = false;
  readonly #response: ServerResponse;
  readonly #limits: Limits;
  readonly #output: ResponseOutput;
  readonly #isExpecting: boolean;
  #refusalFields: Readonly<Record<string, string>> = {};
  readonly #over: () => void;
  #received = 0;
  #isReading = false;

  /**
   * @param isExpecting - Whether the client waits for 100 (Continue), which Node has not sent.
   * @param over - Called once, when it is over.
   */
  constructor(
    request: HostRequest,
    response: ServerResponse,
    head: RequestHead,
    target: RequestTarget,
    { limits, proxies }: HttpTerms,
    deadlines: Deadlines,
    isExpecting: boolean,
    over: () => void,
  ) {
    super(request, head, target, new SocketEnds(request.socket), proxies);
    this.#response = response;
    this.hasContent = announcesContent(head);
    this.#limits = limits;
    this.#output = new ResponseOutput(response, deadlines, limits.stall);
    this.#isExpecting = isExpecting;
    this.#over = over;
    // What is announced has to come: node:http would otherwise leave the rest to the next answer.
    response.strictContentLength = true;
    request.on('error', () => {});
    response.on('error', () => {});
    response.on('drain', () => {
      if (this.#output.drained()) this.listener?.drained();
    });
    exchangesOn(request.socket).add(this);
    response.on('close', () => this.closed());
    // A connection that has gone before tells nothing any more.
    if (request.socket.destroyed) queueMicrotask(() => this.closed());
  }

  /** `node:http` keeps it anyway. */
  forgetHead(): void {}

  readContent(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    if (this.source.readableEnded) throw new TypeError('somebody else has read the content');
    if (Number(this.fields.get('content-length') ?? 0) > this.#limits.body) {
      this.#refuseContent();
      return;
    }
    if (this.#isExpecting && !this.#response.headersSent) this.#response.writeContinue();
    this.source.on('data', (octets: Buffer) => {
      this.#received += octets.length;
      if (this.#received <= this.#limits.body) this.listener?.content(octets);
      else this.#refuseContent();
    });
    this.source.on('end', () => this.listener?.contentEnd(fieldsFrom(this.source.rawTrailers)));
  }

  addToRefusal(fields: Readonly<Record<string, string>>): void {
    this.#refusalFields = fields;
  }

  pauseContent(): void {
    this.source.pause();
  }

  resumeContent(): void {
    this.source.resume();
  }

  respond(status: number, fields: OutgoingFields, content?: string | Uint8Array): void {
    if (this.#response.headersSent) return;
    const isHead = this.head.method === 'HEAD';
    const length = content === undefined ? 0 : contentLength(content);
    this.#writeHead(status, fields, isHead && content === undefined ? undefined : length);
    const hasContent = length > 0 && !isWithoutContent(status, this.head.method);
    this.#output.end(hasContent ? content : undefined);
    this.listener?.answered();
  }

  /** Links that `node:http` will not send as hints are left out: those with a quoted space, or a list. */
  earlyHints(fields: OutgoingFields): void {
    if (this.#response.headersSent) throw new TypeError(BEGUN);
    const links = fieldLines(fields).map(([, value]) => value);
    const link = links.filter((each) => NODE_LINK.test(each));
    const isKnown = this.head.minorVersion > 0 && !this.#response.destroyed;
    if (isKnown && link.length > 0) this.#response.writeEarlyHints({ link });
  }

  respondHead(status: number, fields: OutgoingFields): void {
    this.#writeHead(status, fields, undefined);
    // Compressing middleware in front holds a head back until there is content.
    this.#response.flushHeaders();
  }

  write(content: string | Uint8Array): boolean {
    return this.#output.write(content);
  }

  finish(trailers: readonly FieldLine[] = []): void {
    if (trailers.length > 0) {
      this.#response.addTrailers(trailers.map(({ name, value }) => [name, value] as const));
    }
    this.#output.end();
    this.listener?.answered();
  }

  abort(): void {
    this.#response.destroy();
  }

  upgrade(): UpgradedConnection {
    throw new TypeError('a response of node:http can not be upgraded');
  }

  /** The answer is complete, or the connection is gone. */
  closed(): void {
    if (!exchangesOn(this.source.socket).delete(this)) return;
    this.#output.closed();
    if (!this.#response.writableFinished) this.listener?.aborted(new HttpError('HTTP_CUT'));
    this.#over();
  }

  /** The peer has ended its side. */
  peerEnded(): void {
    this.listener?.ended();
    this.#output.giveAll();
  }

  /** Writes the head that encke's own door would write, as far as it is not for Node to say. */
  #writeHead(status: number, fields: OutgoingFields, length: number | undefined): void {
    if (status < 200) throw new RangeError(`not the status code of a final response: ${status}`);
    // Throws for what can't be sent before the response has been given any of it.
    encodeResponseHead(status, fields);
    const { contentLength: announced } = new OutgoingFieldSection(fields);
    const framing = frameResponse(status, this.head, length, announced);
    for (const [name, values] of linesByName(fields)) this.#response.setHeader(name, values);
    if (typeof framing === 'number') this.#response.setHeader('content-length', framing);
    // Without chunks there is no place for what it announces, and node:http would throw.
    if (framing !== 'chunked') this.#response.removeHeader('trailer');
    this.#response.writeHead(status);
  }

  /**
   * More has come, or is announced, than `limits.body` allows. What still comes is discarded for a while
   * behind the answer: a connection that is closed with octets unread is reset, and the answer with it.
   */
  #refuseContent(): void {
    const error = new HttpError('HTTP_BODY_LIMIT');
    const answer = `${error.message}\n`;
    this.source.removeAllListeners('data');
    // First, so that whoever waits for the content hears why there is none.
    this.listener?.aborted(error);
    if (this.#response.headersSent) {
      this.#response.destroy();
      return;
    }
    const fields = { 'content-type': 'text/plain; charset=utf-8', ...this.#refusalFields };
    this.#writeHead(error.status, { ...fields, connection: 'close' }, contentLength(answer));
    this.#output.write(answer);
    this.listener?.answered();
    this.#linger();
  }

  /** Discards what comes, and ends the answer behind it, or when it was enough. */
  #linger(): void {
    const { linger, lingerOctets } = this.#limits;
    const end = (): void => {
      if (!this.#response.writableEnded) this.#output.end();
    };
    const lingering = setTimeout(end, linger).unref();
    let discarded = 0;
    this.source
      .on('data', (octets: Buffer) => {
        discarded += octets.length;
        if (discarded > lingerOctets) end();
      })
      .on('end', end)
      .on('close', () => clearTimeout(lingering));
  }
}

/** The ends of a socket that is the host server's. */
class SocketEnds implements Ends {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }

  get localAddress(): string | undefined {
    return this.#socket.localAddress;
  }

  get secure(): boolean {
    return (this.#socket as { encrypted?: boolean }).encrypted === true;
  }
}

/** The exchanges that are under way on a socket. */
const underWay = new WeakMap<Socket, Set<ResponseExchange>>();

/**
 * The exchanges that are under way on a socket, each of which is told when the peer ends its side.
 * That has to be before node:http hears of it, which then ends ours: what is written by then is sent.
 */
function exchangesOn(socket: Socket): Set<ResponseExchange> {
  let exchanges = underWay.get(socket);
  if (exchanges === undefined) {
    const known = new Set<ResponseExchange>();
    exchanges = known;
    underWay.set(socket, exchanges);
    socket.prependListener('end', () => {
      for (const exchange of [...known]) exchange.peerEnded();
    });
    // An answer that waits behind another is not told by node:http.
    socket.once('close', () => {
      for (const exchange of [...known]) exchange.closed();
    });
  }
  return exchanges;
}

/** The values to send by name; without the fields that frame the content, which follow from it. */
function linesByName(fields: OutgoingFields): Map<string, string | string[]> {
  const grouped = new Map<string, string | string[]>();
  for (const [given, value] of fieldLines(fields)) {
    const name = given.toLowerCase();
    if (name === 'content-length' || name === 'transfer-encoding') continue;
    const before = grouped.get(name);
    grouped.set(name, before === undefined ? value : [before, value].flat());
  }
  return grouped;
}
