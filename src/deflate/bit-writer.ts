/**
 * Writes numbers of any number of bits, lowest bit first, into memory that grows.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc1951#section-3.1.1 | RFC 1951 §3.1.1}
 */
export class BitWriter {
  octets: Uint8Array;
  /** How many octets are written. */
  length = 0;
  /** Bits that are no octet yet: fewer than 16, the lowest `count`. Above are zeros. */
  bits = 0;
  count = 0;

  constructor(size: number) {
    this.octets = new Uint8Array(size);
  }

  /** How many bits are written. */
  get bitLength(): number {
    return 8 * this.length + this.count;
  }

  /** Begins anew. */
  begin(): void {
    this.length = 0;
    this.bits = 0;
    this.count = 0;
  }

  /** Sees that there is room for `count` octets more. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.octets.length) return;
    const octets = new Uint8Array(2 * needed);
    octets.set(this.octets.subarray(0, this.length));
    this.octets = octets;
  }

  /** Writes the lowest `count` bits of `value`, up to 16, where there is room. */
  put(value: number, count: number): void {
    this.bits |= value << this.count;
    this.count += count;
    if (this.count < 16) return;
    this.octets[this.length++] = this.bits;
    this.octets[this.length++] = this.bits >>> 8;
    this.bits >>>= 16;
    this.count -= 16;
  }

  /** Fills the last octet with zeros. */
  align(): void {
    for (; this.count > 0; this.count -= 8) {
      this.octets[this.length++] = this.bits;
      this.bits >>>= 8;
    }
    this.count = 0;
  }
}
