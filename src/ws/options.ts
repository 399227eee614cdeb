/**
 * The options of `ws`, with the defaults that it has, and what they come to here.
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
  readonly serverNoContextTakeover?: boolean | undefined;
  readonly clientNoContextTakeover?: boolean | undefined;
  readonly serverMaxWindowBits?: number | undefined;
  readonly clientMaxWindowBits?: boolean | number | undefined;
  /** Messages of fewer octets are sent as they are. Default 1,024. */
  readonly threshold?: number | undefined;
  readonly concurrencyLimit?: number | undefined;
  readonly zlibDeflateOptions?: object | undefined;
  readonly zlibInflateOptions?: object | undefined;
}

/** What servers and clients have in common. */
export interface SocketOptions {
  /** Whether several events of a socket may come in one turn of the event loop. Default `true`. */
  readonly allowSynchronousEvents?: boolean | undefined;
  /** Whether pings are answered by themselves. Default `true`. */
  readonly autoPong?: boolean | undefined;
  /** How many milliseconds the peer has for the closing handshake. Default 30 s. */
  readonly closeTimeout?: number | undefined;
  /** How many octets a message may have; 0 for as many as a string. Default 100 MiB. */
  readonly maxPayload?: number | undefined;
  /** How many pongs may wait for a peer that reads none; 0 for any number. Default 60. */
  readonly maxPendingAutoPongs?: number | undefined;
  readonly perMessageDeflate?: boolean | PerMessageDeflateOptions | undefined;
  /** Has no effect: text is always judged. */
  readonly skipUTF8Validation?: boolean | undefined;
  /** Has no effect: a message costs its octets, in however many fragments it comes. */
  readonly maxFragments?: number | undefined;
  /** Has no effect, like {@link maxFragments}. */
  readonly maxBufferedChunks?: number | undefined;
}

/** What may change the request before it is sent, and has to end it. */
export type FinishRequestCallback = (request: ClientRequest, websocket: WebSocket) => void;

/** The options of a client; those of `http.request` and `https.request` are passed on. */
export interface ClientOptions extends SocketOptions, Omit<RequestOptions, 'protocol'> {
  readonly protocol?: string | undefined;
  readonly protocols?: string | readonly string[] | undefined;
  readonly finishRequest?: FinishRequestCallback | undefined;
  /** Whether redirects are followed. Default `false`. */
  readonly followRedirects?: boolean | undefined;
  /** Has no effect: masking keys are always drawn at random. */
  readonly generateMask?: ((mask: Buffer) => void) | undefined;
  /** How many milliseconds the server has to accept the handshake. Default: any number. */
  readonly handshakeTimeout?: number | undefined;
  /** Default 10. */
  readonly maxRedirects?: number | undefined;
  readonly origin?: string | undefined;
  /** 13: no other version is spoken. */
  readonly protocolVersion?: number | undefined;
}

/** What a server knows of a client that it may turn away. */
export interface ClientInfo<Request extends IncomingMessage = IncomingMessage> {
  readonly origin: string;
  readonly req: Request;
  readonly secure: boolean;
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

/** The options of a server: one of `port`, `server` and `noServer` has to be there. */
export interface ServerOptions<
  Client extends typeof WebSocket = typeof WebSocket,
  Request extends typeof IncomingMessage = typeof IncomingMessage,
> extends SocketOptions {
  readonly backlog?: number | undefined;
  /** Whether the server keeps its sockets in `clients`. Default `true`. */
  readonly clientTracking?: boolean | undefined;
  /** Chooses one of the subprotocols that a client asks for, or none. Default: the first. */
  readonly handleProtocols?:
    | ((protocols: Set<string>, request: InstanceType<Request>) => string | false)
    | undefined;
  readonly host?: string | undefined;
  readonly noServer?: boolean | undefined;
  /** The only path that is served. Default: any. */
  readonly path?: string | undefined;
  readonly port?: number | undefined;
  readonly server?: Server<Request> | SecureServer<Request> | undefined;
  readonly verifyClient?:
    | VerifyClientCallbackAsync<InstanceType<Request>>
    | VerifyClientCallbackSync<InstanceType<Request>>
    | undefined;
  /** The class of the sockets. */
  readonly WebSocket?: Client | undefined;
}

/** How a message is sent. */
export interface SendOptions {
  /** Whether it is octets or text. Default: text where `data` is a string. */
  readonly binary?: boolean | undefined;
  /** Whether it may be compressed. Default `true`. */
  readonly compress?: boolean | undefined;
  /** Whether it is the last fragment of its message. Default `true`. */
  readonly fin?: boolean | undefined;
  /** Has no effect: who has to mask, masks. */
  readonly mask?: boolean | undefined;
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
