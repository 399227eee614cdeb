import { parseTokenList } from '../http1/field-values.ts';
import type { RequestHead } from '../http1/request-head.ts';

/**
 * Whether this is meant to be an opening handshake. HTTP/1.0 has no Upgrade, and HTTP/2 has an
 * extended CONNECT in its place.
 *
 * @see RFC 9110 §7.8, RFC 8441 §5
 */
export function asksForWebSocket({
  minorVersion,
  fields,
  majorVersion,
  protocol,
}: RequestHead): boolean {
  if (majorVersion === 2) return protocol === 'websocket';
  // Upgrade first: nearly every request has Connection, and hardly any has this.
  return (
    minorVersion === 1 &&
    names(fields.get('upgrade'), 'websocket') &&
    names(fields.get('connection'), 'upgrade')
  );
}

/** Whether a list of tokens has this one. */
function names(list: string | undefined, token: string): boolean {
  if (list === undefined) return false;
  const tokens = parseTokenList(list) ?? [];
  return tokens.some((one) => one.toLowerCase() === token);
}
