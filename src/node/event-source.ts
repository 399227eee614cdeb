import { eventStreamDecoder } from '../event-stream/event-stream-decoder.ts';
import type { OutgoingFields } from '../http1/outgoing-fields.ts';
import { type NamesOf, requireOptions } from '../hub/known-options.ts';
import { eventStreamFields, optionalDial, optionalSignal } from './client-terms.ts';
import { type TransportOptions, transportTo } from './dial.ts';
import { type EventHandler, EventHandlers } from './event-handlers.ts';
import {
  EventSourceRequest,
  type EventSourceRequestListener,
  type EventSourceTerms,
} from './event-source-request.ts';
import { ErrorEvent } from './websocket-events.ts';

/** What an {@link EventSource} can be told besides its URL. */
export interface EventSourceInit extends TransportOptions {
  /**
   * Further fields of each request, such as `Authorization` or `Cookie`. Another origin that a server
   * redirects to gets none of them.
   */
  readonly headers?: OutgoingFields | undefined;
  /** Closes it, as `close()` does, when it is aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Remembered, and nothing else: outside of a browser there are no cookies to send. */
  readonly withCredentials?: boolean | undefined;
}

const OPTIONS: NamesOf<EventSourceInit> = {
  dial: true,
  headers: true,
  signal: true,
  tls: true,
  withCredentials: true,
};

/** A `MessageEvent` of an event stream: its data is text. */
// Named here, since MessageEvent takes a parameter in a page's types, and none in Node's.
export interface TextMessageEvent extends MessageEvent {
  readonly data: string;
}

/** How long to wait before coming back, in milliseconds, until the server says something else. */
const RECONNECTION_TIME = 3_000;

/** While attempts fail one after the other, no more than this is waited in addition. */
const MAX_BACKOFF = 30_000;

/** What the additional wait grows from, at least. */
const MIN_BACKOFF = 100;

/** The longest delay of a timer. */
const MAX_DELAY = 2 ** 31 - 1;

/** As many as the Fetch standard follows. */
const MAX_REDIRECTS = 20;

/**
 * A client of event streams with the interface that browsers have.
 *
 * The events of the type `error` say what is wrong in their `error` and `message`; when the client
 * comes back, `readyState` is `CONNECTING`, and when it has given up, `CLOSED`.
 *
 * @see {@link https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface | HTML §9.2.2}
 */
