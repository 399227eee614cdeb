/**
 * Who may come in: the checks on Host and Origin that keep a stranger's page from using a visitor's
 * browser against a server.
 *
 * @module
 */
import type { Fields } from '../http1/fields.ts';
import { parseHost } from '../http1/host.ts';
import type { Scheme } from './scheme.ts';

/** What is known of a request before it is let in. */
export interface Arrival {
  /** The authority that was asked for: of an absolute target, else the Host field. */
  readonly host: string | undefined;
  readonly fields: Fields;
  /** The address that the connection came in on. */
  readonly localAddress: string | undefined;
  /** By what it was sent; nothing where that is not known. */
  readonly scheme: Scheme | undefined;
}

/** Names or origins that are let in, or `'*'` for any. */
export type AllowList = '*' | readonly string[];

/**
 * Why the Host is not one of ours, or nothing when it is.
 *
 * A page of a stranger can make its own host name resolve to a server on this machine (DNS
 * rebinding); the name in Host gives it away. So a server that was not told its names, and is
 * reached by a loopback address, answers to loopback names only.
 */
export function hostRefusal(arrival: Arrival, hosts: AllowList | undefined): string | undefined {
  if (hosts === '*') return undefined;
  const host = arrival.host ?? '';
  if (hosts !== undefined) {
    if (hosts.some((allowed) => isSameHost(host, allowed, arrival.scheme))) return undefined;
    return `Host ${JSON.stringify(host)} is not in the hub's option hosts (${hosts.join(', ')}). Add it there, or set hosts: '*'.`;
  }
  if (!isLoopbackAddress(arrival.localAddress) || isLoopbackName(host)) return undefined;
  return `Host ${JSON.stringify(host)} is not a loopback name, and this server was reached on a loopback address. List the names it answers to in the hub's option hosts, or set hosts: '*'.`;
}

/** What was decided about where a request comes from. */
export interface OriginDecision {
  /** Why it may not come in; nothing when it may. */
  readonly refusal?: string | undefined;
  /** The origin whose pages may read the answer, as it was sent. */
  readonly origin?: string | undefined;
  /** Whether they may use the visitor's cookies: only where the origin is listed by its name. */
  readonly credentials?: boolean | undefined;
  /** The origin that the page that asks by a script or a frame is known to have. */
  readonly page?: string | undefined;
  /**
   * Whether nothing tells what page asks, on a transport that any page may use: what the browser
   * adds by itself (cookies) must not count.
   */
  readonly isAnonymous?: boolean | undefined;
}

/**
 * Why the origin may not come in, or nothing when it may.
 *
 * @see {@link decideOrigin}
 */
export function originRefusal(arrival: Arrival, origins: AllowList): string | undefined {
  return decideOrigin(arrival, origins, false).refusal;
}

/**
 * Decides about the origin of a request.
 *
 * Browsers say where a page comes from; programs say nothing and are let in. Elements (script,
 * iframe) and requests of the same origin have no Origin field, so there Sec-Fetch-Site and, where
 * an element is a transport, Referer have to do.
 *
 * @param isElement - Whether the answer is meant for a script or iframe element.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-10.2 | RFC 6455 §10.2}
 */
export function decideOrigin(
  arrival: Arrival,
  origins: AllowList,
  isElement: boolean,
): OriginDecision {
  const origin = arrival.fields.get('origin');
  if (origin !== undefined) return decideNamed(origin, arrival, origins);
  const page = isElement ? pageOf(arrival.fields.get('referer')) : undefined;
  const isKnown = page !== undefined && isAllowed(page, arrival, origins);
  const site = arrival.fields.get('sec-fetch-site');
  switch (site) {
    case 'same-origin':
    case 'none':
      return { page: isKnown ? page : undefined };
    case 'cross-site':
    case 'same-site':
      if (isKnown) return { page };
      return origins === '*' ? {} : { refusal: siteRefusal(site, page, arrival) };
    default:
      if (isKnown) return { page };
      return { isAnonymous: isElement && origins !== '*' };
  }
}

