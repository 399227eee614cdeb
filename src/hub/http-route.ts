import type { FieldLine } from '../http1/field-line.ts';
import type { OutgoingFields } from '../http1/outgoing-fields.ts';
import { piecesOf } from './answer-pieces.ts';
import type { Exchange } from './exchange.ts';
import { fieldLines } from './field-lines.ts';
import { ExchangeRequest, type Request } from './request.ts';
import { type Trailers, trailerSection } from './trailers.ts';

/** What content an answer may have. Pieces of an iterable are sent as they come. */
export type AnswerBody =
  | string
  | Uint8Array
  | AsyncIterable<string | Uint8Array>
  | null
  | undefined;

/** The answer to a request. */
export interface Answer {
  /** Default 200. */
  readonly status?: number | undefined;
  readonly headers?: OutgoingFields | undefined;
  /** Text is sent as UTF-8, as `text/plain` unless the headers say what it is. */
  readonly body?: AnswerBody;
  /**
   * Fields that come behind the content, such as a digest of it, or what tells them when all of it has
   * been given. They are sent behind chunks and over HTTP/2, and left out where there is no place for
   * them: to HTTP/1.0, behind a Content-Length over HTTP/1.1, and in an answer to HEAD. Those that
   * have to be known before the content is are refused.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-6.5 | RFC 9110 §6.5}
   */
  readonly trailers?: Trailers | undefined;
}

/** What a handler returns: an {@link Answer} or a WHATWG `Response`, now or later. */
export type HttpHandler = (request: Request) => Answer | Response | Promise<Answer | Response>;

/** Told of what a handler threw. */
export type Report = (error: unknown) => void;

// Frozen: the head of an answer that can't have changed is not made anew.
const PLAIN_TEXT: OutgoingFields = Object.freeze({ 'content-type': 'text/plain; charset=utf-8' });
const NO_HEADERS: OutgoingFields = Object.freeze({});

/** Answers an exchange with what the handler returns. A handler that fails is a 500 and a close. */
export function serveHttp(exchange: Exchange, handler: HttpHandler, report: Report): void {
  const request = new ExchangeRequest(exchange);
  try {
    const answer = handler(request);
    if (isThenable(answer)) answerLater(exchange, request, answer, report);
    else answerWith(exchange, request, answer, report);
  } catch (error) {
    fail(exchange, request, error, report);
  }
}

/** Whether a handler's answer is yet to come, as a promise of whatever library. */
export function isThenable<T>(answer: T | PromiseLike<T>): answer is PromiseLike<T> {
  return answer instanceof Promise || typeof (answer as PromiseLike<T> | null)?.then === 'function';
}

function answerLater(
  exchange: Exchange,
  request: ExchangeRequest,
  answer: PromiseLike<Answer | Response>,
  report: Report,
): void {
  Promise.resolve(answer)
    .then((value) => answerWith(exchange, request, value, report))
    .catch((error: unknown) => fail(exchange, request, error, report));
}

function fail(exchange: Exchange, request: ExchangeRequest, error: unknown, report: Report): void {
  if (!request.isOfPeer(error)) report(error);
  if (!request.isAborted) refuse(exchange, 500, 'The server failed to answer this request.');
}

/** Answers with a status and a sentence, and closes. */
export function refuse(
  exchange: Exchange,
  status: number,
  why: string,
  fields: OutgoingFields = NO_HEADERS,
): void {
  const lines = new Map([
    ['content-type', 'text/plain; charset=utf-8'],
    ['connection', 'close'],
  ]);
  for (const [name, value] of fieldLines(fields)) lines.set(name.toLowerCase(), value);
  exchange.respond(status, lines, `${why}\n`);
}

