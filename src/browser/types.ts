/**
 * What the client is asked for, what it gives, and what comes over the wire.
 *
 * @module
 */

/** One entry of a channel, or of the session's inbox, whose channel is `''`. */
export interface Entry<T = unknown> {
  readonly id: string;
  readonly channel: string;
  readonly data: T;
}

/** Entries are missing that the server no longer holds: load afresh what they would have changed. */
export interface Gap {
  /** The channels of which entries are missing; `''` is the session's inbox. */
  readonly channels: readonly string[];
  /** Up to where nothing can be said. What follows comes after it. */
  readonly cursor: string;
}

/**
 * `connecting`: an attempt is under way. `open`: entries come as they are published; it stays so from
 * one round or poll to the next. `waiting`: until the next attempt. `closed`: for good.
 */
export type ConnectionState = 'connecting' | 'open' | 'waiting' | 'closed';

/** The transports that `connect` has by itself. */
export type TransportName = 'websocket' | 'event-stream' | 'stream' | 'long-poll';

/** Something, or how to get it anew for each request. */
export type Provider<T> = T | (() => T | Promise<T>);

/** What `connect` can be asked for. */
export interface ConnectOptions<T = unknown> {
  /**
   * The channels to read. Without it, all those that the server allows are read, and
   * `subscribe` has nothing to add.
   */
  readonly channels?: readonly string[] | undefined;
  /** From where to read: what comes after this cursor. Without it, from now on. */
  readonly cursor?: string | undefined;
  /**
   * Which transports to try, in this order: unless given, the four that it has. Others, such as those of
   * `encke/browser/fallbacks`, are given themselves.
   */
  readonly transports?: readonly (TransportName | Transport)[] | undefined;
  /**
   * A token, asked for anew for each request: `Authorization: Bearer` where fields can be sent, the
   * parameter `token` of the URL where not (WebSocket, JSONP, forever frame).
   */
  readonly token?: Provider<string> | undefined;
  /** Further fields of those requests that can have some, asked for anew for each. */
  readonly headers?: Provider<Record<string, string>> | undefined;
  /** Whether `fetch` sends cookies to another origin: `include`. */
  readonly credentials?: 'include' | 'omit' | 'same-origin' | undefined;
  /** How many milliseconds a transport has to deliver its first record: 1,500 unless given. */
  readonly patience?: number | undefined;
  /**
   * How many milliseconds to wait after so many failures in a row (0: it worked before). Unless given,
   * anything up to a second, doubled with each failure up to half a minute.
   */
  readonly backoff?: ((failures: number) => number) | undefined;
  /** Called with each entry, in order. */
  readonly onentry?: ((entry: Entry<T>) => void) | undefined;
  /** Called when entries are missing that can't be had any more. */
  readonly ongap?: ((gap: Gap) => void) | undefined;
  /** Called with the new state, and with what the last connection ended by. */
  readonly onstate?: ((state: ConnectionState, reason: string) => void) | undefined;
  /**
   * Called once, when it is closed for good: with an error when the server refuses this client or has
   * closed its session, without one after `close`.
   */
  readonly onclose?: ((error: ConnectError | undefined) => void) | undefined;
  /** What to take the place of parts of the platform. */
  readonly platform?: Partial<Platform> | undefined;
}

/**
 * A connection to the server that outlives every transport it uses.
 *
 * Iterated over, it gives each entry that comes from then on, until it is closed; an iteration ends by
 * throwing when the connection ends by an error. To leave an iteration leaves the connection open.
 */
