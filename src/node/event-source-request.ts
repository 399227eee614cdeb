import type { Duplex } from 'node:stream';
import { ClientEndpoint, type ClientListener } from '../http1/client-endpoint.ts';
import { isFieldValue } from '../http1/field-values.ts';
import type { Fields } from '../http1/fields.ts';
import type { ResponseHead } from '../http1/response-head.ts';
import type { Tenant } from '../hub/carrier.ts';
import { DEFAULT_LIMITS } from '../hub/limits.ts';
import { CLIENT_GROUND } from './client-ground.ts';
import { Connection } from './connection.ts';
import { dial, type TransportOptions } from './dial.ts';

/** Who is told what becomes of a request for an event stream. All but the first two end it. */
export interface EventSourceRequestListener {
  /** The response is an event stream. */
  accepted(): void;
  /** Octets of it, valid only during the call. */
  octets(octets: Uint8Array): void;
  /** The response ended, or the network failed, for this reason: the stream can be asked for again. */
  ended(reason: Error): void;
  /** What is asked for is elsewhere. */
  redirected(location: URL): void;
  /** There is no event stream here, for this reason. */
  refused(reason: Error): void;
}

/**
 * How long it may take to reach the server, and then the server to begin its answer, in milliseconds: as
 * browsers have it.
 */
const RESPONSE_TIME = 300_000;

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

/** What a request for an event stream says, and how it gets to the server. */
export interface EventSourceTerms {
  /** Further fields of the request. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly transport: TransportOptions;
}

/**
 * One request for an event stream, on a connection of its own.
 *
 * @see {@link https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface | HTML §9.2.2}
 */
export class EventSourceRequest implements ClientListener, Tenant {
  readonly #listener: EventSourceRequestListener;
  readonly #url: URL;
  readonly #fields: readonly (readonly [name: string, value: string])[];
  readonly #dialling = new AbortController();
  #connection: Connection | undefined;
  #since = 0;
  #isAccepted = false;
  #isOver = false;

  constructor(
    url: URL,
    lastEventId: string,
    { fields, transport }: EventSourceTerms,
    listener: EventSourceRequestListener,
  ) {
    this.#listener = listener;
    this.#url = url;
    this.#fields = [...fieldsOf(url, lastEventId), ...fields];
    dial(url, transport, RESPONSE_TIME, this.#dialling.signal).then(
      (stream) => this.#dialled(stream),
      (error) => this.fault(error),
    );
  }

  /** Gives the request up. The listener is told nothing more. */
  abort(): void {
    this.#isOver = true;
    this.#dialling.abort();
    this.#connection?.destroy();
  }

  #dialled(stream: Duplex): void {
    if (this.#isOver) return;
    this.#connection = new Connection(stream, CLIENT_GROUND);
    this.#since = this.#connection.now;
    const limits = { ...DEFAULT_LIMITS, body: Number.POSITIVE_INFINITY };
    const endpoint = new ClientEndpoint(this, this.#connection.output, { limits });
    this.#connection.carry(endpoint, this);
    const { pathname, search } = this.#url;
    endpoint.request('GET', pathname + search, this.#fields);
  }

  // What the endpoint tells

  informational(): void {}

  response({ status, fields }: ResponseHead): void {
    const location = fields.get('location');
    if (REDIRECTS.includes(status) && location !== undefined) this.#redirect(location);
    else if (status !== 200) this.#refuse(`the server answered ${status}`);
    else this.#judge(fields);
  }

  content(octets: Uint8Array): void {
    if (!this.#isOver) this.#listener.octets(octets);
  }

  contentEnd(): void {
    this.fault(new Error('the server ended the stream'));
  }

  upgraded(): void {}

  fault(reason: Error): void {
    if (this.#isOver) return;
    this.abort();
    this.#listener.ended(reason);
  }

  // The connection below

  check(now: number): number {
    if (this.#isAccepted) return RESPONSE_TIME;
    const left = this.#since + RESPONSE_TIME - now;
    if (left <= 0) this.fault(new Error('the server did not answer'));
    return left;
  }

  drained(): void {}

  ended(): void {}

  leave(): void {}

  gone(): void {
    this.fault(new Error('the connection was cut'));
  }

  #redirect(location: string): void {
    if (!URL.canParse(location, this.#url)) {
      this.#refuse(`the server answered with an invalid location: ${location}`);
      return;
    }
    this.abort();
    this.#listener.redirected(new URL(location, this.#url));
  }

  #judge(fields: Fields): void {
    const type = fields.all('content-type').at(-1) ?? '';
    const coding = fields.get('content-encoding') ?? 'identity';
    if (essenceOf(type) !== 'text/event-stream') {
      this.#refuse(`the server answered with the type ${JSON.stringify(type)}`);
    } else if (coding.toLowerCase() !== 'identity') {
      this.#refuse(`the server used the content coding ${coding}, which was not asked for`);
    } else {
      this.#isAccepted = true;
      this.#listener.accepted();
    }
  }

  #refuse(reason: string): void {
    this.abort();
    this.#listener.refused(new Error(reason));
  }
}

/** A MIME type without its parameters. */
function essenceOf(type: string): string {
  return type.split(';', 1)[0]!.trim().toLowerCase();
}

/**
 * An ID that no field can carry, since it has a control character in it, is not sent: the format lets
 * a server say it, but HTTP does not let a client repeat it.
 */
function fieldsOf({ host }: URL, lastEventId: string): [name: string, value: string][] {
  const fields: [string, string][] = [
    ['Host', host],
    ['Accept', 'text/event-stream'],
    ['Cache-Control', 'no-cache'],
  ];
  const octets = Buffer.from(lastEventId).toString('latin1');
  const value = octets.replace(/^[ \t]+|[ \t]+$/g, '');
  if (value !== '' && isFieldValue(value)) fields.push(['Last-Event-ID', value]);
  return fields;
}
