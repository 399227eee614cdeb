const NOTHING: Buffer = Buffer.alloc(0);

/**
 * Octets that have come and wait until somebody takes them. They are copied, since whoever reads from a
 * stream lends them only; and they stand in one buffer that grows, so that many small pieces cost no
 * more than their octets.
 */
export class KeptOctets {
  /** How many there are. */
  length = 0;
  #buffer: Buffer = NOTHING;

  /** Keeps the first `length` of `octets` behind those that are there. */
  add(octets: Uint8Array, length: number): void {
    const end = this.length + length;
    if (end > this.#buffer.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(end, 2 * this.#buffer.length));
      grown.set(this.#buffer.subarray(0, this.length));
      this.#buffer = grown;
    }
    this.#buffer.set(octets.subarray(0, length), this.length);
    this.length = end;
  }

  /** Gives away all of them. */
  take(): Uint8Array {
    const taken = this.#buffer.subarray(0, this.length);
    this.#buffer = NOTHING;
    this.length = 0;
    return taken;
  }
}