export interface Connection<T = unknown> extends AsyncIterable<Entry<T>> {
  readonly state: ConnectionState;
  /** The name of the transport that delivers, or did last. */
  readonly transport: string | undefined;
  /** Up to where everything was delivered, or told to be missing. */
  readonly cursor: string | undefined;
  /** The server's name for this client's session. */
  readonly session: string | undefined;
  /**
   * Sends a message to the server, once it can be sent.
   *
   * Within a session it arrives exactly once and in order, whatever is cut meanwhile. When the session
   * is lost, what was not acknowledged is sent again in the next one: the server may see it twice.
   *
   * @returns its number within the session, once the server has acknowledged it; rejects when the
   *   server refuses it, when it can't be written as JSON, when the connection is closed, and with the
   *   status 409 when it has come to servers alone that know no session of this client.
   */
  send(data: unknown): Promise<number>;
  /** Reads a further channel, from the cursor on. */
  subscribe(channel: string): void;
  /**
   * Reads a channel no longer.
   *
   * @throws TypeError when the connection was asked for no channels, and so reads all.
   */
  unsubscribe(channel: string): void;
  /** Ends the connection and the session. What was not acknowledged may or may not have arrived. */
  close(): void;
}

/** Why a connection was ended for good, or a message was refused. */
export interface ConnectError extends Error {
  /** The server's status: 401, 403, 413, 415, … */
  readonly status?: number | undefined;
}

/** The parts of the platform that the client uses. */
export interface Platform {
  /** Makes requests, and can be aborted. */
  readonly fetch: typeof fetch;
  /** What connects, if anything does. */
  readonly WebSocket: typeof WebSocket | undefined;
  /** Calls back later; gives what names the timer. */
  readonly setTimeout: (callback: () => void, milliseconds: number) => unknown;
  /** Takes a timer back, if there is one of that name. */
  readonly clearTimeout: (timer: never) => void;
  /** Milliseconds since any moment, which go on while the page is frozen. */
  readonly now: () => number;
  /** A number from 0 up to 1. */
  readonly random: () => number;
  /** What the URL is relative to. */
  readonly base: string | undefined;
  /** Fires `online`, and `resume` or `pageshow` when a page comes back. */
  readonly events: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>;
  /** Whether there is a network at all. */
  readonly isOnline: () => boolean;
  /** Remembers which transport works for an address, when given one; gives what it remembers. */
  readonly memory: (key: string, name?: string) => string | null | undefined;
}

/** One connection, or one round, as a transport sees it. */
export interface Attempt {
  readonly url: string;
  readonly init: RequestInit;
  readonly platform: Platform;
  /** Takes one record or an array of them, as JSON or as the values. */
  readonly receive: (records: unknown) => void;
  /** Takes, once, that nothing more comes. */
  readonly ended: (failure?: Failure) => void;
}

/** What is known of an end that was not told by `bye`. */
export interface Failure {
  /** The status of an answer that is no success, or that a refusal told of; 413: a message was too large. */
  readonly status?: number | undefined;
  /** What the server says to it. */
  readonly text?: string;
  /** How many milliseconds the server wants to be left alone. */
  readonly retryAfter?: number;
}

/** One connection that is under way. */
export interface Link {
  /** Lets go of it: nothing is heard of it any more. */
  close(): void;
  /** Sends one message, if messages can go the same way. */
  send?(json: string): void;
}

/** A way to read. */
export interface Transport {
  readonly name: string;
  /** Whether the answer comes as a whole, so that nothing is heard while it is held. */
  readonly isPoll?: boolean;
  /** Whether header fields can be sent, and statuses seen. */
  readonly isFetch?: boolean;
  /** Begins a connection, or a round. It tells nothing before it has returned. */
  open(attempt: Attempt): Link;
}

/** A record, as the wire has it: one of these members tells which it is. */
export interface LiveRecord {
  readonly ready?: {
    readonly session: string;
    readonly cursor: string;
    readonly recovery: 'new' | 'full' | 'gap';
    readonly gaps: readonly string[];
    readonly heartbeat: number;
  };
  readonly id?: string;
  readonly channel?: string;
  readonly data?: unknown;
  readonly gap?: readonly string[];
  readonly cursor?: string;
  readonly ack?: number;
  readonly bye?: {
    readonly reason: string;
    readonly retry?: number;
    readonly status?: number;
    readonly expected?: number;
  };
}
