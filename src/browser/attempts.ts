import { connectError, isFinal, isTrouble } from './connect-error.ts';
import type { Ladder } from './ladder.ts';
import type {
  Attempt,
  ConnectError,
  ConnectionState,
  Failure,
  Link,
  LiveRecord,
  Platform,
  Transport,
} from './types.ts';
import { type Watchdog, watch } from './watchdog.ts';

/** What the attempts belong to. */
export interface AttemptsHost {
  readonly platform: Platform;
  readonly ladder: Ladder;
  /** How many milliseconds a transport has for its first record while there are others to try. */
  readonly patience: number;
  readonly backoff: (failures: number) => number;
  /** What to ask for; `wait` is how many seconds a poll may be held. */
  request(transport: Transport, wait: number): Promise<Pick<Attempt, 'url' | 'init'>>;
  become(state: ConnectionState, reason: string): void;
  /** A connection is under way. */
  opened(): void;
  take(record: LiveRecord): void;
  /** A message that was sent is larger than any may be. */
  tooLarge(): void;
  finish(error: ConnectError): void;
}

/** One attempt after the other, of which one at most is under way. */
export interface Attempts {
  /** The connection that is under way, if there is one. */
  readonly link: Link | undefined;
  /** Whether it has told that it is ready. */
  readonly isReady: boolean;
  /** What the current or the last attempt uses. */
  readonly transport: Transport | undefined;
  /**
   * Makes an attempt now, and lets go of the one before.
   *
   * @param isBetween - Whether all is well: the last connection was, and is only to be followed by the
   *   next.
   */
  begin(isBetween: boolean): void;
  /** The connection delivers, and will be heard of each `heartbeat` milliseconds; never, if 0. */
  ready(heartbeat: number): void;
  /** The server ends the connection. */
  bye(farewell: NonNullable<LiveRecord['bye']>): void;
  /** The connection is of no use any more; if it is silent, its transport may not be either. */
  failed(failure: Failure, isSilent?: boolean): void;
  /** Lets go of the connection, for good unless another begins. */
  drop(): void;
}

/** How many seconds a poll may be held: below the 30 at which proxies cut. @see RFC 6202 §5.5 */
const WAIT = 25;
/** How many milliseconds the answer to a poll may take that is held so long. */
export const HELD: number = (WAIT + 10) * 1000;
/** After how many heartbeats without a record a connection is taken for dead. */
export const LATE = 1.5;
/** As long as a timer can be: the server sends no heartbeats. */
const NEVER = 2 ** 31 - 1;
/** How many milliseconds the last transport has, behind which there is no other to try. */
export const LAST_PATIENCE = 10_000;
/** How long a connection lasts that was worth having, so that the failures before count no more. */
export const LASTING = 5_000;

/** The reasons after which the server does not want this client back. */
const FAREWELLS: readonly string[] = ['closed', 'deleted', 'bad-message'];

/** Makes the attempts of one connection. */
export function createAttempts(host: AttemptsHost): Attempts {
  const { platform, ladder, backoff } = host;
  let transport: Transport | undefined;
  let link: Link | undefined;
  let watchdog: Watchdog | undefined;
  let timer: unknown;
  let isReady = false;
  /** Which attempt this is: what an earlier one still tells is not heard. */
  let turn = 0;
  let began = 0;
  /** How many seconds the current poll may be held. */
  let hold = 0;
  let { patience } = host;
  /** How many attempts in a row were in vain. */
  let failures = 0;

  const drop = (): void => {
    turn++;
    platform.clearTimeout(timer as never);
    watchdog?.stop();
    link?.close();
    link = undefined;
    isReady = false;
  };

  const begin = async (isBetween: boolean, reason = ''): Promise<void> => {
    drop();
    const mine = turn;
    if (!isBetween) host.become('connecting', reason);
    const isMine = (): boolean => mine === turn;
    const last = transport;
    transport = ladder.next(isBetween);
    // The first poll is answered at once: it shows whether polling works.
    hold = isBetween && transport.isPoll && transport === last ? WAIT : 0;
    try {
      const request = await host.request(transport, hold);
      if (!isMine()) return;
      began = platform.now();
      const allowed = hold > 0 ? HELD : ladder.hasMore() ? patience : LAST_PATIENCE;
      watchdog = watch(platform, allowed, () => failed({}, true));
      link = transport.open({
        url: request.url,
        init: request.init,
        platform,
        receive: (records) => {
          try {
            for (const record of parsed(records)) {
              if (!isMine()) return;
              watchdog!.heard();
              host.take(record);
            }
          } catch (error) {
            if (isMine()) failed({ text: String(error) }, true);
          }
        },
        ended: (failure = {}) => {
          if (isMine()) failed(failure);
        },
      });
      host.opened();
    } catch (error) {
      if (isMine()) failed({ text: String(error) });
    }
  };

  const wait = (milliseconds: number, reason: string): void => {
    drop();
    timer = platform.setTimeout(() => void begin(false), milliseconds);
    host.become('waiting', reason);
  };

  const failed = ({ status, text, retryAfter = 0 }: Failure, isSilent?: boolean): void => {
    const wasReady = isReady && !isSilent;
    drop();
    if (status === 413) host.tooLarge();
    if (isFinal(status)) return void host.finish(connectError(text, status));
    if (wasReady && platform.now() - began > LASTING) failures = 0;
    // What delivered and was cut will work again. What answers with trouble, or can't be reached,
    // has it behind the transport; but a WebSocket does not tell, so the next one is asked at once.
    const isElsewhere = !isSilent && !!transport!.isFetch && isTrouble(status);
    const reason = text || (isSilent ? 'silent' : status ? `status ${status}` : 'cut');
    if (!wasReady && ladder.failed(isElsewhere)) return void begin(false, reason);
    wait(Math.max(backoff(failures++), retryAfter), reason);
  };

  return {
    get link() {
      return link;
    },
    get isReady() {
      return isReady;
    },
    get transport() {
      return transport;
    },
    begin: (isBetween) => void begin(isBetween),
    ready(heartbeat) {
      isReady = true;
      // Where everything takes long, nothing is wrong with what does.
      if (hold === 0) patience = Math.max(host.patience, 2 * (platform.now() - began));
      ladder.worked();
      if (!transport!.isPoll) watchdog!.heard(heartbeat * LATE || NEVER);
    },
    bye({ reason, retry = 0, status }) {
      if (reason === 'refused') return failed({ status });
      if (FAREWELLS.includes(reason)) return host.finish(connectError(reason));
      // The answer ends by itself, and what it came over can then be used again.
      if (transport!.isFetch) link = undefined;
      if (reason === 'round' || platform.now() - began > LASTING) failures = 0;
      if (reason === 'round' && retry === 0) void begin(true);
      else wait(failures++ > 0 ? Math.max(retry, backoff(failures)) : retry, reason);
    },
    failed,
    drop,
  };
}

/** The records of a piece of JSON, or of what was JSON: one, or an array of them. */
function parsed(records: unknown): LiveRecord[] {
  const value = typeof records === 'string' ? JSON.parse(records) : records;
  return ([] as LiveRecord[]).concat(value);
}
