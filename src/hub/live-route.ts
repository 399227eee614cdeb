import type { Log } from '../channel/index.ts';
import type { CompressionOptions, CompressionTerms } from '../websocket/permessage-deflate.ts';
import type { AllowList } from './admission.ts';
import type { Deadlines } from './deadlines.ts';
import type { Report } from './http-route.ts';
import { type KnownMembers, requireFunction, requireRoute } from './known-options.ts';
import type { Limits } from './limits.ts';
import type { Session, SessionHandlers, SessionTerms } from './live-session.ts';
import type { Sessions } from './live-sessions.ts';
import type { LiveTransport } from './live-transport.ts';
import type { CompressedMessageFormats } from './message-format.ts';
import type { Request } from './request.ts';
import type { Refusal } from './websocket-route.ts';

/** What `authorize` returns to let a client in. */
export interface LiveAdmission<Data> {
  /** The channels that the client may read. */
  readonly channels: Iterable<string>;
  /** Whom the session belongs to: with another identity, or none, it can't be taken up again. */
  readonly identity?: string | undefined;
  /** Becomes `session.data`. */
  readonly data?: Data | undefined;
  /** Until when this holds, as a date or its milliseconds. The client then comes back and is judged anew. */
  readonly expires?: Date | number | undefined;
}

/** Decides who may come in, and what they may read. Asked for each request of a client. */
export type LiveAuthorize<Data> = (
  request: Request,
) => LiveAdmission<Data> | Refusal | Promise<LiveAdmission<Data> | Refusal>;

/**
 * What a live route does with its sessions: one object for all of them.
 *
 * A handler that throws, or whose promise rejects, closes the connection it was called for and is
 * reported to `onError`.
 */
export interface LiveHandlers<Data = undefined> extends SessionHandlers<Data> {
  /** Called for each request, before anything is held for it. */
  readonly authorize: LiveAuthorize<Data>;
}

/** The options of a live route. */
export interface LiveOptions {
  /** Origins whose pages may connect besides the server's own, `'*'` for all. Default: the hub's. */
  readonly origins?: AllowList | undefined;
  /**
   * The transports that clients may choose. Default: all but `jsonp` and `forever-frame`, which no
   * browser of this century needs and every page can use.
   */
  readonly transports?: readonly LiveTransport[] | undefined;
  /** Milliseconds after which a record is sent in any case. 0: never. Default: the hub's. */
  readonly heartbeat?: number | undefined;
  /** What becomes of a client that lacks more than `limits.behind`: it reads on from the log (the default), or is closed. */
  readonly slow?: 'read-on' | 'close' | undefined;
  /**
   * Compresses records for WebSockets whose clients offer permessage-deflate (RFC 7692), each record once
   * for all of them: none refers to another. Leave it off where a record holds a secret beside what
   * others have written. Default `false`.
   */
  readonly compression?: boolean | CompressionOptions | undefined;
}

const MEMBERS: KnownMembers<LiveHandlers, LiveOptions> = {
  handlers: { authorize: true, open: true, message: true, close: true },
  options: { origins: true, transports: true, heartbeat: true, slow: true, compression: true },
};

/** @throws TypeError when a route lacks form or `authorize`, or has a name misspelt. */
export function requireLiveRoute<Data>(
  path: string,
  route: LiveHandlers<Data> & LiveOptions,
): void {
  const what = `the live route ${path}`;
  requireRoute(what, route, MEMBERS);
  requireFunction(`authorize of ${what}`, route.authorize);
}

/** A live route as the hub keeps it. */
export interface LiveRoute {
  readonly authorize: LiveAuthorize<unknown>;
  readonly session: SessionTerms;
  readonly origins: AllowList;
  readonly transports: ReadonlySet<LiveTransport>;
  readonly heartbeat: number;
  readonly closesSlow: boolean;
  /** How records are compressed for WebSockets that offer it, if they are. */
  readonly compression: LiveCompression | undefined;
  readonly terms: LiveTerms;
}

/** How the records of a live route are compressed. */
export interface LiveCompression {
  readonly terms: CompressionTerms;
  readonly formats: CompressedMessageFormats;
}

/** What the live routes of a hub have in common. */
export interface LiveTerms {
  readonly limits: Limits;
  readonly log: Log;
  readonly sessions: Sessions;
  readonly deadlines: Deadlines;
  readonly report: Report;
  /** A number from 0 up to 1. */
  readonly random: () => number;
  /** 128 bits that nobody can guess, in letters that are safe in a URL. */
  readonly token: () => string;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** In how many milliseconds to come back to a server that is going away; nothing while it is not. */
  readonly retryAfterDrain: () => number | undefined;
  /** A connection or request of a session is over. */
  readonly release: (session: Session) => void;
}
