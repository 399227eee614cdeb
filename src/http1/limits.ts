/**
 * How much of a peer's request or response head is read before it is refused.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-2.3 | RFC 9110 §2.3}
 */
export interface HeadLimits {
  /** How many octets a head may have, from its first to the end of its empty line. 431 above it. */
  readonly head: number;
  /** How many field lines a section may have. 431 above it. */
  readonly fields: number;
  /** How many octets a request target may have. 414 above it. */
  readonly target: number;
}

/** The limits unless told otherwise. RFC 9112 §3 asks for request lines of at least 8,000 octets. */
export const DEFAULT_HEAD_LIMITS: HeadLimits = { head: 16_384, fields: 100, target: 8_192 };
