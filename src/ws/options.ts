/**
 * The options of `ws`, with the defaults that it has, and what they come to here. As in the types of `ws` a
 * program may fill them in one by one, so they are not `readonly`.
 *
 * @module
 */
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders, Server } from 'node:http';
import type { RequestOptions, Server as SecureServer } from 'node:https';
import type { Role } from '../websocket/frame-header.ts';
import { type CompressionTerms, compressionTerms } from '../websocket/permessage-deflate.ts';
import type { WebSocket } from './websocket.ts';

/** How messages are compressed. What is about zlib is taken and has no effect: zlib is not used. */
export interface PerMessageDeflateOptions {
  serverNoContextTakeover?: boolean | undefined;
  clientNoContextTakeover?: boolean | undefined;
  serverMaxWindowBits?: number | undefined;
  clientMaxWindowBits?: boolean | number | undefined;
  /** Messages of fewer octets are sent as they are. Default 1,024. */
  threshold?: number | undefined;
  concurrencyLimit?: number | undefined;
  zlibDeflateOptions?: object | undefined;
  zlibInflateOptions?: object | undefined;
}

/** What servers and clients have in common. */
export interface SocketOptions {
  /** Whether several events of a socket may come in one turn of the event loop. Default `true`. */
  allowSynchronousEvents?: boolean | undefined;
  /** Whether pings are answered by themselves. Default `true`. */
  autoPong?: boolean | undefined;
  /** How many milliseconds the peer has for the closing handshake. Default 30 s. */
  closeTimeout?: number | undefined;
  /** How many octets a message may have; 0 for as many as a string. Default 100 MiB. */
  maxPayload?: number | undefined;
  /** How many pongs may wait for a peer that reads none; 0 for any number. Default 60. */
  maxPendingAutoPongs?: number | undefined;
  perMessageDeflate?: boolean | PerMessageDeflateOptions | undefined;
  /** Has no effect: text is always judged. */
  skipUTF8Validation?: boolean | undefined;
  /** Has no effect: a message costs its octets, in however many fragments it comes. */
  maxFragments?: number | undefined;
  /** Has no effect, like {@link maxFragments}. */
  maxBufferedChunks?: number | undefined;
}

/** What may change the request before it is sent, and has to end it. */
export type FinishRequestCallback = (request: ClientRequest, websocket: WebSocket) => void;

/** The options of a client; those of `http.request` and `https.request` are passed on. */
export interface ClientOptions extends SocketOptions, Omit<RequestOptions, 'protocol'> {
  protocol?: string | null | undefined;
  protocols?: string | readonly string[] | undefined;
  finishRequest?: FinishRequestCallback | undefined;
  /** Whether redirects are followed. Default `false`. */
  followRedirects?: boolean | undefined;
  /** Has no effect: masking keys are always drawn at random. */
  generateMask?: ((mask: Buffer) => void) | undefined;
  /** How many milliseconds the server has to accept the handshake. Default: any number. */
  handshakeTimeout?: number | undefined;
  /** Default 10. */
  maxRedirects?: number | undefined;
  origin?: string | undefined;
  /** 13: no other version is spoken. */
  protocolVersion?: number | undefined;
}

/** What a server knows of a client that it may turn away. */
export interface ClientInfo<Request extends IncomingMessage = IncomingMessage> {
  origin: string;
  req: Request;
  secure: boolean;
}

/** Says at once whether a client may come in. */
export type VerifyClientCallbackSync<Request extends IncomingMessage = IncomingMessage> = (
  info: ClientInfo<Request>,
) => boolean;

/** Says later whether a client may come in; told apart by having two parameters. */
export type VerifyClientCallbackAsync<Request extends IncomingMessage = IncomingMessage> = (
  info: ClientInfo<Request>,
  callback: (
    result: boolean,
    code?: number,
    message?: string,
    headers?: OutgoingHttpHeaders,
  ) => void,
) => void;

/**
 * Says whether a client may come in, in either way. One signature, not a union of the two, or the compiler would
 * not know the parameters of a function that names fewer than both.
 */
export type VerifyClientCallback<Request extends IncomingMessage = IncomingMessage> = (
  ...told: Parameters<VerifyClientCallbackAsync<Request>>
) => unknown;

/** The options of a server: one of `port`, `server` and `noServer` has to be there. */
export interface ServerOptions<
  Client extends typeof WebSocket = typeof WebSocket,
  Request extends typeof IncomingMessage = typeof IncomingMessage,
> extends SocketOptions {
  backlog?: number | undefined;
  /** Whether the server keeps its sockets in `clients`. Default `true`. */
  clientTracking?: boolean | undefined;
  /** Chooses one of the subprotocols that a client asks for, or none. Default: the first. */
  handleProtocols?:
    | ((protocols: Set<string>, request: InstanceType<Request>) => string | false)
    | undefined;
  host?: string | undefined;
  noServer?: boolean | undefined;
  /** The only path that is served. Default: any. */
  path?: string | undefined;
  port?: number | undefined;
  server?: Server<Request> | SecureServer<Request> | undefined;
  verifyClient?: VerifyClientCallback<InstanceType<Request>> | undefined;
  /** The class of the sockets. */
  WebSocket?: Client | undefined;
}

/** How a message is sent. */
export interface SendOptions {
  /** Whether it is octets or text. Default: text where `data` is a string. */
  binary?: boolean | undefined;
  /** Whether it may be compressed. Default `true`. */
  compress?: boolean | undefined;
  /** Whether it is the last fragment of its message. Default `true`. */
  fin?: boolean | undefined;
  /** Has no effect: who has to mask, masks. */
  mask?: boolean | undefined;
}

/** What holds for open connections. */
export interface SocketTerms {
  readonly allowSynchronousEvents: boolean;
  readonly autoPong: boolean;
  readonly closeTimeout: number;
  /** Octets of a message. */
  readonly message: number;
  readonly maxPendingAutoPongs: number;
}

const MAX_PAYLOAD = 100 * 1_024 * 1_024;
const CLOSE_TIMEOUT = 30_000;
const MAX_PENDING_AUTO_PONGS = 60;
const THRESHOLD = 1_024;

/** What holds for the sockets of a server or client with these options. */
export function socketTerms(options: SocketOptions): SocketTerms {
  return {
    allowSynchronousEvents: options.allowSynchronousEvents ?? true,
    autoPong: options.autoPong ?? true,
    closeTimeout: options.closeTimeout ?? CLOSE_TIMEOUT,
    message: options.maxPayload === 0 ? Infinity : (options.maxPayload ?? MAX_PAYLOAD),
    maxPendingAutoPongs: (options.maxPendingAutoPongs ?? MAX_PENDING_AUTO_PONGS) || Infinity,
  };
}

/**
 * On what terms messages are compressed, if they are to be.
 *
 * @throws RangeError when a window is not 2^8 to 2^15, or the threshold no number of octets.
 */
export function deflateTerms(
  given: boolean | PerMessageDeflateOptions | undefined,
  role: Role,
): CompressionTerms | undefined {
  if (given === undefined || given === false) return undefined;
  const { threshold = THRESHOLD, clientMaxWindowBits, ...options } = given === true ? {} : given;
  const bits = typeof clientMaxWindowBits === 'number' ? clientMaxWindowBits : undefined;
  return compressionTerms({ ...options, threshold, clientMaxWindowBits: bits }, role);
}
