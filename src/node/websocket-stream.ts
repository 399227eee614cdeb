import { type MessageStreams, messageStreams } from '../hub/message-streams.ts';
import { ClientSession, type ClientSessionListener } from './client-session.ts';
import { termsOf, type WebSocketInit } from './websocket-options.ts';
import { syntaxError, webSocketUrl } from './websocket-url.ts';

/** What a {@link WebSocketStream} can be told besides its URL. */
export interface WebSocketStreamInit extends WebSocketInit {
  /** The subprotocols to ask for, the best liked first. */
  readonly protocols?: readonly string[] | undefined;
}

/** A connection that is open. */
export interface WebSocketConnection extends MessageStreams {
  /** The subprotocol that the server has chosen, or the empty string. */
  readonly protocol: string;
  /** The extensions agreed on, as the server said them. */
  readonly extensions: string;
}

/** How a connection was closed, or is to be. */
export interface WebSocketCloseInfo {
  readonly closeCode?: number | undefined;
  readonly reason?: string | undefined;
}

/**
 * A WebSocket client by Web Streams, with backpressure both ways, in the form that Chromium has.
 */
export class WebSocketStream {
  readonly url: string;
  /** Fulfilled when the connection is open; rejected when it can't be made. */
  readonly opened: Promise<WebSocketConnection>;
  /** Fulfilled with the server's code and reason once it is closed; rejected when it was not closed cleanly. */
  readonly closed: Promise<WebSocketCloseInfo>;
  readonly #session: ClientSession;

  /** Connects. Throws what the constructor of {@link WebSocket} does. */
  constructor(url: string | URL, { protocols = [], ...init }: WebSocketStreamInit = {}) {
    const parsed = webSocketUrl(`${url}`);
    this.url = parsed.href;
    const terms = { ...termsOf(init), protocols };
    const opened = deferred<WebSocketConnection>();
    const closed = deferred<WebSocketCloseInfo>();
    const listener: ClientSessionListener = {
      opened: (protocol, extensions) =>
        opened.resolve({ ...messageStreams(this.#session), protocol, extensions }),
      message() {},
      closing() {},
      closed(closeCode, reason, error) {
        const failure = error ?? new Error('the connection was cut');
        opened.reject(failure);
        if (closeCode === 1006) closed.reject(failure);
        else closed.resolve({ closeCode, reason });
      },
    };
    this.opened = opened.promise;
    this.closed = closed.promise;
    // Both tell the same: who listens to one need not listen to the other.
    this.opened.catch(() => {});
    this.closed.catch(() => {});
    try {
      this.#session = new ClientSession(parsed, terms, listener);
    } catch (error) {
      throw syntaxError((error as Error).message);
    }
  }

  /**
   * Begins the closing handshake, or gives up connecting.
   *
   * @throws RangeError when the code may not be sent, or the reason is too long.
   */
  close({ closeCode, reason = '' }: WebSocketCloseInfo = {}): void {
    this.#session.closeWith(closeCode, reason);
  }
}

/** A promise, and what settles it. */
function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((...settle) => {
    [resolve, reject] = settle;
  });
  return { promise, resolve, reject };
}
