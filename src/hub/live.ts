import type { Log } from '../channel/index.ts';
import {
  type CompressionOptions,
  compressionTerms,
  optionsOf,
} from '../websocket/permessage-deflate.ts';
import type { AllowList } from './admission.ts';
import type {
  LiveCompression,
  LiveHandlers,
  LiveOptions,
  LiveRoute,
  LiveTerms,
} from './live-route.ts';
import type { Session, SessionHandlers } from './live-session.ts';
import { Sessions } from './live-sessions.ts';
import type { LiveTransport } from './live-transport.ts';
import { CompressedMessageFormats } from './message-format.ts';
import { requireHeartbeat, requireOrigins } from './options.ts';
import { HTTP_TRANSPORTS } from './query.ts';

/** Those that a route speaks unless it is told otherwise. */
const TRANSPORTS: readonly LiveTransport[] = ['websocket', 'event-stream', 'stream', 'long-poll'];

const KNOWN: ReadonlySet<string> = new Set(['websocket', ...HTTP_TRANSPORTS]);

/** What is given to the live routes of a hub. */
export type LiveGround = Omit<LiveTerms, 'sessions' | 'retryAfterDrain' | 'release'>;

/** The live routes of a hub: its sessions, and how they end. */
export class Live {
  readonly log: Log;
  readonly #terms: LiveTerms;
  /** Milliseconds over which clients are asked to come back; nothing while the hub is not closing. */
  #window: number | undefined;

  constructor(ground: LiveGround) {
    const sessions = new Sessions(ground.limits, () => ground.deadlines.now);
    this.log = ground.log;
    this.#terms = {
      ...ground,
      sessions,
      retryAfterDrain: () => this.#retry(),
      release: (session) => release(session, sessions),
    };
  }

  /**
   * A route.
   *
   * @throws TypeError when a transport is none, RangeError for options of compression that there are not.
   */
  route(
    handlers: LiveHandlers<unknown> & LiveOptions,
    origins: AllowList,
    heartbeat: number,
  ): LiveRoute {
    const transports = requireTransports(handlers.transports ?? TRANSPORTS);
    const { slow = 'read-on' } = handlers;
    if (slow !== 'read-on' && slow !== 'close') {
      throw new TypeError(`slow is 'read-on' or 'close': ${JSON.stringify(slow)}`);
    }
    const { sessions, report } = this.#terms;
    return {
      authorize: (request) => handlers.authorize(request),
      session: {
        handlers: handlers as SessionHandlers<unknown>,
        report,
        ended: (session) => sessions.remove(session),
      },
      origins: requireOrigins(handlers.origins ?? origins),
      transports,
      heartbeat: requireHeartbeat(handlers.heartbeat ?? heartbeat),
      closesSlow: slow === 'close',
      compression: liveCompression(handlers.compression ?? false),
      terms: this.#terms,
    };
  }

  /** Does what is due. To be called about once a second. */
  expire(): void {
    this.log.expire();
    this.#terms.sessions.expire();
  }

  /** Ends every session; its client is asked to come back at some time in the window. */
  drain(window: number): void {
    this.#window = window;
    for (const session of this.#terms.sessions) {
      session.endWith({ by: 'server', reason: 'draining' }, this.#retry());
    }
  }

  #retry(): number | undefined {
    if (this.#window === undefined) return undefined;
    return Math.round(this.#window * this.#terms.random());
  }
}

function requireTransports(given: readonly LiveTransport[]): ReadonlySet<LiveTransport> {
  if (!Array.isArray(given)) throw new TypeError(`transports is a list: ${JSON.stringify(given)}`);
  const unknown = given.find((transport) => !KNOWN.has(transport));
  if (unknown === undefined) return new Set(given);
  throw new TypeError(`there is no transport ${unknown}: there are ${[...KNOWN].join(', ')}`);
}

/** A session that nobody was told of has never been. */
function release(session: Session, sessions: Sessions): void {
  sessions.release(session);
  if (session.uses === 0 && !session.wasOpened) {
    session.endWith({ by: 'client', reason: 'closed' });
  }
}

/**
 * Records stand for themselves, whatever the options say, so that all sockets can share them; and a
 * client's messages do unless the options say otherwise, so that a socket keeps nothing.
 */
function liveCompression(given: boolean | CompressionOptions): LiveCompression | undefined {
  if (given === false) return undefined;
  const alone = {
    clientNoContextTakeover: true,
    ...optionsOf(given),
    serverNoContextTakeover: true,
  };
  const terms = compressionTerms(alone, 'server');
  return { terms, formats: new CompressedMessageFormats(terms.threshold) };
}
