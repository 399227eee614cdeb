/** The powers of two that a window may be. @see RFC 7692 §7.1.2.1 */
export const MIN_WINDOW_BITS = 8;
export const MAX_WINDOW_BITS = 15;

/**
 * How far back a distance may reach.
 *
 * @throws RangeError when `bits` is not 8 to 15.
 */
export function windowSize(bits: number): number {
  const isPower = Number.isInteger(bits) && bits >= MIN_WINDOW_BITS && bits <= MAX_WINDOW_BITS;
  if (!isPower) throw new RangeError(`a window is 2 to the power of 8 to 15, not ${bits}`);
  return 2 ** bits;
}
