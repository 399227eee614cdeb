/** What opens last of all to each remote, and is done when its connection is open or has failed. */
const last = new Map<string, Promise<void>>();

/**
 * Lets the connections to one remote be opened one after the other: to open many at once costs a
 * server more than it costs who does it.
 *
 * @param open - Begins, and is done when the connection is open or has failed. It must not reject.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-4.1 | RFC 6455 §4.1}, requirement 2
 */
export function openInTurn(remote: string, open: () => Promise<void>): void {
  const turn = last.get(remote)?.then(open) ?? open();
  last.set(remote, turn);
  void turn.then(() => {
    if (last.get(remote) === turn) last.delete(remote);
  });
}
