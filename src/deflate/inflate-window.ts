import { windowSize } from './window-size.ts';

/** What a window begins with: it grows with what comes, up to its size. */
const LEAST_CAPACITY = 256;

/**
 * What was inflated last, which what follows may refer to.
 *
 * All that is kept of one direction of a connection between two messages: no memory before the first,
 * and no more than came as long as that is less than the window.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc1951#section-3.2 | RFC 1951 §3.2}
 */
export class InflateWindow {
  /** How far back a distance may reach. */
  readonly size: number;
  /** The octets in a ring, the oldest behind the newest; its length is a power of two. */
  octets: Uint8Array = NOTHING;
  /** How many there are. */
  length = 0;
  /** Where in the ring the next one goes. */
  next = 0;

  /**
   * @param bits - The size is 2 to the power of this.
   * @throws RangeError when it is not 8 to 15.
   */
  constructor(bits: number) {
    this.size = windowSize(bits);
  }

  /** Takes the octets from 0 to `end` of those that came next. */
  keep(octets: Uint8Array, end: number): void {
    const start = Math.max(0, end - this.size);
    const count = end - start;
    this.#makeRoom(count);
    const ring = this.octets;
    const toEnd = Math.min(count, ring.length - this.next);
    ring.set(octets.subarray(start, start + toEnd), this.next);
    if (toEnd < count) ring.set(octets.subarray(start + toEnd, end), 0);
    this.next = (this.next + count) & (ring.length - 1);
    this.length = Math.min(ring.length, this.length + count);
  }

  /** Forgets all that came: nothing that follows may refer to it. */
  forget(): void {
    this.length = 0;
  }

  #makeRoom(count: number): void {
    const wanted = Math.min(this.size, this.length + count);
    if (wanted <= this.octets.length) return;
    let capacity = LEAST_CAPACITY;
    while (capacity < wanted) capacity *= 2;
    const ring = new Uint8Array(capacity);
    // It was never full, or has been as long as its size.
    ring.set(this.octets.subarray(0, this.length));
    this.octets = ring;
    this.next = this.length;
  }
}

const NOTHING = new Uint8Array(0);
