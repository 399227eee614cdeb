import type { OutgoingFields } from '../http1/outgoing-fields.ts';
import { type NamesOf, requireOptions } from '../hub/known-options.ts';
import { requireHeartbeat } from '../hub/options.ts';
import { type CompressionOptions, compressionOf } from '../websocket/permessage-deflate.ts';
import type { ClientSessionTerms } from './client-session.ts';
import {
  type ClientLimits,
  clientLimits,
  handshakeFields,
  optionalDial,
  optionalSignal,
} from './client-terms.ts';
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
  /**
   * Milliseconds of silence after which the server is sent a Ping; when as many more pass without an
   * octet from it, the connection is given up. Default 0: never.
   */
  readonly heartbeat?: number | undefined;
  readonly limits?: Partial<ClientLimits> | undefined;
  /**
   * How many redirects of the opening handshake are followed, never from `wss:` to `ws:`. Another origin
   * gets none of `headers`, and of `tls` its `ca` alone. Default 0, as the standard has it.
   */
  readonly redirects?: number | undefined;
  /** Gives up connecting when it is aborted. Of an open connection it says nothing. */
  readonly signal?: AbortSignal | undefined;
}

const OPTIONS: NamesOf<WebSocketInit> = {
  compression: true,
  dial: true,
  headers: true,
  heartbeat: true,
  limits: true,
  redirects: true,
  signal: true,
  tls: true,
};

/** The terms of a connection, but for the subprotocols. */
export function termsOf(init: WebSocketInit): Omit<ClientSessionTerms, 'protocols'> {
  requireOptions('a WebSocket', init, OPTIONS);
  const { compression = false, dial, headers, heartbeat = 0, limits, redirects = 0 } = init;
  const { signal, tls } = init;
  const isCount = Number.isInteger(redirects) && redirects >= 0;
  if (!isCount) throw new RangeError(`redirects is how many are followed: ${redirects}`);
  return {
    compression: compressionOf(compression, 'client'),
    fields: handshakeFields(headers),
    heartbeat: requireHeartbeat(heartbeat),
    limits: clientLimits(limits),
    redirects,
    signal: optionalSignal(signal),
    transport: { dial: optionalDial(dial), tls },
  };
}
