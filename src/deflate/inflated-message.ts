import { DeflateError } from '../errors.ts';
import type { InflateWindow } from './inflate-window.ts';

/** How many octets of memory are kept between two messages. */
const MEMORY = 65_536;

/** How many times as much memory there is when there is too little, up to the limit. */
const GROWTH = 4;

/**
 * The message that is being inflated: the octets that have come of it, in memory that grows with them
 * and not beyond the limit.
 */
export class InflatedMessage {
  /** The first {@link length} octets are the message, so far. */
  octets: Uint8Array;
  length = 0;
  /** All octets of the message ORed together: below 0x80, they are ASCII. */
  all = 0;
  /** How many octets may be written before there has to be more memory, or is too much. */
  room = 0;
  /** What is kept between two messages. */
  readonly #memory = new Uint8Array(MEMORY);
  #limit = 0;

  constructor() {
    this.octets = this.#memory;
  }

  /** Begins another, which may have `limit` octets. */
  begin(limit: number): void {
    this.#limit = limit;
    this.octets = this.#memory;
    this.room = Math.min(limit, this.#memory.length);
    this.length = 0;
    this.all = 0;
  }

  /** Lets go of the memory of a large one. */
  release(): void {
    this.octets = this.#memory;
    this.length = 0;
    this.room = 0;
  }

  /**
   * Adds `count` octets from `start` on.
   *
   * @throws {@link DeflateError} `DEFLATE_LIMIT`
   */
  add(octets: Uint8Array, start: number, count: number): void {
    const at = this.length;
    if (at + count > this.room) this.grow(at, count);
    const out = this.octets;
    let all = 0;
    for (let i = 0; i < count; i++) {
      const octet = octets[start + i]!;
      out[at + i] = octet;
      all |= octet;
    }
    this.all |= all;
    this.length = at + count;
  }

  /**
   * Adds a match: repeats what stands `distance` octets before, which may reach into the messages
   * before this one.
   *
   * @throws {@link DeflateError} `DEFLATE_DISTANCE` or `DEFLATE_LIMIT`
   * @see RFC 1951 §3.2.3
   */
  repeat(distance: number, count: number, window: InflateWindow): void {
    const at = this.length;
    const to = at + count;
    if (to > this.room) this.grow(at, count);
    if (distance > window.size || distance > at + window.length) {
      throw new DeflateError('DEFLATE_DISTANCE');
    }
    const out = this.octets;
    let i = at;
    if (distance > at) i = this.#copyFromWindow(at, to, distance - at, window);
    for (; i < to; i++) out[i] = out[i - distance]!;
    this.length = to;
  }

  /**
   * Makes room for `count` octets more behind the first `at`, so that what has no limit costs no more
   * than the limit.
   *
   * @throws {@link DeflateError} `DEFLATE_LIMIT`
   */
  grow(at: number, count: number): Uint8Array {
    if (at + count > this.#limit) throw new DeflateError('DEFLATE_LIMIT');
    const wanted = Math.max(GROWTH * this.octets.length, at + count);
    const octets = new Uint8Array(Math.min(this.#limit, wanted));
    octets.set(this.octets.subarray(0, at));
    this.octets = octets;
    this.room = octets.length;
    return octets;
  }

  /** Repeats octets of the messages before, up to `to`, and returns where it stopped. */
  #copyFromWindow(at: number, to: number, back: number, window: InflateWindow): number {
    const out = this.octets;
    const { octets: ring, next } = window;
    const stop = Math.min(to, at + back);
    let from = next - back;
    let all = 0;
    for (let i = at; i < stop; i++) {
      const octet = ring[from++ & (ring.length - 1)]!;
      out[i] = octet;
      all |= octet;
    }
    this.all |= all;
    return stop;
  }
}
