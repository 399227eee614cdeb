import { HttpError, type WebSocketError } from '../errors.ts';
import { requireToken } from '../http1/outgoing-fields.ts';
import { MessageCompression } from '../websocket/message-compression.ts';
import {
  acceptFields,
  judgeOpeningHandshake,
  type OpeningHandshake,
  refusalFields,
} from '../websocket/opening-handshake.ts';
import {
  acceptDeflate,
  type CompressionOptions,
  type CompressionTerms,
} from '../websocket/permessage-deflate.ts';
import { type AllowList, originRefusal } from './admission.ts';
import type { Exchange } from './exchange.ts';
import { fieldLines } from './field-lines.ts';
import { type Answer, answerWith, isThenable, refuse } from './http-route.ts';
import { type KnownMembers, requireRoute } from './known-options.ts';
import type { SocketLimits } from './limits.ts';
import { ExchangeRequest, type Request } from './request.ts';
import { Session, type SessionTerms } from './session.ts';
import type { Message, Socket } from './socket.ts';

/** What `authorize` returns to let a peer in. */
export interface Admission<Data> {
  /** Becomes `socket.data`. */
  readonly data?: Data | undefined;
  /** The subprotocol to agree on: one of those that the client listed. */
  readonly protocol?: string | undefined;
}

/** What `authorize` returns to keep a peer out: an answer with a status, or a WHATWG `Response`. */
export type Refusal = (Answer & { readonly status: number }) | Response;

/** Decides who may come in. */
export type Authorize<Data> = (
  request: Request,
) => Admission<Data> | Refusal | Promise<Admission<Data> | Refusal>;

/**
 * What a route does with its sockets: one object for all of them.
 *
 * A handler that throws, or whose promise rejects, closes its own connection with 1011 and is
 * reported to `onError`. Promises are not awaited: `for await (const message of socket)` is the way
 * to take one message after the other.
 */
export interface WebSocketHandlers<Data = undefined> {
  /** Called before the handshake is accepted. Without it everybody may come in. */
  readonly authorize?: Authorize<Data> | undefined;
  /** Called once, when the connection is open. */
  readonly open?: ((socket: Socket<Data>) => unknown) | undefined;
  /** Called for each message. */
  readonly message?: ((socket: Socket<Data>, data: Message) => unknown) | undefined;
  /** Called when a peer that was behind has taken all that waited for it. */
  readonly drain?: ((socket: Socket<Data>) => unknown) | undefined;
  /** Called for each Ping, which has been answered already. */
  readonly ping?: ((socket: Socket<Data>, payload: Uint8Array) => unknown) | undefined;
  /** Called for each Pong. */
  readonly pong?: ((socket: Socket<Data>, payload: Uint8Array) => unknown) | undefined;
  /**
   * Called once, at the end.
   *
   * @param code - The peer's close code, 1005 if it gave none, 1006 if the connection was cut.
   * @param error - What the peer did wrong, if the connection had to be failed.
   */
  readonly close?:
    | ((socket: Socket<Data>, code: number, reason: string, error?: WebSocketError) => unknown)
    | undefined;
}

/** The options of a WebSocket route. */
export interface WebSocketOptions {
  /** The subprotocols that the route speaks. The first that the client lists is agreed on. */
  readonly protocols?: readonly string[] | undefined;
  /** Origins whose pages may connect besides the server's own, `'*'` for all. Default: the hub's. */
  readonly origins?: AllowList | undefined;
  /** Milliseconds of silence after which a Ping is sent; after as many again the peer is given up. 0: never. Default: the hub's. */
  readonly heartbeat?: number | undefined;
  /** Limits of this route's sockets in place of the hub's: `message`, `sendBuffer`, `rate` and `closing`. */
  readonly limits?: Partial<SocketLimits> | undefined;
  /**
   * Compresses messages for clients that offer permessage-deflate (RFC 7692), by these options or the
   * usual ones. Compressed, a secret and what an attacker can add to it tell of each other by their
   * length: leave it off where a message holds both. Default `false`.
   */
  readonly compression?: boolean | CompressionOptions | undefined;
}

const MEMBERS: KnownMembers<WebSocketHandlers, WebSocketOptions> = {
  handlers: {
    authorize: true,
    open: true,
    message: true,
    drain: true,
    ping: true,
    pong: true,
    close: true,
  },
  options: { protocols: true, origins: true, heartbeat: true, limits: true, compression: true },
};

