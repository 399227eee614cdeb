import { ChannelLimitError } from '../channel/index.ts';
import type { StreamingFormat, WholeFormat } from '../comet/index.ts';
import { HttpError } from '../errors.ts';
import {
  judgeOpeningHandshake,
  type OpeningHandshake,
  refusalFields,
} from '../websocket/opening-handshake.ts';
import { decideOrigin, type OriginDecision } from './admission.ts';
import { asksForWebSocket } from './asks-for-websocket.ts';
import { preflightFields } from './cors.ts';
import type { Exchange } from './exchange.ts';
import { isThenable } from './http-route.ts';
import { LiveAnswer } from './live-answer.ts';
import type { Beginning, LiveConnection } from './live-connection.ts';
import { LivePoll } from './live-poll.ts';
import type { LiveAdmission, LiveRoute } from './live-route.ts';
import { Session } from './live-session.ts';
import { LiveSocket } from './live-socket.ts';
import { LiveStream } from './live-stream.ts';
import type { LiveTransport } from './live-transport.ts';
import { receiveUpstream, unknownSession } from './live-upstream.ts';
import { isHttpTransport, LiveQuery } from './query.ts';
import { ExchangeRequest } from './request.ts';
import type { Refusal } from './websocket-route.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS'];
const ALLOW = { allow: METHODS.join(', ') };

/** A client without room is asked to come back after so many milliseconds, and up to as many more. */
const RETRY_WHEN_FULL = 2_000;

/**
 * Serves a request to a live route: judges host, origin, preflight and method, asks `authorize`, and
 * then looks for the session. What is wrong with the query is told to those alone that may come in.
 *
 * @param foreign - Why the Host is not ours, if it is not.
 */
export function serveLive(exchange: Exchange, route: LiveRoute, foreign?: string): void {
  new LiveRequest(exchange, route).judge(foreign);
}

class LiveRequest {
  readonly #exchange: Exchange;
  readonly #route: LiveRoute;
  readonly #query: LiveQuery;
  /** The transport that is asked for, switched on or not; nothing if there is none of that name. */
  readonly #transport: LiveTransport | undefined;
  readonly #origin: OriginDecision;
  readonly #answer: LiveAnswer;
  #handshake: OpeningHandshake | undefined;

