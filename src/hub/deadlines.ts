/** Something with deadlines. */
export interface Timed {
  /** Where the wheel keeps it: the wheel's own, not to be touched. */
  slot: Set<Timed> | undefined;
  /**
   * Does what is due.
   *
   * @param now - Milliseconds of the wheel's clock.
   * @returns In how many milliseconds to be asked again.
   */
  expire(now: number): number;
}

/** Who keeps deadlines: one timer for all of them. */
export interface Deadlines {
  /** Milliseconds of a clock that never goes back. Coarse. */
  readonly now: number;
  /** Asks `timed` in `delay` milliseconds, in place of what was arranged before. */
  schedule(timed: Timed, delay: number): void;
  /** Asks `timed` no more. */
  cancel(timed: Timed): void;
}
