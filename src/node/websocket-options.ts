import type { OutgoingFields } from '../http1/outgoing-fields.ts';
import { type CompressionOptions, compressionOf } from '../websocket/permessage-deflate.ts';
import type { ClientSessionTerms } from './client-session.ts';
import { type ClientLimits, clientLimits, handshakeFields } from './client-terms.ts';
import type { TransportOptions } from './dial.ts';

/** What browsers have no say in. */
export interface WebSocketInit extends TransportOptions {
  /**
   * Offers the server to compress messages (RFC 7692), by these options or the usual ones. Default
   * `false`.
   */
  readonly compression?: boolean | CompressionOptions | undefined;
  /** Further fields of the opening handshake, such as `Authorization`, `Cookie` or `Origin`. */
  readonly headers?: OutgoingFields | undefined;
  readonly limits?: Partial<ClientLimits> | undefined;
  /** Gives up connecting when it is aborted. Of an open connection it says nothing. */
  readonly signal?: AbortSignal | undefined;
}

/** The terms of a connection, but for the subprotocols. */
export function termsOf({
  compression = false,
  headers,
  limits,
  signal,
  tls,
}: WebSocketInit): Omit<ClientSessionTerms, 'protocols'> {
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError('signal must be an AbortSignal');
  }
  return {
    compression: compressionOf(compression, 'client'),
    fields: handshakeFields(headers),
    limits: clientLimits(limits),
    signal,
    transport: { tls },
  };
}

/**
 * A `URL` writes the host in IDNA, and all else percent-encoded.
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
