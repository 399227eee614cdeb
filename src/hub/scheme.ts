import type { Fields } from '../http1/fields.ts';
import type { AllowList } from './admission.ts';

/** By what a client has sent its request. */
export type Scheme = 'http' | 'https';

/** What tells the scheme of a request. */
export interface Sender {
  /** Whether TLS protects the connection. */
  readonly secure: boolean;
  readonly remoteAddress: string | undefined;
  readonly fields: Fields;
}

/** What proxies say; some name that of a WebSocket by its own name. Several at once say nothing. */
const SCHEMES: ReadonlyMap<string, Scheme> = new Map([
  ['http', 'http'],
  ['https', 'https'],
  ['ws', 'http'],
  ['wss', 'https'],
]);

/**
 * The scheme of a request, or nothing where it is not known: TLS may have ended in front of a
 * connection that is plain. A proxy that is trusted knows, and says so in `X-Forwarded-Proto`; from
 * anybody else that is a claim.
 *
 * @param proxies - The addresses of proxies that are trusted.
 */
export function schemeOf(sender: Sender, proxies: AllowList): Scheme | undefined {
  const { secure, fields } = sender;
  const own = secure ? 'https' : undefined;
  if (!isTrusted(sender.remoteAddress, proxies)) return own;
  return SCHEMES.get(fields.get('x-forwarded-proto')?.trim().toLowerCase() ?? '') ?? own;
}

function isTrusted(address: string | undefined, proxies: AllowList): boolean {
  if (proxies === '*') return true;
  return proxies.length > 0 && address !== undefined && proxies.includes(unmapped(address));
}

/**
 * An address that is given as a connection has it: an IPv6 address can be written in many ways.
 *
 * @throws TypeError when it is none.
 */
export function canonicalAddress(text: string): string {
  const address = unmapped(text);
  return address.includes(':') ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}

/** A socket that takes connections of both families has IPv4 addresses in IPv6 form. */
function unmapped(address: string): string {
  return address.replace(/^::ffff:(?=[\d.]+$)/i, '');
}
