/** Octets of a slab. What one chunk of input causes rarely is more, and leaves in one write. */
export const SLAB_SIZE = 262_144;

/** How many slabs may wait for sockets that do not take them; beyond, output is copied instead. */
const MAX_PINNED = 64;

/**
 * Memory that output is gathered in, so that it leaves in one write.
 *
 * One connection at a time writes into it. A socket that takes all of it at once gives it back at
 * once; one that does not keeps it pinned until its write is done, and the next connection gets
 * another slab.
 */
export class Slab {
  readonly octets: Buffer = Buffer.allocUnsafeSlow(SLAB_SIZE);
  /** Writes handed to sockets that have not called back. */
  #outstanding = 0;
  #pinned = false;
  readonly #pool: SlabPool;

  /** To be passed to each write of this slab's memory, as its callback. */
  readonly written: () => void = () => {
    this.#outstanding--;
    if (this.#outstanding > 0 || !this.#pinned) return;
    this.#pinned = false;
    this.#pool.release(this);
  };

  constructor(pool: SlabPool) {
    this.#pool = pool;
  }

  /** Whether a socket may still read its memory. */
  get isOutstanding(): boolean {
    return this.#outstanding > 0;
  }

  /** The octets from `start` to `end`, which are handed to a socket together with {@link written}. */
  view(start: number, end: number): Uint8Array {
    this.#outstanding++;
    return this.octets.subarray(start, end);
  }

  /** Keeps the slab from use until its writes are done. */
  pin(): void {
    this.#pinned = true;
  }
}

/** The slabs of a process: one in use, one kept, and a bounded number that are pinned. */
export class SlabPool {
  #free: Slab | undefined;
  #pinned = 0;

  /** Whether one more slab may be handed to a socket that perhaps does not take it at once. */
  get mayPin(): boolean {
    return this.#pinned < MAX_PINNED;
  }

  /** A slab for one connection, until it is given back or pinned. */
  take(): Slab {
    const slab = this.#free ?? new Slab(this);
    this.#free = undefined;
    return slab;
  }

  /** Gives back a slab whose octets were taken. */
  giveBack(slab: Slab): void {
    this.#free = slab;
  }

  /** Keeps a slab whose octets were not taken yet from use. */
  pin(slab: Slab): void {
    // None of it was handed to the socket that is behind: no write would ever release it.
    if (!slab.isOutstanding) {
      this.giveBack(slab);
      return;
    }
    this.#pinned++;
    slab.pin();
  }

  /** @internal A pinned slab's writes are done. */
  release(slab: Slab): void {
    this.#pinned--;
    this.#free ??= slab;
  }
}
