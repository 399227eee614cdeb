import type { IncomingMessage } from 'node:http';
import type * as net from 'node:net';
import type { Duplex, DuplexOptions } from 'node:stream';
import type { ServerChoice } from '../websocket/client-handshake.ts';
import { CloseCode, isCloseCode, MAX_CLOSE_REASON } from '../websocket/close-code.ts';
import { MAX_CONTROL_PAYLOAD, type Role } from '../websocket/frame-header.ts';
import { MessageCompression } from '../websocket/message-compression.ts';
import type { DeflateParameters } from '../websocket/permessage-deflate.ts';
import { WebSocketEventTarget } from './event-target.ts';
import type * as events from './events.ts';
import { type ControlSent, OpenConnection, type SendTerms, type Sent } from './open-connection.ts';
import { Opening } from './opening.ts';
import type * as options from './options.ts';
import {
  type ClientOptions,
  deflateTerms,
  type SendOptions,
  type SocketOptions,
  socketTerms,
} from './options.ts';
import type * as payload from './payload.ts';
import { type BinaryType, type BufferLike, octetsOf } from './payload.ts';
import { Turns } from './turns.ts';
import type * as servers from './websocket-server.ts';

/** What a server hands a socket that is made for one of its connections. */
export interface Accepted {
  readonly stream: Duplex;
  readonly head: Uint8Array;
  readonly protocol: string;
  readonly deflate: DeflateParameters | undefined;
}

const BINARY_TYPES: readonly string[] = ['nodebuffer', 'arraybuffer', 'fragments', 'blob'];
const STATES: readonly string[] = ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'];
const NO_OCTETS = Buffer.alloc(0);
const NO_OPTIONS: SendOptions = {};

