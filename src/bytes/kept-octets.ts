const NOTHING: Buffer = Buffer.alloc(0);

/**
 * Octets that have come and wait until somebody takes them. They are copied, since whoever reads from a
 * stream lends them only; and they stand in one buffer that grows, so that many small pieces cost their
 * octets, and no object for each.
 */
export class KeptOctets {
  /** How many there are. */
  length = 0;
  #buffer: Buffer = NOTHING;

  /** Keeps the first `length` of `octets`, by default all, behind those that are there. */
  add(octets: Uint8Array, length: number = octets.length): void {
    const end = this.length + length;
    if (end > this.#buffer.length) this.#grow(end);
    this.#buffer.set(octets.subarray(0, length), this.length);
    this.length = end;
  }

  /** Hands over all of them, in memory that nobody else has. */
  take(): Buffer {
    const taken = this.#buffer.subarray(0, this.length);
    this.#buffer = NOTHING;
    this.length = 0;
    return taken;
  }

  /** Makes room for `length` octets. Doubling keeps the copying linear. */
  #grow(length: number): void {
    // Filled with zeros, and of no pool: whoever is given the octets can reach all of its memory.
    const grown = Buffer.alloc(Math.max(length, 2 * this.#buffer.length));
    this.#buffer.copy(grown, 0, 0, this.length);
    this.#buffer = grown;
  }
}
