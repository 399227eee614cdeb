import { isAll, type OctetClass, oneOf, VCHAR, without } from '../bytes/ascii.ts';
import { HttpError } from '../errors.ts';
import { parseHost } from './host.ts';

/**
 * What a request target is made of, whatever its form: no whitespace, no controls, and none of what
 * RFC 3986 keeps out of a URI, but for those characters that browsers send as they are.
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
  /** The host and the port that the target names. They count instead of Host's. @see RFC 9112 §3.2.2 */
  readonly authority: string | undefined;
  readonly scheme: 'http' | 'https' | undefined;
}

/**
 * Parses a request target, whose form has to be one that `method` may have.
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
  if (!isAll(TARGET_OCTET, target)) throw new HttpError('HTTP_TARGET');
  if (method === 'CONNECT') return parseAuthorityForm(target);
  if (target.startsWith('/')) {
    return { form: 'origin', path: target, authority: undefined, scheme: undefined };
  }
  if (target !== '*') return parseAbsoluteForm(method, target);
  if (method !== 'OPTIONS') throw new HttpError('HTTP_TARGET', '"*" is for OPTIONS');
  return { form: 'asterisk', path: '*', authority: undefined, scheme: undefined };
}

/**
 * Neither the host nor the port may be empty.
 *
 * ```abnf
 * authority-form = uri-host ":" port
 * ```
 *
 * @see RFC 9112 §3.2.3, RFC 9110 §9.3.6
 */
function parseAuthorityForm(target: string): RequestTarget {
  const authority = parseHost(target);
  const isComplete = authority?.host && authority.port !== undefined;
  if (!isComplete) throw new HttpError('HTTP_TARGET', 'CONNECT needs a host and a port');
  return { form: 'authority', path: '', authority: target, scheme: undefined };
}

const ABSOLUTE_FORM = /^(https?):\/\/([^/?]*)(.*)$/i;

/**
 * The host may not be empty, and there may be no userinfo, which makes one host look like another.
 *
 * ```abnf
 * absolute-form = absolute-URI
 * http-URI      = "http" "://" authority path-abempty [ "?" query ]
 * https-URI     = "https" "://" authority path-abempty [ "?" query ]
 * ```
 *
 * @see RFC 9112 §3.2.2, RFC 9110 §4.2
 */
function parseAbsoluteForm(method: string, target: string): RequestTarget {
  const [, scheme, authority, rest] = ABSOLUTE_FORM.exec(target) ?? [];
  if (scheme === undefined || !parseHost(authority!)?.host) throw new HttpError('HTTP_TARGET');
  return {
    form: 'absolute',
    path: pathOf(method, rest!),
    authority,
    scheme: scheme.toLowerCase() as 'http' | 'https',
  };
}

/** The path that the request would have in origin-form or asterisk-form. @see RFC 9112 §3.2.1, §3.2.4 */
function pathOf(method: string, rest: string): string {
  if (rest === '' && method === 'OPTIONS') return '*';
  return rest.startsWith('/') ? rest : `/${rest}`;
}
