import { windowSize } from './window-size.ts';

/** Of a window's size, the hash table has half as many places, up to this many. */
const MAX_HASH_BITS = 13;

/**
 * What was deflated last, and where in it each sequence of octets stands.
 *
 * All that is kept of one direction of a connection between two messages: no memory before the first.
 * Places are counted from the beginning of the connection, modulo 2^16. What a chain leads to may be
 * long gone, or never have been sent; so whoever follows one looks at the octets themselves.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc1951#section-4 | RFC 1951 §4}
 */
export class DeflateWindow {
  /** How far back a distance may reach. */
  readonly size: number;
  /** How many bits of a product are not part of its hash. */
  readonly hashShift: number;
  /** The newest octets, the first {@link length} of these. */
  octets: Uint8Array = NOTHING;
  length = 0;
  /** The place of the octet that comes next. */
  place = 0;
  /** By the hash of what stands there, the newest place. */
  heads: Uint16Array = NO_PLACES;
  /** By a place modulo the size, the place before it that has the same hash. */
  chains: Uint16Array = NO_PLACES;

  /**
   * @param bits - The size is 2 to the power of this.
   * @throws RangeError when it is not 8 to 15.
   */
  constructor(bits: number) {
    this.size = windowSize(bits);
    this.hashShift = 32 - Math.min(bits - 1, MAX_HASH_BITS);
  }

  /** Sees that there is memory. It is one piece: each costs 200 octets more than it has. */
  open(): void {
    if (this.octets.length > 0) return;
    const { size } = this;
    const hashes = 2 ** (32 - this.hashShift);
    const memory = new ArrayBuffer(size + 2 * (hashes + size));
    this.octets = new Uint8Array(memory, 0, size);
    this.heads = new Uint16Array(memory, size, hashes);
    this.chains = new Uint16Array(memory, size + 2 * hashes, size);
  }

  /** Takes the octets up to `end`, of which `count` are new, for the newest ones. */
  keep(octets: Uint8Array, end: number, count: number): void {
    this.length = Math.min(this.size, this.length + count);
    this.octets.set(octets.subarray(end - this.length, end));
    this.place = (this.place + count) & 0xffff;
  }

  /** Forgets all that came: nothing that follows refers to it. */
  forget(): void {
    this.length = 0;
  }
}

const NOTHING = new Uint8Array(0);
const NO_PLACES = new Uint16Array(0);
