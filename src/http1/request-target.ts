import { type OctetClass, oneOf, VCHAR, without } from '../bytes/ascii.ts';
import { HttpError } from '../errors.ts';
import { parseHost } from './host.ts';

/**
 * What a request target is made of, whatever its form: no whitespace, no controls, and none of the
 * other octets that RFC 3986 keeps out of a URI but for those that browsers send as they are.
 *
 * @see {@link https://url.spec.whatwg.org/#query-percent-encode-set | URL §1.3}
 */
export const TARGET_OCTET: OctetClass = without(VCHAR, oneOf('"<>#'));

/** What a request is for. */
export interface RequestTarget {
  /** In which of the four forms it was sent. */
  readonly form: 'origin' | 'absolute' | 'authority' | 'asterisk';
  /** The path and the query, as sent; `*` for the server as a whole; empty for a tunnel. */
  readonly path: string;
  /** The host and the port as the target gives them, which then count instead of Host's. */
  readonly authority: string | undefined;
  readonly scheme: 'http' | 'https' | undefined;
}

/**
 * Parses a request target, whose form has to be one of those that `method` may have.
 *
 * ```abnf
 * request-target = origin-form / absolute-form / authority-form / asterisk-form
 * origin-form    = absolute-path [ "?" query ]
 * asterisk-form  = "*"
 * ```
 *
 * @throws {@link HttpError} `HTTP_TARGET`.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-3.2 | RFC 9112 §3.2}
 */
export function parseRequestTarget(method: string, target: string): RequestTarget {
  if (method === 'CONNECT') return parseAuthorityForm(target);
  if (target.startsWith('/')) {
    return { form: 'origin', path: target, authority: undefined, scheme: undefined };
  }
  if (target !== '*') return parseAbsoluteForm(method, target);
  if (method !== 'OPTIONS') throw new HttpError('HTTP_TARGET', '"*" is for OPTIONS');
  return { form: 'asterisk', path: '*', authority: undefined, scheme: undefined };
}

/**
 * `authority-form = uri-host ":" port`, where neither may be empty.
 *
 * @see RFC 9112 §3.2.3, RFC 9110 §9.3.6
 */
function parseAuthorityForm(target: string): RequestTarget {
  const authority = parseHost(target);
  const isComplete = authority?.host && authority.port !== undefined;
  if (!isComplete) throw new HttpError('HTTP_TARGET', 'CONNECT needs a host and a port');
  return { form: 'authority', path: '', authority: target, scheme: undefined };
}

/**
 * `absolute-form = absolute-URI`, of which a server of HTTP needs what http and https URIs are.
 *
 * ```abnf
 * http-URI  = "http" "://" authority path-abempty [ "?" query ]
 * https-URI = "https" "://" authority path-abempty [ "?" query ]
 * ```
 *
 * Userinfo is refused: it makes one authority look like another.
 *
 * @see RFC 9112 §3.2.2, RFC 9110 §4.2
 */
function parseAbsoluteForm(method: string, target: string): RequestTarget {
  const parts = /^(https?):\/\/([^/?]*)(.*)$/is.exec(target);
  if (parts === null) throw new HttpError('HTTP_TARGET');
  const [, scheme, authority, rest] = parts as unknown as [string, string, string, string];
  if (!parseHost(authority)?.host) throw new HttpError('HTTP_TARGET', 'invalid authority');
  return {
    form: 'absolute',
    path: pathOf(method, rest),
    authority,
    scheme: scheme.toLowerCase() as 'http' | 'https',
  };
}

/** The path that a request in origin-form or asterisk-form would have. @see RFC 9112 §3.2.1, §3.2.4 */
function pathOf(method: string, rest: string): string {
  if (rest === '' && method === 'OPTIONS') return '*';
  return rest.startsWith('/') ? rest : `/${rest}`;
}
