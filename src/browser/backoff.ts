/** What the wait grows from, and up to. */
export const FIRST_BACKOFF = 1_000;
export const LAST_BACKOFF = 30_000;

/**
 * How many milliseconds to wait after so many failures in a row: anything up to a bound that doubles,
 * so that those who were cut off together do not come back together.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-7.2.3 | RFC 6455 §7.2.3}
 */
export function fullJitter(failures: number, random: () => number): number {
  return random() * Math.min(LAST_BACKOFF, FIRST_BACKOFF * 2 ** failures);
}
