/** One line of a built parser made wrong, to see that a law finds it. */
export interface SeededFault {
  /** The source file, in `src`. */
  readonly file: string;
  /**
   * What was done to it: a bound moved by one, a class made one octet wider or narrower, a check
   * left out, a state skipped.
   */
  readonly kind: 'bound' | 'class' | 'check' | 'state';
  /** The text in the built file that is replaced. It stands there once. */
  readonly text: string;
  readonly replacement: string;
  /** Why no law can find it: it makes the parser slower, not wrong. */
  readonly performanceOnly?: string;
}

/** The faults that the laws must find, all but those that cost nothing but time. */
export const SEEDED_FAULTS: readonly SeededFault[] = [];