/** A WebSocket connection with the interface that it has in `ws`. */
export class WebSocket extends WebSocketEventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;

  // What `ws` has on its class, given to it where everything comes together.
  /** The same class. */
  declare static WebSocket: typeof WebSocket;
  /** The class of servers. */
  declare static WebSocketServer: typeof servers.WebSocketServer;
  /** The class of servers, by its older name. */
  declare static Server: typeof servers.WebSocketServer;
  /** A duplex stream over a socket. */
  declare static createWebSocketStream: (websocket: WebSocket, options?: DuplexOptions) => Duplex;

  declare readonly CONNECTING: 0;
  declare readonly OPEN: 1;
  declare readonly CLOSING: 2;
  declare readonly CLOSED: 3;

  #binaryType: BinaryType = 'nodebuffer';
  readonly #options: SocketOptions;
  readonly #opening: Opening | undefined;
  #connection: OpenConnection | undefined;
  #stream: Duplex | null = null;
  #isClosed = false;
  #protocol = '';
  #isCompressing = false;
  /** What was given to `send` once the connection was closing: it counts, and goes nowhere. */
  #unsent = 0;
  /** For what is sent behind a Blob that has to be read first. */
  readonly #turns = new Turns();

  /**
   * Connects; or, where the address is `null`, waits to be given a connection by the server.
   *
   * @throws SyntaxError for an address or a subprotocol that is none.
   */
  constructor(address: null, protocols?: undefined, options?: SocketOptions);
  constructor(address: string | URL, options?: ClientOptions);
  constructor(
    address: string | URL,
    protocols?: string | readonly string[],
    options?: ClientOptions,
  );
  constructor(
    address: string | URL | null,
    second?: string | readonly string[] | ClientOptions,
    third?: ClientOptions,
  ) {
    super();
    const isProtocols = typeof second === 'string' || Array.isArray(second);
    const options = (isProtocols ? third : (second ?? third)) as ClientOptions | undefined;
    const protocols = (isProtocols ? second : options?.protocols) ?? [];
    this.#options = options ?? {};
    if (address === null) return;
    const asked = typeof protocols === 'string' ? [protocols] : (protocols as readonly string[]);
    this.#opening = new Opening(address, asked, this.#options, this, {
      finish: (request) => options!.finishRequest!(request, this),
      opened: (stream, head, choice) => this.#opened(stream, head, choice),
      failed: (error) => this.#failed(error),
    });
  }

  /** How octets arrive. Default `nodebuffer`. */
  get binaryType(): BinaryType {
    return this.#binaryType;
  }

  /** What is none is passed over. */
  set binaryType(type: BinaryType) {
    if (BINARY_TYPES.includes(type)) this.#binaryType = type;
  }

  /** Octets given to `send` that have not left. */
  get bufferedAmount(): number {
    return this.#unsent + (this.#connection?.bufferedAmount ?? 0);
  }

  /** The names of the extensions agreed on. */
  get extensions(): string {
    return this.#isCompressing ? 'permessage-deflate' : '';
  }

  /** Whether events are held back by {@link pause}. */
  get isPaused(): boolean {
    return this.#connection?.isPaused ?? false;
  }

  /** The subprotocol agreed on, or the empty string. */
  get protocol(): string {
    return this.#protocol;
  }

  /** `CONNECTING`, `OPEN`, `CLOSING` or `CLOSED`. */
  get readyState(): 0 | 1 | 2 | 3 {
    if (this.#connection !== undefined) return this.#connection.readyState;
    if (this.#isClosed) return 3;
    return this.#opening?.isOver ? 2 : 0;
  }

  /** The address; that of the last redirect that was followed. A server's sockets have none. */
  get url(): string {
    return this.#opening?.url ?? '';
  }

  /** @internal The stream below, which programs ask for its addresses. */
  get _socket(): Duplex | null {
    return this.#stream;
  }

  /**
   * Sends a message, or a fragment of one.
   *
   * @param sent - Called when it has left, or with the reason why it never will.
   * @throws Error while connecting.
   */
  send(data: BufferLike, sent?: Sent): void;
  send(data: BufferLike, options: SendOptions, sent?: Sent): void;
  send(data: BufferLike, second?: SendOptions | Sent, third?: Sent): void {
    const {
      binary,
      compress = true,
      fin = true,
    }: SendOptions = typeof second === 'object' ? second : NO_OPTIONS;
    const sent = typeof second === 'function' ? second : third;
    const given = typeof data === 'number' ? `${data}` : data;
    const isText = binary === undefined ? typeof given === 'string' : !binary;
    if (!this.#mayGo(given, sent)) return;
    const terms = { isText, compress, fin };
    if (this.#turns.areTaken || given instanceof Blob) this.#wait(given, terms, sent);
    else this.#connection!.send(messageOf(given, isText), terms, sent);
  }

  /**
   * Sends a ping.
   *
   * @throws RangeError when the payload is longer than 125 octets, Error while connecting.
   */
  ping(data?: unknown, mask?: boolean, sent?: ControlSent): void;
  ping(data?: unknown, sent?: ControlSent): void;
  ping(sent?: ControlSent): void;
  ping(...given: readonly unknown[]): void {
    this.#sendControl(given, (payload, sent) => this.#connection!.sendPing(payload, sent));
  }

  /** Sends a pong that no ping asked for. Throws like {@link ping}. */
  pong(data?: unknown, mask?: boolean, sent?: ControlSent): void;
  pong(data?: unknown, sent?: ControlSent): void;
  pong(sent?: ControlSent): void;
  pong(...given: readonly unknown[]): void {
    this.#sendControl(given, (payload, sent) => this.#connection!.sendPong(payload, sent));
  }

  /**
   * Begins the closing handshake, or gives up connecting.
   *
   * @throws TypeError for a code that may not be sent, RangeError for a reason that is too long.
   */
  close(code?: number, reason: string | Buffer = ''): void {
    if (this.readyState === WebSocket.CONNECTING) this.#opening?.abort();
    if (this.readyState !== WebSocket.OPEN) return;
    if (code !== undefined && !isCloseCode(code)) {
      throw new TypeError(`close code ${code} may not be sent`);
    }
    const text = code === undefined ? '' : String(reason);
    if (Buffer.byteLength(text) > MAX_CLOSE_REASON) {
      throw new RangeError(`the close reason is longer than ${MAX_CLOSE_REASON} octets`);
    }
    this.#turns.act(() => this.#connection!.closeWith(code, text));
  }

  /** Cuts the connection. */
  terminate(): void {
    if (this.#connection === undefined) this.#opening?.abort();
    else this.#connection.terminate();
  }

  /** Holds events back, until {@link resume}. */
  pause(): void {
    if (this.readyState !== WebSocket.CLOSED) this.#connection?.pause();
  }

  /** Lets events go on. */
  resume(): void {
    if (this.readyState !== WebSocket.CLOSED) this.#connection?.resume();
  }

  /** @internal Gives a server's socket its connection. */
  accept({ stream, head, protocol, deflate }: Accepted): void {
    this.#begin('server', stream, head, protocol, deflate);
  }

  #opened(stream: Duplex, head: Buffer, { protocol, deflate }: ServerChoice): void {
    this.#begin('client', stream, head, protocol, deflate);
  }

  #begin(
    role: Role,
    stream: Duplex,
    head: Uint8Array,
    protocol: string,
    deflate: DeflateParameters | undefined,
  ): void {
    const terms = deflateTerms(this.#options.perMessageDeflate ?? role === 'client', role);
    const compression = deflate && new MessageCompression(role, deflate, terms!.threshold);
    this.#protocol = protocol;
    this.#isCompressing = compression !== undefined;
    this.#stream = stream;
    this.#connection = new OpenConnection(
      this,
      role,
      stream,
      head,
      socketTerms(this.#options),
      compression,
    );
    this.emit('open');
  }

  #failed(error: Error): void {
    try {
      this.emit('error', error);
    } finally {
      this.#isClosed = true;
      this.emit('close', CloseCode.Abnormal, NO_OCTETS);
    }
  }

  #sendControl(
    given: readonly unknown[],
    send: (payload: Uint8Array, sent: Sent | undefined) => void,
  ): void {
    const at = given.findIndex((each) => typeof each === 'function');
    const sent = given[at] as Sent | undefined;
    const [data] = at === 0 ? [] : given;
    if (!this.#mayGo(data, sent)) return;
    const payload = octetsOf(typeof data === 'number' ? `${data}` : data);
    if (payload.length > MAX_CONTROL_PAYLOAD) {
      throw new RangeError(`the payload is longer than ${MAX_CONTROL_PAYLOAD} octets`);
    }
    this.#turns.act(() => send(payload, sent));
  }

  /** Whether the connection takes messages. One that does no more counts what it is given. */
  #mayGo(data: unknown, sent: Sent | undefined): boolean {
    const { readyState } = this;
    if (readyState === WebSocket.OPEN) return true;
    const state = `WebSocket is not open: readyState ${readyState} (${STATES[readyState]})`;
    if (readyState === WebSocket.CONNECTING) throw new Error(state);
    this.#unsent += data instanceof Blob ? data.size : octetsOf(data).length;
    if (sent !== undefined) process.nextTick(sent, new Error(state));
    return false;
  }

  #wait(data: unknown, terms: SendTerms, sent: Sent | undefined): void {
    this.#turns.take(async () => {
      const octets = data instanceof Blob ? await data.arrayBuffer() : data;
      if (!this.#mayGo(octets, sent)) return;
      this.#connection!.send(messageOf(octets, terms.isText), terms, sent);
    });
  }
}

