import { WebSocketError } from '../errors.ts';
import type { WebSocketEndpoint } from '../websocket/endpoint.ts';
import type { Carrier } from './carrier.ts';
import type { Limits } from './limits.ts';

/** How long a frame may take before its rate is looked at, in milliseconds. */
const RATE_GRACE = 10_000;

/** What holds for a connection. */
export interface SocketTerms {
  readonly limits: Limits;
  /** Milliseconds of silence after which a Ping is sent, and after as many again the peer is dead. 0: never. */
  readonly heartbeat: number;
}

/** The deadlines of a WebSocket connection: closing, the rate of a frame, and the peer's silence. */
export class SocketDeadlines {
  readonly #endpoint: WebSocketEndpoint;
  readonly #carrier: Carrier;
  readonly #terms: SocketTerms;
  #closingSince = Number.POSITIVE_INFINITY;
  /** When the last Ping was sent. */
  #pingedAt = Number.NEGATIVE_INFINITY;
  /** Since when the peer has been silent, if that is later than the last octet: we were not reading. */
  #listeningSince = 0;
  #frameSince = 0;
  #octetsBefore = 0;

  constructor(endpoint: WebSocketEndpoint, carrier: Carrier, terms: SocketTerms) {
    this.#endpoint = endpoint;
    this.#carrier = carrier;
    this.#terms = terms;
  }

  /** The closing handshake has begun, or is to begin: from now on there is a time for it. */
  closing(): void {
    this.#closingSince = Math.min(this.#closingSince, this.#carrier.now);
    this.#carrier.checkIn(this.#terms.limits.closing);
  }

  /** Does what is due, and says in how many milliseconds to be asked again. */
  check(now: number): number {
    if (this.#closingSince <= now) return this.#checkClosing(now);
    return Math.min(this.#checkFrame(now), this.#checkHeartbeat(now));
  }

  /** The peer has a limited time to answer our Close frame. */
  #checkClosing(now: number): number {
    const left = this.#closingSince + this.#terms.limits.closing - now;
    if (left <= 0) this.#endpoint.terminate();
    return left;
  }

  /** A frame that trickles in holds a connection and its memory for nothing. */
  #checkFrame(now: number): number {
    if (!this.#endpoint.receivingFrame || !this.#carrier.reading) {
      this.#frameSince = 0;
      return RATE_GRACE;
    }
    if (this.#frameSince === 0) {
      this.#frameSince = now;
      this.#octetsBefore = this.#carrier.receivedOctets;
    }
    const elapsed = now - this.#frameSince;
    const octets = this.#carrier.receivedOctets - this.#octetsBefore;
    const isSlow = elapsed >= RATE_GRACE && octets < (elapsed / 1_000) * this.#terms.limits.rate;
    if (isSlow) this.#endpoint.fail(new WebSocketError('WS_RATE_LIMIT'));
    return RATE_GRACE;
  }

  /** Any octet counts as life. Silence is answered by a Ping, silence after that by giving up. */
  #checkHeartbeat(now: number): number {
    const { heartbeat } = this.#terms;
    if (heartbeat === 0) return Number.POSITIVE_INFINITY;
    if (!this.#carrier.reading) this.#listeningSince = now;
    const heardAt = Math.max(this.#carrier.receivedAt, this.#listeningSince);
    const silent = now - heardAt;
    if (silent < heartbeat) return heartbeat - silent;
    // When octets come is known to the tick, and the answer may come within the tick of the Ping. What
    // came before the Ping did so a heartbeat before: there is no doubt which it was.
    if (heardAt >= this.#pingedAt) {
      this.#pingedAt = now;
      this.#endpoint.ping();
    }
    const unanswered = now - this.#pingedAt;
    if (unanswered >= heartbeat) this.#endpoint.terminate();
    return heartbeat - unanswered;
  }
}