  constructor(exchange: Exchange, route: LiveRoute) {
    const { head } = exchange;
    const isUpgrade = asksForWebSocket(head);
    this.#exchange = exchange;
    this.#route = route;
    this.#query = new LiveQuery(exchange.url, head.fields.get('last-event-id'), isUpgrade);
    this.#transport = isUpgrade ? 'websocket' : this.#httpTransport();
    const receives = isUpgrade || head.method === 'GET' || head.method === 'HEAD';
    const isOn = this.#transport !== undefined && route.transports.has(this.#transport);
    const receiving = receives && isOn ? this.#transport : undefined;
    const isElement = receiving === 'jsonp' || receiving === 'forever-frame';
    this.#origin = decideOrigin(exchange, route.origins, isElement);
    this.#answer = new LiveAnswer(
      exchange,
      this.#origin,
      this.#query,
      receiving,
      route.terms.token,
    );
  }

  judge(foreign: string | undefined): void {
    const { head } = this.#exchange;
    const { refusal } = this.#origin;
    if (foreign !== undefined) this.#answer.refuse(403, foreign);
    else if (refusal !== undefined) this.#answer.refuse(403, refusal);
    else if (head.method === 'OPTIONS') this.#tellOptions();
    else if (!METHODS.includes(head.method) && !this.#isConnect) {
      this.#answer.refuse(405, `The method ${head.method} means nothing here.`, ALLOW);
    } else if (this.#transport !== 'websocket' || this.#judgeHandshake()) this.#authorize();
  }

  /** Whether it is by CONNECT that a WebSocket is asked for. @see RFC 8441 §5 */
  get #isConnect(): boolean {
    return this.#exchange.head.method === 'CONNECT' && this.#transport === 'websocket';
  }

  /** A preflight carries no credentials, so nobody is asked who it is. */
  #tellOptions(): void {
    const { fields } = this.#exchange.head;
    const isPreflight = fields.has('origin') && fields.has('access-control-request-method');
    if (isPreflight) this.#exchange.respond(204, preflightFields(this.#origin));
    else this.#answer.respond(204, ALLOW);
  }

  #judgeHandshake(): boolean {
    const { head, hasContent, canUpgrade } = this.#exchange;
    try {
      this.#handshake = judgeOpeningHandshake({ ...head, hasContent });
      if (!canUpgrade) this.#answer.refuse(501, NOT_CONNECTED);
      return canUpgrade;
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      this.#answer.refuse(error.status, error.message, refusalFields(error));
      return false;
    }
  }

  #authorize(): void {
    // Content that is too long, or too late, is refused where it is read: a page shall see why.
    if (this.#exchange.hasContent) this.#exchange.addToRefusal(this.#answer.fieldsOfRefusal);
    const request = new ExchangeRequest(this.#exchange, this.#origin.isAnonymous);
    const failed = (error: unknown): void => this.#failed(error, request);
    const decide = (decision: LiveAdmission<unknown> | Refusal): void | Promise<void> =>
      this.#decide(decision, request);
    try {
      const decision = this.#route.authorize(request);
      if (isThenable(decision)) Promise.resolve(decision).then(decide).catch(failed);
      else decide(decision)?.catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  #failed(error: unknown, request: ExchangeRequest): void {
    if (!request.isOfPeer(error)) this.#route.terms.report(error);
    if (!request.isAborted) this.#answer.refuse(500, 'The server failed to judge this request.');
  }

  #decide(
    decision: LiveAdmission<unknown> | Refusal,
    request: ExchangeRequest,
  ): void | Promise<void> {
    if (request.isAborted) return;
    if (typeof decision !== 'object' || decision === null) throw new TypeError(DECISION);
    const { fault } = this.#query;
    if ('status' in decision) this.#answer.refuseWith(decision, request, this.#route.terms.report);
    else if (fault !== undefined) this.#answer.refuse(400, fault);
    else return this.#serve(requireAdmission(decision), request);
  }

  #serve(admission: LiveAdmission<unknown>, request: ExchangeRequest): void | Promise<void> {
    switch (this.#exchange.head.method) {
      case 'POST':
        return this.#receive(admission, request);
      case 'DELETE':
        this.#delete(admission);
        break;
      default:
        if (request.hasLeft) this.#answer.refuse(400, LEFT);
        else this.#send(admission, request);
    }
  }

  // Upstream

  async #receive(admission: LiveAdmission<unknown>, request: ExchangeRequest): Promise<void> {
    const session = this.#find(admission);
    if (session === undefined) {
      unknownSession(this.#answer);
      return;
    }
    const { sessions, release } = this.#route.terms;
    sessions.retain(session);
    try {
      await receiveUpstream(request, session, this.#answer);
    } finally {
      release(session);
    }
  }

  #delete(admission: LiveAdmission<unknown>): void {
    const session = this.#find(admission);
    session?.endWith({ by: 'client', reason: 'deleted' });
    if (session === undefined) unknownSession(this.#answer);
    else this.#answer.respond(204);
  }

  #find({ identity }: LiveAdmission<unknown>): Session | undefined {
    return this.#route.terms.sessions.find(this.#query.session, identity, this.#route.session);
  }

  // Downstream

  #send(admission: LiveAdmission<unknown>, request: ExchangeRequest): void {
    const transport = this.#transport!;
    const { terms, transports } = this.#route;
    const retry = terms.retryAfterDrain();
    const format = this.#answer.formatOf(transport);
    if (!transports.has(transport)) {
      this.#answer.refuse(400, `The transport ${transport} is not switched on here.`);
    } else if (format === undefined && transport !== 'websocket') {
      this.#answer.refuse(400, 'JSONP needs a callback of letters, digits, "_", "." and "$".');
    } else if (retry !== undefined) this.#answer.refuseForNow('draining', retry);
    else if (this.#exchange.isLeaving) this.#answer.refuseForNow('draining', 0);
    else if (this.#exchange.head.method === 'HEAD') {
      this.#exchange.respond(200, this.#answer.fieldsOf(format!));
    } else this.#open(admission, request);
  }

  /** Takes up the session, or begins one. */
  #open(admission: LiveAdmission<unknown>, request: ExchangeRequest): void {
    const { terms, session: sessionTerms } = this.#route;
    const { sessions, log } = terms;
    const known = this.#find(admission);
    if (known === undefined && !sessions.makeRoom()) {
      this.#refuseFull();
      return;
    }
    const { identity, data } = admission;
    const session = known ?? new Session(sessionTerms, terms.token(), identity, data, log.inbox());
    const connection = this.#connect(session, known === undefined, admission);
    try {
      const channels = this.#channels(admission, session);
      const reader = log.read(channels, this.#query.cursor, connection, session.inbox);
      sessions.add(session);
      sessions.retain(session);
      connection.begin(reader);
    } catch (error) {
      this.#exchange.listener = request;
      if (!(error instanceof ChannelLimitError)) throw error;
      if (known === undefined) session.inbox.close();
      this.#refuseFull();
    }
  }

  #refuseFull(): void {
    const retry = RETRY_WHEN_FULL * (1 + this.#route.terms.random());
    this.#answer.refuseForNow('full', Math.round(retry));
  }

  /** Of the channels that are named, or all, those that may be read. Which may not is not told. */
  #channels({ channels }: LiveAdmission<unknown>, { subscriptions }: Session): Iterable<string> {
    const { channels: named } = this.#query;
    const allowed = new Set([...channels, ...(subscriptions ?? [])]);
    // The name of the inbox, which is no channel.
    allowed.delete('');
    if (named === undefined) return allowed;
    return [...named].filter((channel) => allowed.has(channel));
  }

  #connect(session: Session, isNew: boolean, { expires }: LiveAdmission<unknown>): LiveConnection {
    const { terms } = this.#route;
    const beginning: Beginning = {
      session,
      transport: this.#transport!,
      route: this.#route,
      hasLostSession: isNew && this.#query.session !== undefined,
      expiresIn: expires === undefined ? Number.POSITIVE_INFINITY : +expires - terms.wallClock(),
      answer: this.#answer,
    };
    return this.#connectBy(beginning);
  }

  #connectBy(beginning: Beginning): LiveConnection {
    const { terms } = this.#route;
    const exchange = this.#exchange;
    if (this.#handshake !== undefined) {
      return new LiveSocket(beginning, exchange, this.#handshake, terms.limits);
    }
    const format = this.#answer.formatOf(beginning.transport)!;
    const fields = this.#answer.fieldsOf(format);
    if (isWhole(format)) {
      const wait = Math.min(this.#query.wait ?? Number.POSITIVE_INFINITY, terms.limits.wait);
      return new LivePoll(beginning, exchange, { format, fields, wait });
    }
    const hasRounds = beginning.transport !== 'event-stream';
    return new LiveStream(beginning, exchange, { format, fields, hasRounds });
  }

  #httpTransport(): LiveTransport | undefined {
    const { transport } = this.#query;
    if (transport !== undefined) return isHttpTransport(transport) ? transport : undefined;
    return acceptedTransport(this.#exchange.head.fields.get('accept'));
  }
}