/** @throws TypeError when a route lacks form, has a name misspelt, or subprotocols that are none. */
export function requireWebSocketRoute<Data>(
  path: string,
  route: WebSocketHandlers<Data> & WebSocketOptions,
): void {
  requireRoute(`the WebSocket route ${path}`, route, MEMBERS);
  const { protocols = [] } = route;
  if (!Array.isArray(protocols)) throw new TypeError(`protocols is a list: ${protocols}`);
  for (const protocol of protocols as readonly string[]) requireToken('subprotocol', protocol);
}

/** A WebSocket route as the hub keeps it. */
export interface WebSocketRoute<Data> {
  readonly terms: SessionTerms<Data>;
  readonly protocols: readonly string[];
  readonly origins: AllowList;
  /** How messages are compressed for those who offer it, if they are. */
  readonly compression: CompressionTerms | undefined;
}

/** Judges an opening handshake, and opens the connection or refuses it. */
export function serveWebSocket<Data>(exchange: Exchange, route: WebSocketRoute<Data>): void {
  const handshake = judged(exchange);
  if (handshake === undefined) return;
  const foreign = originRefusal(exchange, route.origins);
  if (foreign !== undefined) refuse(exchange, 403, foreign);
  else if (!exchange.canUpgrade) refuse(exchange, 501, NOT_CONNECTED);
  else authorize(exchange, route, handshake);
}

/** Asks the application, and does as it says. */
function authorize<Data>(
  exchange: Exchange,
  route: WebSocketRoute<Data>,
  handshake: OpeningHandshake,
): void {
  const { handlers } = route.terms;
  const request = new ExchangeRequest(exchange);
  const failed = (error: unknown): void => {
    if (!request.isOfPeer(error)) route.terms.report(error);
    if (!request.isAborted) refuse(exchange, 500, 'The server failed to judge this handshake.');
  };
  try {
    const decision = handlers.authorize === undefined ? {} : handlers.authorize(request);
    if (isThenable(decision)) Promise.resolve(decision).then(decide).catch(failed);
    else decide(decision);
  } catch (error) {
    failed(error);
  }

  function decide(decision: Admission<Data> | Refusal): void {
    if (request.isAborted) return;
    if (typeof decision !== 'object' || decision === null) throw new TypeError(DECISION);
    if (request.hasLeft) refuse(exchange, 400, LEFT);
    else if (isRefusal(decision))
      answerWith(exchange, request, closing(decision), route.terms.report);
    else if (exchange.isLeaving) refuse(exchange, 503, LEAVING);
    else open(exchange, route, handshake, decision);
  }
}

const DECISION =
  'authorize returns an object: {} or { data, protocol } lets the peer in, { status: 401 } keeps it out';

const LEFT = 'The client ended the connection before the handshake was accepted.';

const LEAVING = 'The server is going away.';

const NOT_CONNECTED =
  'This server does not hand its upgrades over: server.on("upgrade", hub.upgrade) is missing.';

/** The handshake, or nothing when it was refused. */
function judged(exchange: Exchange): OpeningHandshake | undefined {
  try {
    const { head, hasContent } = exchange;
    return judgeOpeningHandshake({ ...head, hasContent });
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    refuse(exchange, error.status, error.message, refusalFields(error));
    return undefined;
  }
}

/** Opens the connection: here alone it is settled what extensions it has. @see RFC 6455 §5.8 */
function open<Data>(
  exchange: Exchange,
  { terms, protocols, compression }: WebSocketRoute<Data>,
  handshake: OpeningHandshake,
  { data, protocol }: Admission<Data>,
): void {
  const agreed = protocol ?? handshake.protocols.find((offered) => protocols.includes(offered));
  const deflate =
    compression === undefined ? undefined : acceptDeflate(handshake.extensions, compression);
  const { carrier, rest } = exchange.upgrade(acceptFields(handshake, agreed, deflate?.value));
  const messages =
    deflate && new MessageCompression('server', deflate.parameters, compression!.threshold);
  new Session(terms, carrier, data as Data, agreed ?? '', messages).begin(rest);
}

function isRefusal<Data>(decision: Admission<Data> | Refusal): decision is Refusal {
  return 'status' in decision;
}

/** A refused handshake ends the connection: what comes behind it may be meant as frames. */
function closing({ status, headers, body }: Refusal): Answer {
  const lines = fieldLines(headers ?? {}).filter(([name]) => name.toLowerCase() !== 'connection');
  return { status, headers: [...lines, ['connection', 'close']], body };
}
