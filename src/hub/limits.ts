import { hint, nearest, requireObject } from './known-options.ts';

/** Every limit of a hub. All are finite; what happens at each is said beside it. */
export interface Limits {
  /** Octets of a request head. Beyond: 431. Default 16 KiB. */
  readonly head: number;
  /** Field lines of a header section. Beyond: 431. Default 100. */
  readonly fields: number;
  /** Octets of a request target. Beyond: 414. Default 8 KiB. */
  readonly target: number;
  /** Octets of a request's content, where it is read. Beyond: 413. Default 1 MiB. */
  readonly body: number;
  /** Milliseconds a request head may take. Then: 408. Default 10 s. */
  readonly headTime: number;
  /** Milliseconds the content of a request may take. Then: 408. Default 60 s. */
  readonly bodyTime: number;
  /** Milliseconds a persistent connection may be idle. Then it is closed. Default 60 s. */
  readonly idleTime: number;
  /** Octets of a WebSocket message. Beyond: close code 1009. Default 16 MiB. */
  readonly message: number;
  /** Octets that may wait for a WebSocket peer when more is sent. Beyond: close code 1008. Default 16 MiB. */
  readonly sendBuffer: number;
  /** Octets a second at which a frame has to come, once it takes longer than 10 s. Below: close code 1008. Default 256. */
  readonly rate: number;
  /** Milliseconds that output may make no progress. Then the connection is destroyed. Default 60 s. */
  readonly stall: number;
  /** Milliseconds that the peer has for the closing handshake. Then the connection is destroyed. Default 5 s. */
  readonly closing: number;
  /** Milliseconds that a closed connection is still read from, so that the peer gets to read. Default 2 s. */
  readonly linger: number;
  /** Octets that are discarded meanwhile. Beyond: the connection is destroyed. Default 16 MiB. */
  readonly lingerOctets: number;
  /** Octets of the histories of all channels. Beyond: the oldest entries of the hub go. Default 256 MiB. */
  readonly history: number;
  /** Channels that have entries or readers. Beyond: `publish` rejects, a reader gets 503. Default 100,000. */
  readonly channels: number;
  /** Octets of the entries that wait for a session alone. Beyond: the oldest go, which is a gap. Default 64 KiB. */
  readonly inbox: number;
  /** Sessions of live routes. Beyond: one that was never used again gives way, or else 503. Default 100,000. */
  readonly sessions: number;
  /** Milliseconds that a session outlives its last connection. Then it is closed. Default 60 s. */
  readonly sessionIdle: number;
  /** Milliseconds that a reader waits for a server that lags behind its cursor. Then: a gap. Default 2 s. */
  readonly catchUp: number;
  /** Milliseconds that a poll is held. Then its round ends. Default 25 s. */
  readonly wait: number;
  /** Octets that a live client may lack. Beyond, it is behind, and reads on from the log. Default 1 MiB. */
  readonly behind: number;
  /** Octets after which the round of a stream or forever frame ends. Default 1 MiB. */
  readonly round: number;
  /** Milliseconds after which it ends. Default 5 minutes. */
  readonly roundTime: number;
}

const KiB = 1_024;
const MiB = 1_024 * KiB;

/** What holds unless `createHub` is told otherwise. */
export const DEFAULT_LIMITS: Limits = {
  head: 16 * KiB,
  fields: 100,
  target: 8 * KiB,
  body: MiB,
  headTime: 10_000,
  bodyTime: 60_000,
  idleTime: 60_000,
  message: 16 * MiB,
  sendBuffer: 16 * MiB,
  rate: 256,
  stall: 60_000,
  closing: 5_000,
  linger: 2_000,
  lingerOctets: 16 * MiB,
  history: 256 * MiB,
  channels: 100_000,
  inbox: 64 * KiB,
  sessions: 100_000,
  sessionIdle: 60_000,
  catchUp: 2_000,
  wait: 25_000,
  behind: MiB,
  round: MiB,
  roundTime: 300_000,
};

/** The limits that a WebSocket route may have of its own. */
export type SocketLimits = Pick<Limits, 'message' | 'sendBuffer' | 'rate' | 'closing'>;

const OF_SOCKETS: readonly string[] = ['message', 'sendBuffer', 'rate', 'closing'];

/**
 * A hub's limits, with those of a WebSocket route in their place.
 *
 * @throws RangeError when a limit is not a positive, finite number, or none that a route has of its own.
 */
export function limitsOfRoute(ofHub: Limits, given: Partial<SocketLimits> = {}): Limits {
  const other = Object.keys(given).find((name) => !OF_SOCKETS.includes(name));
  if (other !== undefined) throw new RangeError(`a route has no limits.${other} of its own`);
  return { ...ofHub, ...judged(given) };
}

/**
 * The default limits with those given in their place.
 *
 * @throws RangeError when a limit is not a positive, finite number, or is not known.
 */
export function limitsWith(given: Partial<Limits>): Limits {
  return { ...DEFAULT_LIMITS, ...judged(given) };
}

function judged(given: Partial<Limits>): Partial<Limits> {
  requireObject('limits', given);
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(DEFAULT_LIMITS, name)) {
      const meant = hint(nearest(name, Object.keys(DEFAULT_LIMITS))) ?? '';
      throw new RangeError(`there is no limits.${name}${meant}`);
    }
    const isLimit = typeof value === 'number' && value > 0 && Number.isFinite(value);
    if (!isLimit)
      throw new RangeError(`limits.${name} must be a positive, finite number: ${value}`);
  }
  return given;
}
