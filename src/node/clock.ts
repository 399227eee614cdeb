/**
 * The value of the Date field, made once a second.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1 | RFC 9110 §6.6.1}
 */
export function dateClock(now: () => number = Date.now): () => string {
  let second = Number.NaN;
  let date = '';
  return () => {
    const current = Math.floor(now() / 1_000);
    if (current !== second) {
      second = current;
      date = new Date(current * 1_000).toUTCString();
    }
    return date;
  };
}
