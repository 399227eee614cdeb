import { eventStreamDecoder } from '../event-stream/event-stream-decoder.ts';
import { type TransportOptions, transportTo } from './dial.ts';
import { type EventHandler, EventHandlers } from './event-handlers.ts';
import { EventSourceRequest, type EventSourceRequestListener } from './event-source-request.ts';
import { ErrorEvent } from './websocket-events.ts';

/** What an {@link EventSource} can be told besides its URL. */
export interface EventSourceInit extends TransportOptions {
  /** Remembered, and nothing else: outside of a browser there are no cookies to send. */
  readonly withCredentials?: boolean | undefined;
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
  readonly #transport: TransportOptions;
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
   *   not `http:` or `https:`.
   */
  constructor(url: string | URL, { withCredentials = false, tls }: EventSourceInit = {}) {
    super();
    const parsed = parsedUrl(url);
    this.#transport = { tls };
    this.url = parsed.href;
    this.withCredentials = Boolean(withCredentials);
    this.#connect(parsed);
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
  get onmessage(): EventHandler<EventSource, MessageEvent<string>> {
    return this.#handlers.get('message');
  }

  /** Takes the place of the one before; `null` takes it away. */
  set onmessage(handler: EventHandler<EventSource, MessageEvent<string>>) {
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
    this.#readyState = EventSource.CLOSED;
    this.#request?.abort();
    clearTimeout(this.#timer);
  }

  #connect(url: URL, redirects = 0): void {
    const listener: EventSourceRequestListener = {
      accepted: () => this.#announce(),
      octets: this.#interpreter(url.origin),
      ended: (reason) => this.#reestablish(reason),
      refused: (reason) => this.#fail(reason),
      redirected: (location) => this.#redirect(location, redirects + 1),
    };
    const transport = transportTo(url, this.#transport, new URL(this.url));
    this.#request = new EventSourceRequest(url, this.#lastEventId, transport, listener);
  }

  #redirect(location: URL, redirects: number): void {
    if (redirects > MAX_REDIRECTS) this.#fail(new Error('too many redirects'));
    else if (!isHttp(location)) this.#fail(unsupported(location));
    else this.#connect(location, redirects);
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
    this.#timer = setTimeout(() => this.#connect(new URL(this.url)), this.#delay());
    this.#failures++;
  }

  /** "Fail the connection". @see HTML §9.2.3 */
  #fail(reason: Error): void {
    this.#readyState = EventSource.CLOSED;
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
