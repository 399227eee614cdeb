/**
 * TCP and TLS connections to a peer under test.
 *
 * @module
 */

import { connect, isIP, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';

/**
 * A TCP connection, being made.
 *
 * @param host - A name or an address, one of IPv6 in brackets.
 */
export function dial(host: string, port: number): Socket {
  return connect({ host: unbracketed(host), port, allowHalfOpen: true });
}

function unbracketed(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

/** TLS inside a connection, with whatever certificate: what is judged is not whom it belongs to. */
export function secured(carrier: Socket, host: string): Socket {
  const name = isIP(unbracketed(host)) === 0 ? { servername: host } : {};
  return connectSecurely({
    socket: carrier,
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
    ...name,
  });
}
