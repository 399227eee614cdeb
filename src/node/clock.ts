/**
 * The value of the Date field, made once a tick: asking for the time costs more than the rest of a
 * short answer's head.
 *
 * @param ticks - A clock that is moved on several times a second while there are connections.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1 | RFC 9110 §6.6.1}
 */
export function dateClock(
  ticks: { readonly now: number },
  time: () => number = Date.now,
): () => string {
  let tick = Number.NaN;
  let date = '';
  return () => {
    if (ticks.now !== tick) {
      tick = ticks.now;
      date = new Date(time()).toUTCString();
    }
    return date;
  };
}