function isWhole(format: StreamingFormat | WholeFormat): format is WholeFormat {
  return 'answer' in format;
}

/** The transport for a client that names none. */
function acceptedTransport(accept = ''): LiveTransport {
  for (const range of accept.split(',')) {
    const [type] = range.split(';');
    switch (type!.trim().toLowerCase()) {
      case 'text/event-stream':
        return 'event-stream';
      case 'application/x-ndjson':
        return 'stream';
    }
  }
  return 'long-poll';
}

/** @throws TypeError when `authorize` has returned something else. */
function requireAdmission(admission: LiveAdmission<unknown>): LiveAdmission<unknown> {
  const { channels, identity, expires } = admission;
  const isIterable = typeof channels === 'object' && Symbol.iterator in channels;
  if (!isIterable) throw new TypeError(DECISION);
  if (identity !== undefined && typeof identity !== 'string') {
    throw new TypeError('an identity is a string');
  }
  if (expires !== undefined && !(+expires > SECONDS_OF_NOW)) {
    throw new TypeError(
      `expires is a date, or its milliseconds since 1970 (a token's exp is in seconds): ${expires}`,
    );
  }
  return admission;
}

const DECISION =
  'authorize returns { channels: [...] } to let the client in, or { status: 401 } to keep it out';

/** Later than any moment of ours in seconds: as milliseconds it is in 1973, before there were tokens. */
const SECONDS_OF_NOW = 1e11;

const LEFT = 'The client ended the connection before it was let in.';

const NOT_CONNECTED =
  'This server does not hand its upgrades over: server.on("upgrade", hub.upgrade) is missing.';
