import {
  type ByeDetails,
  type ByeReason,
  byeRecord,
  eventStreamFormat,
  foreverFrameFormat,
  isCallback,
  jsonpFormat,
  longPollFormat,
  type StreamingFormat,
  streamFormat,
  type WholeFormat,
} from '../comet/index.ts';
import type { OutgoingFields } from '../http1/outgoing-fields.ts';
import type { OriginDecision } from './admission.ts';
import { corsFields } from './cors.ts';
import type { Exchange } from './exchange.ts';
import { fieldLines } from './field-lines.ts';
import { type Answer, answerWith, type Report, refuse } from './http-route.ts';
import type { LiveTransport } from './live-transport.ts';
import type { LiveQuery } from './query.ts';
import type { ExchangeRequest } from './request.ts';
import type { Refusal } from './websocket-route.ts';

/**
 * What every answer says: nobody on the way is to keep it, hold it back, or take it for something
 * else. (Compressing middleware holds events back; so does nginx; so does Chromium while it guesses
 * a type.)
 */
const COMMON = {
  'cache-control': 'no-store, no-transform',
  'x-content-type-options': 'nosniff',
  'x-accel-buffering': 'no',
};

/** A format of a transport over HTTP. */
export type HttpFormat = StreamingFormat | WholeFormat;

/** Answers one request to a live route, so that whoever asked can make something of it. */
export class LiveAnswer {
  readonly #exchange: Exchange;
  readonly #origin: OriginDecision;
  /** The element that the answer is meant for, which can read no status. */
  readonly #element: HttpFormat | undefined;
  readonly #isEventStream: boolean;
  readonly #isUpgrade: boolean;

  /**
   * @param transport - The one that was asked for, if it is switched on and this request would
   * receive by it.
   * @param nonce - Makes a nonce.
   */
  constructor(
    exchange: Exchange,
    origin: OriginDecision,
    query: LiveQuery,
    transport: LiveTransport | undefined,
    nonce: () => string,
  ) {
    this.#exchange = exchange;
    this.#origin = origin;
    this.#isEventStream = transport === 'event-stream';
    this.#isUpgrade = transport === 'websocket';
    if (transport === 'jsonp' && isCallback(query.callback ?? '')) {
      this.#element = jsonpFormat(query.callback!);
    } else if (transport === 'forever-frame') {
      this.#element = foreverFrameFormat(nonce(), origin.page);
    }
  }

  /** The format of a transport; nothing where JSONP has no callback that it could call. */
  formatOf(transport: LiveTransport): HttpFormat | undefined {
    switch (transport) {
      case 'event-stream':
        return eventStreamFormat;
      case 'stream':
        return streamFormat;
      case 'long-poll':
        return longPollFormat;
      default:
        return this.#element;
    }
  }

  /** The fields of an answer in a format. */
  fieldsOf(format: HttpFormat): OutgoingFields {
    const { origin, credentials } = this.#origin;
    let known = knownFields.get(format);
    if (known === undefined || known.origin !== origin || known.credentials !== credentials) {
      known = this.#makeFields(format);
      knownFields.set(format, known);
    }
    return known.fields;
  }

  /** The fields of an answer that is not the application's, but the door's. */
  get fieldsOfRefusal(): Readonly<Record<string, string>> {
    return { ...COMMON, ...Object.fromEntries(corsFields(this.#origin)) };
  }

  /** Answers that there is nothing, or something small. */
  respond(status: number, fields: OutgoingFields = {}, content?: string): void {
    this.#exchange.respond(status, this.#lines(fields), content);
  }

  /** Answers with JSON. */
  json(status: number, value: unknown, fields: OutgoingFields = {}): void {
    const lines = [...fieldLines(fields), ['content-type', 'application/json'] as const];
    this.respond(status, lines, JSON.stringify(value));
  }

  /** Refuses with a sentence. */
  refuse(status: number, why: string, fields: OutgoingFields = {}): void {
    if (!this.#tellElement('refused', 0, { status })) {
      refuse(this.#exchange, status, why, this.#lines(fields));
    }
  }

  /** Refuses as the application says. */
  refuseWith(refusal: Refusal, request: ExchangeRequest, report: Report): void {
    const { status, headers = {}, body } = refusal;
    if (this.#tellElement('refused', 0, { status })) return;
    const lines = fieldLines(headers);
    const fields = this.#isUpgrade
      ? [...lines.filter(([name]) => name.toLowerCase() !== 'connection'), CLOSE]
      : lines;
    const answer: Answer = { status, headers: this.#lines(fields), body };
    answerWith(this.#exchange, request, answer, report);
  }

  /**
   * Refuses for lack of room, because the server is going away, or because the session ended before
   * there was anything to tell. A plain `EventSource` would never
   * come back after any other status than 200.
   *
   * @param retry - In how many milliseconds to come back.
   */
  refuseForNow(reason: ByeReason, retry: number): void {
    if (this.#tellElement(reason, retry, { status: 503 })) return;
    if (this.#isEventStream) {
      const bye = eventStreamFormat.record(byeRecord(reason, retry), undefined, retry);
      this.#exchange.respond(200, this.fieldsOf(eventStreamFormat), bye);
      return;
    }
    const why = WHY_NOT_NOW[reason] ?? `The session has ended: ${reason}.`;
    refuse(this.#exchange, 503, why, this.#lines({ 'retry-after': `${Math.ceil(retry / 1_000)}` }));
  }

  /** Tells a script or iframe element, which sees nothing but what it runs. */
  #tellElement(reason: ByeReason, retry: number, details: ByeDetails): boolean {
    const format = this.#element;
    if (format === undefined) return false;
    const bye = byeRecord(reason, retry, details);
    const content =
      'answer' in format
        ? format.answer([bye])
        : Buffer.concat([format.prologue, format.record(bye, undefined, retry)]);
    this.#exchange.respond(200, this.fieldsOf(format), content);
    return true;
  }

  #makeFields(format: HttpFormat): KnownFields {
    const { origin, credentials } = this.#origin;
    const cors = Object.fromEntries(corsFields({ origin, credentials }));
    // Frozen: the head of an answer that can't have changed is not made anew.
    const fields = Object.freeze({ ...COMMON, ...format.fields, ...cors });
    return { origin, credentials, fields };
  }

  /** The fields given, with those of every answer. Who may read it was decided, and is not given. */
  #lines(fields: OutgoingFields): [name: string, value: string][] {
    const given = fieldLines(fields).filter(
      ([name]) => !name.toLowerCase().startsWith('access-control-allow-'),
    );
    const names = new Set(given.map(([name]) => name.toLowerCase()));
    const common = Object.entries(COMMON).filter(([name]) => !names.has(name));
    return [...common, ...corsFields(this.#origin).map(copy), ...given];
  }
}

function copy([name, value]: readonly [string, string]): [string, string] {
  return [name, value];
}

const WHY_NOT_NOW: Partial<Record<ByeReason, string>> = {
  full: 'The server has no room for one more.',
  draining: 'The server is going away.',
  round: 'The client ended the connection before the log had come as far as its cursor.',
};

const CLOSE: [string, string] = ['connection', 'close'];

/** The fields of answers to an origin's pages, or to who comes from nowhere. */
interface KnownFields extends Pick<OriginDecision, 'origin' | 'credentials'> {
  readonly fields: OutgoingFields;
}

/** Those of the last answer in each format: most pages of a server come from one origin. */
const knownFields = new WeakMap<HttpFormat, KnownFields>();
