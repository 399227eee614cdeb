import { forgetSource } from './copy.ts';

/**
 * Octets that have arrived and have not been parsed yet.
 *
 * Whoever owns the socket feeds the reader. A decoder looks at the octets in place, from `position`
 * up to `end`, and skips those it has understood; when a production is not all there it skips
 * nothing and waits. What a decoder leaves behind belongs to the next one: that is how a pipelined
 * request, or the protocol a connection is upgraded to, gets its first octets.
 *
 * Framing is read by index and only content is taken as a view, because making a view costs more
 * than parsing a short line.
 *
 * What is fed is lent: the memory is the feeder's again once the reader has settled, and all sockets
 * may read into the same. What is to be looked at later is made a copy of.
 */
export class ByteReader {
  /** Where the waiting octets are, from `position` to `end`. Only masking writes to it, in place. */
  octets: Uint8Array = NOTHING;
  /** The index of the first waiting octet. A decoder moves it forward over what it understood. */
  position = 0;
  /** The index after the last waiting octet. */
  end = 0;
  /** Whether `octets` was made here, so that it may be appended to. */
  #own = false;

  /** How many octets are waiting. */
  get available(): number {
    return this.end - this.position;
  }

  /**
   * Appends the first `length` of `octets` from the peer, lent until {@link settle}: they are
   * unmasked in place.
   */
  feed(octets: Uint8Array, length: number = octets.length): void {
    if (this.position === this.end) {
      forgetSource();
      this.octets = octets;
      this.position = 0;
      this.end = length;
      this.#own = false;
      return;
    }
    if (!this.#own || this.end + length > this.octets.length) this.#grow(length);
    this.octets.set(length === octets.length ? octets : octets.subarray(0, length), this.end);
    this.end += length;
  }

  /**
   * Lets go of memory between two chunks of input: what was lent is given back, an idle connection
   * holds no buffer, and a few octets that wait for the rest of their frame hold little.
   */
  settle(): void {
    const waiting = this.end - this.position;
    if (waiting === 0) {
      this.octets = NOTHING;
      this.position = this.end = 0;
      this.#own = false;
    } else if (!this.#own || (waiting < this.octets.length / 2 && this.octets.length > SMALL)) {
      this.#grow(0);
    }
  }

  /** Moves the waiting octets to memory where `extra` more fit. Doubling keeps feeding linear. */
  #grow(extra: number): void {
    const waiting = this.octets.subarray(this.position, this.end);
    // Filled with zeros: a view of the octets lets all of this memory be reached.
    const octets = Buffer.alloc(extra === 0 ? waiting.length : 2 * (waiting.length + extra));
    octets.set(waiting);
    this.octets = octets;
    this.position = 0;
    this.end = waiting.length;
    this.#own = true;
  }
}

/** Memory made here that is no larger than this is kept, so that the rest of a frame finds room. */
const SMALL = 1_024;

const NOTHING = new Uint8Array(0);