const { CONNECTING, OPEN, CLOSING, CLOSED } = WebSocket;
Object.assign(WebSocket.prototype, { CONNECTING, OPEN, CLOSING, CLOSED });

function messageOf(data: unknown, isText: boolean): string | Uint8Array {
  return typeof data === 'string' && isText ? data : octetsOf(data);
}

/** The types that users of `@types/ws` know as `WebSocket.RawData` and so on. */
export declare namespace WebSocket {
  /** How octets arrive. */
  export type BinaryType = payload.BinaryType;
  /** A message as `onmessage` has it. */
  export type Data = payload.Data;
  /** A message as the event `message` has it. */
  export type RawData = payload.RawData;
  /** Where a server listens. */
  export type AddressInfo = net.AddressInfo;
  /** Certificates, or keys. */
  export type CertMeta = payload.CertMeta;
  /** Changes the request of a client before it is sent. */
  export type FinishRequestCallback = options.FinishRequestCallback;
  /** How a listener is added. */
  export type EventListenerOptions = events.EventListenerOptions;
  /** The options of a client. */
  export type ClientOptions = options.ClientOptions;
  /** How messages are compressed. */
  export type PerMessageDeflateOptions = options.PerMessageDeflateOptions;
  /** The options of a server. */
  export type ServerOptions<
    T extends typeof WebSocket = typeof WebSocket,
    U extends typeof IncomingMessage = typeof IncomingMessage,
  > = options.ServerOptions<T, U>;
  /** Says later whether a client may come in. */
  export type VerifyClientCallbackAsync<U extends IncomingMessage = IncomingMessage> =
    options.VerifyClientCallbackAsync<U>;
  /** Says at once whether a client may come in. */
  export type VerifyClientCallbackSync<U extends IncomingMessage = IncomingMessage> =
    options.VerifyClientCallbackSync<U>;
  /** What all events have. */
  export type Event = events.Event;
  /** The event that ends a socket. */
  export type CloseEvent = events.CloseEvent;
  /** What went wrong. */
  export type ErrorEvent = events.ErrorEvent;
  /** A message. */
  export type MessageEvent = events.MessageEvent;
  /** The events by their names. */
  export type WebSocketEventMap = events.WebSocketEventMap;
  /** A socket. */
  export type WebSocket = InstanceType<typeof WebSocket>;
  /** A server. */
  export type Server<
    T extends typeof WebSocket = typeof WebSocket,
    U extends typeof IncomingMessage = typeof IncomingMessage,
  > = servers.WebSocketServer<T, U>;
  /** A server, by its newer name. */
  export type WebSocketServer<
    T extends typeof WebSocket = typeof WebSocket,
    U extends typeof IncomingMessage = typeof IncomingMessage,
  > = Server<T, U>;
}
