/**
 * The address that `given` is, with `http:` and `https:` taken for `ws:` and `wss:`. A `URL` writes the
 * host in IDNA, and all else percent-encoded.
 *
 * @throws DOMException `SyntaxError` when it is none that a WebSocket can be at.
 * @see RFC 6455 §3, §11.1.1, §11.1.2
 */
export function webSocketUrl(given: string): URL {
  if (!URL.canParse(given)) throw syntaxError(`not a URL: ${given}`);
  const url = new URL(given);
  if (url.protocol === 'http:') url.protocol = 'ws:';
  if (url.protocol === 'https:') url.protocol = 'wss:';
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:')
    throw syntaxError(`the scheme ${url.protocol} is not supported`);
  if (url.hash !== '' || url.href.endsWith('#')) throw syntaxError('a fragment is not allowed');
  return url;
}

/** What the standard has thrown for an argument that is none. */
export function syntaxError(message: string): DOMException {
  return new DOMException(message, 'SyntaxError');
}
