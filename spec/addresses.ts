/**
 * The addresses of a server under test, as a person gives them.
 *
 * @module
 */

import type { Door } from './server-probes.ts';

/** Where to connect to, and what to ask for there. */
export interface Address {
  readonly host: string;
  readonly port: number;
  /** Whether to talk inside TLS. */
  readonly secure: boolean;
  /** The path with its query. */
  readonly target: string;
}

const SCHEMES: Readonly<Record<Door, readonly string[]>> = {
  webSocket: ['ws:', 'wss:'],
  http: ['http:', 'https:'],
  eventStream: ['http:', 'https:'],
  live: ['http:', 'https:'],
  full: ['http:', 'https:'],
};

const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  'ws:': 80,
  'http:': 80,
  'wss:': 443,
  'https:': 443,
};

/** The kind of address that begins like this; nothing when no address does. */
export function doorOf(address: string): 'webSocket' | 'http' | undefined {
  if (/^wss?:\/\//i.test(address)) return 'webSocket';
  return /^https?:\/\//i.test(address) ? 'http' : undefined;
}

/** @throws TypeError when it is no address of this kind; the message says what one is like. */
export function readAddress(text: string, door: Door): Address {
  const schemes = SCHEMES[door];
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !schemes.includes(url.protocol) || url.hostname === '') {
    const wanted = schemes.map((scheme) => `${scheme}//host:port/`).join(' or ');
    throw new TypeError(`${JSON.stringify(text)} is not an address like ${wanted}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new TypeError(`${url.host}: no name and password can be given in an address`);
  }
  if (door === 'http' && url.pathname + url.search !== '/') {
    throw new TypeError(
      `${text}: the HTTP address has no path, since GET / and POST /echo are what is asked for: ${url.origin}/`,
    );
  }
  return {
    host: url.hostname,
    port: url.port === '' ? DEFAULT_PORTS[url.protocol]! : Number(url.port),
    secure: ['wss:', 'https:'].includes(url.protocol),
    target: url.pathname + url.search,
  };
}
