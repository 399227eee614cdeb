/**
 * Where a server may send the opening handshake, and what it is sent there with.
 *
 * @module
 */
import { transportTo } from './dial.ts';
import type { OpeningTerms } from './opening-attempt.ts';
import { webSocketUrl } from './websocket-url.ts';

/**
 * The address that a server redirects to.
 *
 * @throws Error when no WebSocket can be there, or what was asked for inside TLS would be outside.
 */
export function redirectUrl(location: string, from: URL): URL {
  if (!URL.canParse(location, from)) throw new Error(`redirected to no URL: ${location}`);
  const url = new URL(location, from);
  url.hash = '';
  const to = webSocketUrl(url.href);
  const isDowngrade = from.protocol === 'wss:' && to.protocol !== 'wss:';
  if (isDowngrade) throw new Error(`redirected out of TLS: ${to.href}`);
  return to;
}

/** The terms for `url`, where those for `from` are `terms`: credentials are for an origin alone. */
export function termsAt(url: URL, terms: OpeningTerms, from: URL): OpeningTerms {
  const transport = transportTo(url, terms.transport, from);
  return { ...terms, transport, fields: url.origin === from.origin ? terms.fields : [] };
}
