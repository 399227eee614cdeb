import type { Output } from '../bytes/output.ts';

/** One end of a protocol, with no idea what carries its octets. */
export interface Endpoint {
  /**
   * Takes the first `length` of `octets` from the peer, which are lent for the time of this call and
   * may be unmasked in place. Does not throw for what the peer does wrong.
   */
  receive(octets: Uint8Array, length?: number): void;
  /** Learns that the peer will send no more. */
  receiveEnd(): void;
  /** Stops between two events and keeps the rest of the octets. */
  pause(): void;
  /** Goes on with the octets that were kept. */
  resume(): void;
  /** How many octets are kept. */
  readonly waiting: number;
}

/** Who a connection works for: the one that knows which deadlines hold and wants to hear of its end. */
export interface Tenant {
  /**
   * Does what is due.
   *
   * @param now - Milliseconds of the carrier's clock.
   * @returns In how many milliseconds to be asked again.
   */
  check(now: number): number;
  /** The peer has taken all that waited for it. */
  drained(): void;
  /** The peer has ended its side. The endpoint has been told already. */
  ended(): void;
  /** The hub is closing: what is under way may end, nothing new begins. */
  leave(): void;
  /** The connection is gone. Comes once, last. */
  gone(): void;
}

/** Why an endpoint is paused; it goes on when no reason is left. */
export const Hold = {
  /** The peer does not take our output. */
  Output: 1,
  /** An async iterator has not asked for the next message. */
  Iterator: 2,
  /** Nobody has asked for the content of the request, or whoever has does not take it. */
  Content: 4,
} as const;

/** A reason of {@link Hold}. */
export type Hold = (typeof Hold)[keyof typeof Hold];

/** What carries an endpoint's octets: the hub's view of a connection. */
export interface Carrier {
  /** Where the endpoint writes what it has to send. */
  readonly output: Output;
  readonly remoteAddress: string | undefined;
  readonly localAddress: string | undefined;
  /** Whether TLS protects the connection. */
  readonly secure: boolean;
  /** Octets that have not been sent to the peer yet. */
  readonly bufferedAmount: number;
  /** Whether output waits for the peer. */
  readonly behind: boolean;
  /** Whether octets from the peer are being read. */
  readonly reading: boolean;
  /** Milliseconds of the carrier's clock, which never goes back. Coarse. */
  readonly now: number;
  /** When octets last came from the peer. */
  readonly receivedAt: number;
  /** How many octets have come from the peer. */
  readonly receivedOctets: number;
  /** Passes on what comes to this endpoint from now on: at the beginning, and at an upgrade. */
  carry(endpoint: Endpoint, tenant: Tenant): void;
  /** Passes on what came before the endpoint did: octets, and perhaps the end. */
  feed(octets: Uint8Array): void;
  /** Pauses the endpoint for a reason. */
  hold(reason: Hold): void;
  /** Takes a reason back. */
  release(reason: Hold): void;
  /** Asks the tenant in `delay` milliseconds, if it would be asked later otherwise. */
  checkIn(delay: number): void;
}
