/**
 * Where an endpoint writes what it has to send, and how it ends its side of the connection.
 *
 * An endpoint does not know what carries its octets. On a socket this is the driver, which hands
 * out room in a slab that leaves in one write; in a test it is an {@link OutputList}.
 */
export interface Output {
  /** The memory that {@link reserve} gives out. To be read anew after each call of it. */
  readonly octets: Buffer;

  /** Whether the peer takes no more for now. What is written all the same waits. */
  readonly behind: boolean;

  /**
   * Makes room for `count` octets and returns where in {@link octets} they begin. The caller fills
   * all of them before it calls anything else.
   */
  reserve(count: number): number;

  /**
   * Sends `octets` as they are, without copying: the caller must not change them afterwards.
   * Cheaper than copying from about {@link COPY_LIMIT} octets on.
   */
  append(octets: Uint8Array): void;

  /**
   * Sends octets that others are sent too, and that nobody ever changes. Outside of a turn they leave
   * as they are, so that a peer that does not read costs a reference and no copy; and that at once, or
   * together with what others are sent, at the latest when what runs now has come to its end.
   *
   * @returns whether the peer takes more.
   */
  share(octets: Uint8Array): boolean;

  /** Closes in stages: what was written leaves, our side ends, what still comes is discarded. */
  end(): void;

  /** Gives the connection up at once. */
  destroy(): void;

  /** Gives it up so that what was sent can't be taken for complete: by a reset, where there is one. */
  reset(): void;
}

/** Up to this many octets are copied into the slab; more are sent as they are. */
export const COPY_LIMIT = 16_384;

/** An output that only remembers: for tests, and for programs that carry the octets themselves. */
export class OutputList implements Output {
  octets: Buffer = Buffer.allocUnsafeSlow(256);
  readonly behind = false;
  /** Whether the endpoint has ended its side, and how. */
  state: 'open' | 'ended' | 'destroyed' | 'reset' = 'open';
  #length = 0;

  reserve(count: number): number {
    const start = this.#length;
    if (start + count > this.octets.length) {
      const octets = Buffer.allocUnsafeSlow(2 * (start + count));
      this.octets.copy(octets, 0, 0, start);
      this.octets = octets;
    }
    this.#length = start + count;
    return start;
  }

  append(octets: Uint8Array): void {
    const start = this.reserve(octets.length);
    this.octets.set(octets, start);
  }

  share(octets: Uint8Array): boolean {
    this.append(octets);
    return true;
  }

  end(): void {
    if (this.state === 'open') this.state = 'ended';
  }

  destroy(): void {
    this.state = 'destroyed';
  }

  reset(): void {
    this.state = 'reset';
  }

  /** Everything written since the last call. */
  take(): Buffer {
    const taken = Buffer.from(this.octets.subarray(0, this.#length));
    this.#length = 0;
    return taken;
  }
}