/** Sends what a handler returned. */
export function answerWith(
  exchange: Exchange,
  request: ExchangeRequest,
  answer: Answer | Response,
  report: Report,
): void {
  if (request.isAborted) return;
  if (answer === null || typeof answer !== 'object') {
    throw new TypeError('a handler returns { status, headers, body } or a Response');
  }
  const status = answer.status ?? 200;
  const { body } = answer;
  const fields = isResponse(answer) ? answer.headers : fieldsFor(answer);
  const trailers = 'trailers' in answer ? answer.trailers : undefined;
  if (trailers !== undefined && exchange.head.method !== 'HEAD') {
    answerWithTrailers(exchange, request, status, fields, body, trailers, report);
  } else if (body === undefined || body === null) exchange.respond(status, fields);
  else if (typeof body === 'string' || body instanceof Uint8Array) {
    exchange.respond(status, fields, body);
  } else if (!isStream(body)) {
    throw new TypeError(`${BODY}; JSON.stringify makes text of an object`);
  } else if (exchange.head.method === 'HEAD') {
    // Its answer is a head: nothing is made of content that may have no end.
    exchange.respondHead(status, fields);
    exchange.finish();
    body[Symbol.asyncIterator]?.().return?.().catch(report);
  } else {
    exchange.respondHead(status, fields);
    stream(exchange, request, body, noTrailers, report);
  }
}

/** Sends content so that fields can follow it: not by a length. */
function answerWithTrailers(
  exchange: Exchange,
  request: ExchangeRequest,
  status: number,
  fields: OutgoingFields,
  body: AnswerBody,
  trailers: Trailers,
  report: Report,
): void {
  const section = trailerSection(trailers);
  if (typeof body === 'object' && body !== null && !(body instanceof Uint8Array)) {
    if (!isStream(body)) throw new TypeError(`${BODY}; JSON.stringify makes text of an object`);
    exchange.respondHead(status, fields, true);
    stream(exchange, request, body, section, report);
    return;
  }
  // Before anything is sent: what it throws can still be answered with 500.
  const lines = section();
  exchange.respondHead(status, fields, true);
  if (body !== undefined && body !== null) exchange.write(body);
  exchange.finish(lines);
}

const noTrailers = (): readonly FieldLine[] => [];

const BODY =
  'the body of an answer must be a string, a Uint8Array, or a stream or async iterable of these';

function isStream(body: object): boolean {
  return typeof body === 'object' && (Symbol.asyncIterator in body || 'getReader' in body);
}

/**
 * Most answers are plain objects, and are known by that: naming `Response` makes Node load all that
 * belongs to fetch, and is slow ever after.
 */
function isResponse(answer: Answer | Response): answer is Response {
  return Object.getPrototypeOf(answer) !== Object.prototype && answer instanceof Response;
}

/** The fields of an answer, with a type for text that has none. */
function fieldsFor({ headers, body }: Answer): OutgoingFields {
  if (typeof body !== 'string') return headers ?? NO_HEADERS;
  if (headers === undefined) return PLAIN_TEXT;
  const lines = fieldLines(headers);
  const hasType = lines.some(([name]) => name.toLowerCase() === 'content-type');
  return hasType ? lines : [...lines, ['content-type', 'text/plain; charset=utf-8']];
}

function stream(
  exchange: Exchange,
  request: ExchangeRequest,
  body: AsyncIterable<string | Uint8Array>,
  trailers: () => readonly FieldLine[],
  report: Report,
): void {
  pass(exchange, request, body, trailers).catch((error: unknown) => {
    if (!request.isOfPeer(error)) report(error);
    exchange.abort();
  });
}

/** Passes the pieces on as they come. */
async function pass(
  exchange: Exchange,
  request: ExchangeRequest,
  body: AsyncIterable<string | Uint8Array>,
  trailers: () => readonly FieldLine[],
): Promise<void> {
  for await (const piece of piecesOf(body, request)) {
    if (request.isAborted) return;
    if (typeof piece !== 'string' && !(piece instanceof Uint8Array)) throw new TypeError(BODY);
    if (!exchange.write(piece)) await request.drain();
    if (request.isAborted) return;
  }
  exchange.finish(trailers());
}
