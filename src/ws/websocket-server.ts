import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
} from 'node:http';
import type { Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { HttpError } from '../errors.ts';
import { announcesContent, faultOf, headOf } from '../node/host-head.ts';
import {
  acceptFields,
  judgeOpeningHandshake,
  type OpeningHandshake,
  refusalFields,
} from '../websocket/opening-handshake.ts';
import { acceptDeflate } from '../websocket/permessage-deflate.ts';
import { Emitter } from './emitter.ts';
import {
  deflateTerms,
  type ServerOptions,
  type VerifyClientCallbackAsync,
  type VerifyClientCallbackSync,
} from './options.ts';
import { refuseUpgrade } from './refusal.ts';
import { WebSocket } from './websocket.ts';

/** The events of a server, with the arguments of their listeners. */
export interface ServerEvents<Client, Request> {
  connection: [websocket: Client, request: Request];
  headers: [lines: string[], request: Request];
  listening: [];
  error: [error: Error];
  wsClientError: [error: Error, stream: Duplex, request: Request];
  close: [];
}

/** Given the socket that a request to upgrade has become. */
export type UpgradeCallback<Client, Request> = (websocket: Client, request: Request) => void;

/** The streams that a server has made sockets of. */
const TAKEN = new WeakSet<Duplex>();

/** A WebSocket server with the interface that it has in `ws`. */
export class WebSocketServer<
  T extends typeof WebSocket = typeof WebSocket,
  U extends typeof IncomingMessage = typeof IncomingMessage,
> extends Emitter<ServerEvents<InstanceType<T>, InstanceType<U>>> {
  readonly options: ServerOptions<T, U>;
  /** The sockets there are, unless `clientTracking` is off. */
  readonly clients: Set<InstanceType<T>> = undefined as never;
  readonly #isOwn: boolean;
  #server: Server<U> | SecureServer<U> | undefined;
  #isReleased = false;
  #state: 'running' | 'closing' | 'closed' = 'running';

  /**
   * Listens on `port`, or takes the requests to upgrade of `server`, or, with `noServer`, waits for
   * {@link handleUpgrade} to be called.
   *
   * @throws TypeError unless it is one of these, RangeError for options of compression that can't be.
   */
  constructor(options: ServerOptions<T, U> = {}, listening?: () => void) {
    super();
    const { backlog, host, noServer = false, port, server } = options;
    const ways = [port != null, Boolean(server), noServer].filter(Boolean);
    if (ways.length !== 1) {
      throw new TypeError('a server needs one of the options port, server and noServer');
    }
    deflateTerms(options.perMessageDeflate, 'server');
    this.options = { ...options, noServer };
    if (options.clientTracking ?? true) this.clients = new Set();
    this.#isOwn = port != null;
    this.#server = this.#isOwn ? (createServer(askToUpgrade) as Server<U>) : (server ?? undefined);
    this.#server?.on('listening', this.#listening).on('error', this.#failed);
    this.#server?.on('upgrade', this.#upgrade as never);
    if (this.#isOwn) this.#server!.listen({ port: port!, host, backlog }, listening);
  }

  /** The only path that is served, if there is one. */
  get path(): string | undefined {
    return this.options.path;
  }

  /**
   * Where the server listens.
   *
   * @throws Error where it has no server.
   */
  address(): AddressInfo | string | null {
    if (this.options.noServer) throw new Error('a server of the option noServer has no address');
    return this.#server?.address() ?? null;
  }

  /**
   * Accepts no more connections. Those there are stay open: when the last has closed, the server is.
   *
   * @param closed - Called then; with an error if it was closed already.
   */
  close(closed?: (error?: Error) => void): void {
    if (this.#state === 'closed') {
      if (closed) process.nextTick(closed, new Error('The server is not running'));
      return;
    }
    if (closed) this.once('close', closed);
    if (this.#state === 'closing') return;
    this.#state = 'closing';
    const server = this.#server;
    server?.off('listening', this.#listening).off('error', this.#failed);
    server?.off('upgrade', this.#upgrade as never);
    this.#server = undefined;
    if (this.#isOwn) server!.close(() => this.#released());
    else process.nextTick(() => this.#released());
  }

  /** Whether this server is to answer a request. May be overridden. */
  shouldHandle(request: InstanceType<U>): boolean | Promise<boolean> {
    const { path } = this.options;
    return !path || request.url!.split('?', 1)[0] === path;
  }

  /**
   * Answers a request to upgrade.
   *
   * @param head - What came behind it already.
   * @param upgraded - Given the socket that it becomes, if it does.
   * @throws Error when the stream has become a socket already.
   */
  handleUpgrade(
    request: InstanceType<U>,
    stream: Duplex,
    head: Buffer,
    upgraded: UpgradeCallback<InstanceType<T>, InstanceType<U>>,
  ): void {
    stream.on('error', destroy);
    const handshake = this.#judge(request, stream);
    if (handshake === undefined) return;
    if (!this.shouldHandle(request)) {
      refuseUpgrade(stream, 400);
      return;
    }
    this.#verify(request, (isWelcome, status, message, headers) => {
      if (isWelcome) this.#complete(handshake, request, stream, head, upgraded);
      else refuseUpgrade(stream, status, message, headers);
    });
  }

  readonly #listening = (): void => {
    this.emit('listening');
  };

  readonly #failed = (error: Error): void => {
    this.emit('error', error);
  };

  readonly #upgrade = (request: InstanceType<U>, stream: Duplex, head: Buffer): void => {
    this.handleUpgrade(request, stream, head, (websocket) => {
      this.emit('connection', websocket, request);
    });
  };

  /** What the client asks for; nothing when that is wrong, and has been answered. */
  #judge(request: InstanceType<U>, stream: Duplex): OpeningHandshake | undefined {
    const head = headOf(request);
    try {
      const fault = faultOf(head);
      if (fault !== undefined) throw fault;
      return judgeOpeningHandshake({ ...head, hasContent: announcesContent(head) });
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      const isTold = this.emit('wsClientError', error, stream, request);
      const fields = Object.fromEntries(refusalFields(error));
      if (!isTold) refuseUpgrade(stream, error.status, error.message, fields);
      return undefined;
    }
  }

  #verify(
    request: InstanceType<U>,
    decided: (
      isWelcome: boolean,
      status: number,
      message?: string,
      headers?: OutgoingHttpHeaders,
    ) => void,
  ): void {
    const { verifyClient } = this.options;
    if (!verifyClient) {
      decided(true, 101);
      return;
    }
    const secure = Boolean((request.socket as { encrypted?: boolean }).encrypted);
    const info = { origin: request.headers.origin!, secure, req: request };
    if (verifyClient.length === 2) {
      const verify = verifyClient as VerifyClientCallbackAsync<InstanceType<U>>;
      verify(info, (result, status = 401, ...rest) => decided(result, status, ...rest));
    } else {
      decided((verifyClient as VerifyClientCallbackSync<InstanceType<U>>)(info), 401);
    }
  }

  #complete(
    handshake: OpeningHandshake,
    request: InstanceType<U>,
    stream: Duplex,
    head: Buffer,
    upgraded: UpgradeCallback<InstanceType<T>, InstanceType<U>>,
  ): void {
    if (!stream.readable || !stream.writable) {
      stream.destroy();
      return;
    }
    if (TAKEN.has(stream)) throw new Error('handleUpgrade() was called twice with one stream');
    if (this.#state !== 'running') {
      refuseUpgrade(stream, 503);
      return;
    }
    const protocol = this.#choose(handshake, request);
    const terms = deflateTerms(this.options.perMessageDeflate, 'server');
    const deflate = terms && acceptDeflate(handshake.extensions, terms);
    const fields = acceptFields(handshake, undefined, deflate?.value);
    const lines = ['HTTP/1.1 101 Switching Protocols', ...fields.map((field) => field.join(': '))];
    if (protocol) lines.push(`Sec-WebSocket-Protocol: ${protocol}`);
    this.emit('headers', lines, request);
    stream.write(headOfLines(lines));
    stream.off('error', destroy);
    TAKEN.add(stream);
    const websocket = this.#make();
    websocket.accept({ stream, head, protocol: protocol || '', deflate: deflate?.parameters });
    upgraded(websocket, request);
  }

  #choose({ protocols }: OpeningHandshake, request: InstanceType<U>): string | false {
    if (protocols.length === 0) return false;
    const { handleProtocols } = this.options;
    return handleProtocols ? handleProtocols(new Set(protocols), request) : protocols[0]!;
  }

  #make(): InstanceType<T> {
    const Client = (this.options.WebSocket ?? WebSocket) as typeof WebSocket;
    const websocket = new Client(null, undefined, this.options) as InstanceType<T>;
    this.clients?.add(websocket);
    websocket.on('close', () => {
      this.clients?.delete(websocket);
      process.nextTick(() => this.#closeIfEmpty());
    });
    return websocket;
  }

  /** The server below is closed, or not ours any more. */
  #released(): void {
    this.#isReleased = true;
    this.#closeIfEmpty();
  }

  #closeIfEmpty(): void {
    const isEmpty = this.clients === undefined || this.clients.size === 0;
    if (!isEmpty || !this.#isReleased || this.#state === 'closed') return;
    this.#state = 'closed';
    this.emit('close');
  }
}

/** What is no request to upgrade. @see RFC 9110 §15.5.22 */
function askToUpgrade(
  _: IncomingMessage,
  response: { writeHead(status: number, fields: OutgoingHttpHeaders): { end(text: string): void } },
): void {
  const text = 'Upgrade Required';
  const fields = { 'Content-Type': 'text/plain', 'Content-Length': text.length };
  response.writeHead(426, { Connection: 'Upgrade', Upgrade: 'websocket', ...fields }).end(text);
}

/** @throws TypeError when a listener of `headers` has made lines that are none. */
function headOfLines(lines: readonly string[]): string {
  if (lines.some((line) => /[\r\n\0]/.test(line)))
    throw new TypeError('a line of the head is none');
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function destroy(this: Duplex): void {
  this.destroy();
}
