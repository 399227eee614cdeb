/**
 * Numbers that look random and are the same for the same seed, so that a run can be repeated.
 * The generator is mulberry32.
 */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** An integer from 0 to `bound`, without it. */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  }

  /** True once in so many times. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  /** One of the candidates. */
  among<T>(candidates: readonly T[]): T {
    return candidates[this.below(candidates.length)]!;
  }

  /** So many octets, any of them. */
  octets(count: number): Buffer {
    const octets = Buffer.allocUnsafe(count);
    for (let i = 0; i < count; i++) octets[i] = this.below(256);
    return octets;
  }

  /** A generator of its own for whatever is numbered `index`. */
  fork(index: number): Random {
    return new Random(Math.imul(this.#state ^ (index + 1), 0x9e3779b1));
  }
}
