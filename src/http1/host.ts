import {
  ALPHA,
  COLON,
  DIGIT,
  isAll,
  type OctetClass,
  oneOf,
  skip,
  skipText,
  union,
} from '../bytes/ascii.ts';

/** A server's name or address, and its port when one is given. */
export interface Host {
  /** As sent: a name, an IPv4 address, or an IP literal with its brackets. May be empty. */
  readonly host: string;
  readonly port: number | undefined;
}

/** The largest TCP port. RFC 3986 sets no bound, but there is nothing to reach above this one. */
const MAX_PORT = 65_535;

/** `unreserved`. @see RFC 3986 §2.3 */
const UNRESERVED = union(ALPHA, DIGIT, oneOf('-._~'));

/**
 * `sub-delims` without the comma: a Host with a comma is what two Host lines become when something
 * on the way joins them. @see RFC 3986 §2.2, RFC 9110 §5.3
 */
const SUB_DELIMS = oneOf("!$&'()*+;=");

/** What stands for itself in a `reg-name`. @see RFC 3986 §3.2.2 */
const REG_NAME: OctetClass = union(UNRESERVED, SUB_DELIMS);

/** What the address of an IP literal of the future is made of. @see RFC 3986 §3.2.2 */
const FUTURE_ADDRESS: OctetClass = union(UNRESERVED, SUB_DELIMS, oneOf(':'));

/** What a Host is made of, in any order. */
export const HOST_OCTET: OctetClass = union(REG_NAME, oneOf('%:[]'));

const PCT_ENCODED = /^%[0-9A-Fa-f]{2}$/;
const H16 = /^[0-9A-Fa-f]{1,4}$/;
const DEC_OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const IPV4_ADDRESS = new RegExp(`^${DEC_OCTET}(?:\\.${DEC_OCTET}){3}$`);
const IPV_FUTURE_VERSION = /^v[0-9A-F]+\./i;

/** Whether `value` may be the value of a Host field. */
export function isHost(value: string): boolean {
  return parseHost(value) !== undefined;
}

/**
 * Parses the value of a Host field, or the authority of a target without userinfo.
 *
 * ```abnf
 * Host       = uri-host [ ":" port ]
 * uri-host   = IP-literal / IPv4address / reg-name
 * IP-literal = "[" ( IPv6address / IPvFuture ) "]"
 * reg-name   = *( unreserved / pct-encoded / sub-delims )
 * port       = *DIGIT
 * ```
 *
 * The host may be empty, and so may the port. Every IPv4 address is a `reg-name` too.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-7.2 | RFC 9110 §7.2}
 * @see {@link https://www.rfc-editor.org/rfc/rfc3986#section-3.2.2 | RFC 3986 §3.2.2}
 */
export function parseHost(value: string): Host | undefined {
  const end = value.startsWith('[') ? endOfLiteral(value) : endOfName(value);
  if (end === -1) return undefined;
  const host = value.slice(0, end);
  if (end === value.length) return { host, port: undefined };
  const digits = value.slice(end + 1);
  const isPort = value[end] === ':' && isAll(DIGIT, digits) && Number(digits) <= MAX_PORT;
  if (!isPort) return undefined;
  return { host, port: digits === '' ? undefined : Number(digits) };
}

/** The index behind the `reg-name` that begins the text, or -1 when its percent-encoding is broken. */
function endOfName(text: string): number {
  let i = skipText(REG_NAME, text, 0);
  while (text[i] === '%') {
    if (!PCT_ENCODED.test(text.slice(i, i + 3))) return -1;
    i = skipText(REG_NAME, text, i + 3);
  }
  return i;
}

/** The index behind the `IP-literal` that begins the text, or -1 when it is none. */
function endOfLiteral(text: string): number {
  const end = text.indexOf(']') + 1;
  const address = text.slice(1, end - 1);
  return end > 0 && (isIpv6Address(address) || isIpvFuture(address)) ? end : -1;
}

/**
 * `IPv6address`: eight groups of 16 bits, of which one run may be left out and written `::`, and the
 * last two may be written as an IPv4 address.
 *
 * @see RFC 3986 §3.2.2
 */
function isIpv6Address(text: string): boolean {
  const [left, right, ...others] = text.split('::');
  if (others.length > 0) return false;
  if (right === undefined) return countGroups(left!, true) === 8;
  const counts = [countGroups(left!, false), countGroups(right, true)];
  return !counts.includes(-1) && counts[0]! + counts[1]! <= 7;
}

/** How many groups of 16 bits `text` has, or -1 when something in it is none. */
function countGroups(text: string, mayEndInIpv4: boolean): number {
  if (text === '') return 0;
  const groups = text.split(':');
  const endsInIpv4 = mayEndInIpv4 && IPV4_ADDRESS.test(groups.at(-1)!);
  if (endsInIpv4) groups.pop();
  if (!groups.every((group) => H16.test(group))) return -1;
  return groups.length + (endsInIpv4 ? 2 : 0);
}

/** `IPvFuture = "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )` */
function isIpvFuture(text: string): boolean {
  const version = IPV_FUTURE_VERSION.exec(text)?.[0];
  return (
    version !== undefined &&
    text.length > version.length &&
    skipText(FUTURE_ADDRESS, text, version.length) === text.length
  );
}

/**
 * Whether the octets from `start` to `end` are a `reg-name` without percent-encoding, and a port of
 * up to four digits: what most Host fields are, told without making a string.
 */
export function isPlainHost(octets: Uint8Array, start: number, end: number): boolean {
  const i = skip(REG_NAME, octets, start, end);
  if (i === end) return true;
  if (octets[i] !== COLON || end - i > 5) return false;
  return skip(DIGIT, octets, i + 1, end) === end;
}