export class EventSource extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSED = 2;

  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSED = 2;

  readonly url: string;
  readonly withCredentials: boolean;
  readonly #handlers = new EventHandlers<EventSource>(this);
  readonly #terms: EventSourceTerms;
  readonly #signal: AbortSignal | undefined;
  #readyState: 0 | 1 | 2 = EventSource.CONNECTING;
  #lastEventId = '';
  #reconnectionTime = RECONNECTION_TIME;
  /** How many attempts have failed since the last that was accepted. */
  #failures = 0;
  #request: EventSourceRequest | undefined;
  #timer: NodeJS.Timeout | undefined;

  /**
   * Connects.
   *
   * @throws DOMException `SyntaxError` when the URL is none, `NotSupportedError` when its scheme is
   *   not `http:` or `https:`; TypeError for fields that can't be sent, and a signal that is none.
   */
  constructor(url: string | URL, init: EventSourceInit = {}) {
    super();
    requireOptions('an EventSource', init, OPTIONS);
    const { withCredentials = false, dial, headers, signal, tls } = init;
    const parsed = parsedUrl(url);
    const transport = { dial: optionalDial(dial), tls };
    this.#terms = { fields: eventStreamFields(headers), transport };
    this.#signal = optionalSignal(signal);
    this.url = parsed.href;
    this.withCredentials = Boolean(withCredentials);
    this.#signal?.addEventListener('abort', this.#aborted);
    if (this.#signal?.aborted) this.close();
    else this.#connect(parsed, this.#terms);
  }

  /** Called each time that the connection is open. */
  get onopen(): EventHandler<EventSource, Event> {
    return this.#handlers.get('open');
  }

  /** Takes the place of the one before; `null` takes it away. */
  set onopen(handler: EventHandler<EventSource, Event>) {
    this.#handlers.set('open', handler);
  }

  /** Called for each event without a type of its own. */
  get onmessage(): EventHandler<EventSource, TextMessageEvent> {
    return this.#handlers.get('message');
  }

  /** Takes the place of the one before; `null` takes it away. */
  set onmessage(handler: EventHandler<EventSource, TextMessageEvent>) {
    this.#handlers.set('message', handler);
  }

  /** Called when the connection is lost or can't be made. */
  get onerror(): EventHandler<EventSource, ErrorEvent> {
    return this.#handlers.get('error');
  }

  /** Takes the place of the one before; `null` takes it away. */
  set onerror(handler: EventHandler<EventSource, ErrorEvent>) {
    this.#handlers.set('error', handler);
  }

  /** `CONNECTING`, `OPEN` or `CLOSED`. */
  get readyState(): 0 | 1 | 2 {
    return this.#readyState;
  }

  /** Gives the connection up and does not come back. */
  close(): void {
    this.#giveUp();
    this.#request?.abort();
    clearTimeout(this.#timer);
  }

  readonly #aborted = (): void => this.close();

  #giveUp(): void {
    this.#readyState = EventSource.CLOSED;
    this.#signal?.removeEventListener('abort', this.#aborted);
  }

  #connect(url: URL, terms: EventSourceTerms, redirects = 0): void {
    const listener: EventSourceRequestListener = {
      accepted: () => this.#announce(),
      octets: this.#interpreter(url.origin),
      ended: (reason) => this.#reestablish(reason),
      refused: (reason) => this.#fail(reason),
      redirected: (location) => {
        if (redirects === MAX_REDIRECTS) this.#fail(new Error('too many redirects'));
        else if (!isHttp(location)) this.#fail(unsupported(location));
        else this.#connect(location, termsAt(location, terms, url), redirects + 1);
      },
    };
    this.#request = new EventSourceRequest(url, this.#lastEventId, terms, listener);
  }

  /** What takes the octets of one response. */
  #interpreter(origin: string): (octets: Uint8Array) => void {
    const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
    const decode = eventStreamDecoder(
      {
        event: (type, data, lastEventId) =>
          this.#fire(new MessageEvent(type, { data, origin, lastEventId })),
        lastEventId: (lastEventId) => {
          this.#lastEventId = lastEventId;
        },
        reconnectionTime: (milliseconds) => {
          this.#reconnectionTime = milliseconds;
        },
      },
      { lastEventId: this.#lastEventId },
    );
    return (octets) => {
      try {
        decode(utf8.decode(octets, { stream: true }));
      } catch (error) {
        this.#request?.abort();
        this.#fail(error as Error);
      }
    };
  }

  /** "Announce the connection". @see HTML §9.2.3 */
  #announce(): void {
    this.#failures = 0;
    this.#readyState = EventSource.OPEN;
    this.#fire(new Event('open'));
  }

  /** "Reestablish the connection". @see HTML §9.2.3 */
  #reestablish(reason: Error): void {
    this.#readyState = EventSource.CONNECTING;
    this.#fire(new ErrorEvent('error', reason));
    if (this.#readyState !== EventSource.CONNECTING) return;
    this.#timer = setTimeout(() => this.#connect(new URL(this.url), this.#terms), this.#delay());
    this.#failures++;
  }

  /** "Fail the connection". @see HTML §9.2.3 */
  #fail(reason: Error): void {
    this.#giveUp();
    this.dispatchEvent(new ErrorEvent('error', reason));
  }

  /** The reconnection time, and more of it the more attempts have failed, though not for all alike. */
  #delay(): number {
    const growing = Math.max(this.#reconnectionTime, MIN_BACKOFF) * (2 ** this.#failures - 1);
    const delay = this.#reconnectionTime + Math.min(growing, MAX_BACKOFF) * Math.random();
    return Math.min(delay, MAX_DELAY);
  }

  /** A handler may have closed the source while more events were there. */
  #fire(event: Event): void {
    if (this.#readyState !== EventSource.CLOSED) this.dispatchEvent(event);
  }
}

/** The terms for `url`, where those for `from` are `terms`: credentials are for an origin alone. */
function termsAt(url: URL, terms: EventSourceTerms, from: URL): EventSourceTerms {
  const fields = url.origin === from.origin ? terms.fields : [];
  return { fields, transport: transportTo(url, terms.transport, from) };
}

function parsedUrl(given: string | URL): URL {
  if (!URL.canParse(String(given))) {
    throw new DOMException(`not a URL: ${given}`, 'SyntaxError');
  }
  const url = new URL(String(given));
  if (!isHttp(url)) throw unsupported(url);
  return url;
}

function isHttp({ protocol }: URL): boolean {
  return protocol === 'http:' || protocol === 'https:';
}

function unsupported({ protocol }: URL): DOMException {
  return new DOMException(`the scheme ${protocol} is not supported`, 'NotSupportedError');
}
