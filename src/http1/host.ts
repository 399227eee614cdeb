import {
  ALPHA,
  COLON,
  DIGIT,
  HEX_VALUE,
  type OctetClass,
  oneOf,
  skip,
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
 * The host may be empty; every IPv4 address is a `reg-name` too.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-7.2 | RFC 9110 §7.2}
 * @see {@link https://www.rfc-editor.org/rfc/rfc3986#section-3.2.2 | RFC 3986 §3.2.2}
 */
export function parseHost(value: string): Host | undefined {
  const end = value.startsWith('[') ? endOfLiteral(value) : endOfName(value);
  if (end === -1) return undefined;
  const host = value.slice(0, end);
  if (end === value.length) return { host, port: undefined };
  if (value[end] !== ':') return undefined;
  const digits = value.slice(end + 1);
  if (!/^[0-9]*$/.test(digits) || Number(digits) > MAX_PORT) return undefined;
  return { host, port: digits === '' ? undefined : Number(digits) };
}

/** The index behind the `reg-name` at the start of `value`, or -1 when its percent-encoding is broken. */
function endOfName(value: string): number {
  let i = 0;
  for (;;) {
    while (REG_NAME[value.charCodeAt(i)] === 1) i++;
    if (value[i] !== '%') return i;
    if (!isHexdig(value, i + 1) || !isHexdig(value, i + 2)) return -1;
    i += 3;
  }
}

/** The index behind the IP literal at the start of `value`, or -1. */
function endOfLiteral(value: string): number {
  const close = value.indexOf(']');
  if (close === -1) return -1;
  const address = value.slice(1, close);
  return isIpv6Address(address) || isIpvFuture(address) ? close + 1 : -1;
}

/**
 * `IPv6address`: eight groups of 16 bits, of which one run may be left out and written `::`, and the
 * last two may be written as an IPv4 address. @see RFC 3986 §3.2.2
 */
function isIpv6Address(address: string): boolean {
  const halves = address.split('::');
  if (halves.length > 2) return false;
  const groups = halves.map((half, i) => countGroups(half, i === halves.length - 1));
  if (groups.includes(-1)) return false;
  const count = groups.reduce((sum, each) => sum + each, 0);
  return halves.length === 2 ? count <= 7 : count === 8;
}

/** How many groups of 16 bits `text` has, or -1 when one is not a group. */
function countGroups(text: string, isLast: boolean): number {
  if (text === '') return 0;
  const groups = text.split(':');
  const tail = isLast && isIpv4Address(groups.at(-1)!) ? groups.pop() : undefined;
  if (!groups.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return -1;
  return groups.length + (tail === undefined ? 0 : 2);
}

function isIpv4Address(text: string): boolean {
  const octets = text.split('.');
  return octets.length === 4 && octets.every((octet) => isDecOctet(octet));
}

/** `dec-octet`: 0 to 255, without leading zeros. */
function isDecOctet(text: string): boolean {
  return /^(?:0|[1-9][0-9]{0,2})$/.test(text) && Number(text) <= 255;
}

/** `IPvFuture = "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )`. */
function isIpvFuture(address: string): boolean {
  const [version = '', ...rest] = address.split('.');
  const future = rest.join('.');
  if (!/^[Vv][0-9A-Fa-f]+$/.test(version) || future === '') return false;
  return Array.from(future).every((character) => FUTURE_ADDRESS[character.charCodeAt(0)] === 1);
}

function isHexdig(text: string, index: number): boolean {
  return (HEX_VALUE[text.charCodeAt(index)] ?? -1) !== -1;
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
