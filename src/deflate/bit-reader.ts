/**
 * Reads numbers of any number of bits, lowest bit first, from octets that come in pieces.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc1951#section-3.1.1 | RFC 1951 §3.1.1}
 */
export class BitReader {
  /** What is read, where the next octet is, and where what there is ends. */
  octets: Uint8Array = NOTHING;
  next = 0;
  end = 0;
  /** Bits that were read and not used: the lowest `count`, the next one lowest. Above are zeros. */
  bits = 0;
  count = 0;

  /** Begins anew. */
  begin(): void {
    this.bits = 0;
    this.count = 0;
  }

  /** Goes on with the octets from `start` to `end`. What was there before has been read. */
  feed(octets: Uint8Array, start: number, end: number): void {
    this.octets = octets;
    this.next = start;
    this.end = end;
  }

  /** Lets go of the octets, which have been read. */
  release(): void {
    this.octets = NOTHING;
  }

  /** Reads until there are `count` bits, up to 32, if there are so many. */
  need(count: number): boolean {
    while (this.count < count) {
      if (this.next === this.end) return false;
      this.bits |= this.octets[this.next++]! << this.count;
      this.count += 8;
    }
    return true;
  }

  /** The next `count` bits, up to 16, which are there. */
  take(count: number): number {
    const value = this.bits & ((1 << count) - 1);
    this.bits = (this.bits >>> count) | 0;
    this.count -= count;
    return value;
  }

  /** Any bits left of the current octet mean nothing. */
  align(): void {
    this.take(this.count & 7);
  }
}

const NOTHING = new Uint8Array(0);