function decideNamed(origin: string, arrival: Arrival, origins: AllowList): OriginDecision {
  const isListed = origins !== '*' && lists(origins, origin);
  if (isListed || origins === '*' || isSameOrigin(origin, arrival)) {
    return { origin, credentials: isListed, page: pageOf(origin) };
  }
  return {
    refusal: `Origin ${origin} is not the server's own (${ownOrigin(arrival)}) and not in the option origins. If its pages may connect, set origins: [${JSON.stringify(origin)}]. If that is this server's own public address, a proxy on the way has replaced Host: set the same, or let the proxy pass Host on.`,
  };
}

/** The server's own origin, as far as it is known. */
function ownOrigin({ host = '', scheme }: Arrival): string {
  const name = `Host ${JSON.stringify(host)}`;
  return scheme === undefined ? name : `${name}, by ${scheme}`;
}

/** A browser that sends no Origin still says how the page and the server are related. */
function siteRefusal(site: string, page: string | undefined, { host }: Arrival): string {
  const from = page === undefined ? 'another origin' : `the origin ${page}`;
  return `Sec-Fetch-Site is ${site}: a page of ${from}, not of the server's own (Host ${JSON.stringify(host ?? '')}), may connect only if the option origins lists it.`;
}

/** An origin that can stand in a script and in a policy: hosts may have odd characters in them. */
const PAGE = /^https?:\/\/[A-Za-z0-9_.[\]:-]+$/;

/** The origin of the page that an Origin or a Referer names. */
function pageOf(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { origin } = new URL(url);
  return PAGE.test(origin) ? origin : undefined;
}

function isAllowed(origin: string, arrival: Arrival, origins: AllowList): boolean {
  return origins === '*' || lists(origins, origin) || isSameOrigin(origin, arrival);
}

function lists(origins: readonly string[], origin: string): boolean {
  return (
    isLowerCase(origin) && origins.some((allowed) => serialised(allowed) === serialised(origin))
  );
}

/** A serialised origin is in lower case: no browser has sent what is not. @see RFC 6454 §6.2 */
function isLowerCase(origin: string): boolean {
  return origin === origin.toLowerCase();
}

/** Whether a page of `origin` is served by the same host and port, and scheme where that is known. */
function isSameOrigin(origin: string, { host, scheme }: Arrival): boolean {
  const page = isLowerCase(origin) ? parseOrigin(origin) : undefined;
  if (page === undefined) return false;
  if (scheme !== undefined && page.protocol !== `${scheme}:`) return false;
  return parseOrigin(`${page.protocol}//${host}`)?.host === page.host;
}

/** An origin with its default port left out, as browsers serialise it. */
function serialised(origin: string): string {
  return parseOrigin(origin)?.origin ?? origin;
}

/** Whether this is an origin that could be listed: `null` is what pages without one say. */
export function isOrigin(text: string): boolean {
  return text === 'null' || parseOrigin(text) !== undefined;
}

/** A scheme, a host and perhaps a port: nothing in front of the host, nothing behind the port. */
const ORIGIN = /^https?:\/\/[^/?#@]+$/i;

function parseOrigin(text: string): URL | undefined {
  return ORIGIN.test(text) && URL.canParse(text) ? new URL(text) : undefined;
}

/** Whether Host names the allowed host; a name allowed without a port is allowed on any. */
function isSameHost(host: string, allowed: string, scheme: Scheme | undefined): boolean {
  const given = parseHost(host);
  const wanted = parseHost(allowed);
  if (given === undefined || wanted === undefined) return false;
  if (given.host.toLowerCase() !== wanted.host.toLowerCase()) return false;
  const defaultPort = scheme === 'https' ? 443 : 80;
  return wanted.port === undefined || (given.port ?? defaultPort) === wanted.port;
}

function isLoopbackAddress(address: string | undefined): boolean {
  if (address === undefined) return false;
  const isIpv4 = address.startsWith('127.') || address.startsWith('::ffff:127.');
  return isIpv4 || address === '::1';
}

const LOOPBACK_NAME = /^(?:(?:[^:]+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d*)?$/i;

/** The last that was found to be one: one request after the other asks for the same. */
let lastLoopbackName = 'localhost';

function isLoopbackName(host: string): boolean {
  if (host === lastLoopbackName) return true;
  const isLoopback = LOOPBACK_NAME.test(host);
  if (isLoopback) lastLoopbackName = host;
  return isLoopback;
}
