import { latin1 } from '../bytes/latin1.ts';
import { HttpError } from '../errors.ts';

/** The methods that are known, the frequent ones first. @see RFC 9110 §9.3, RFC 5789 §2 */
const METHODS = ['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];

/** The method of the preface of HTTP/2, which is kept for that alone. @see RFC 9113 §3.4 */
const PREFACE = 'PRI';

/** A method with more octets than this is not looked at further. @see RFC 9112 §3 */
export const MAX_METHOD = 32;

/**
 * The method whose octets, all of them `tchar`, stand from `start` to `end`. Methods are
 * case-sensitive: `get` is not GET.
 *
 * @throws {@link HttpError} `HTTP_METHOD_UNSUPPORTED`; `HTTP_VERSION_UNSUPPORTED` for a preface of HTTP/2.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-9.1 | RFC 9110 §9.1}
 */
export function knownMethod(octets: Uint8Array, start: number, end: number): string {
  for (const method of METHODS) {
    if (method.length === end - start && isMethod(octets, start, method)) return method;
  }
  const unknown = latin1(octets, start, end);
  const isPreface = unknown === PREFACE;
  throw new HttpError(isPreface ? 'HTTP_VERSION_UNSUPPORTED' : 'HTTP_METHOD_UNSUPPORTED', unknown);
}

function isMethod(octets: Uint8Array, start: number, method: string): boolean {
  for (let i = 0; i < method.length; i++) {
    if (octets[start + i] !== method.charCodeAt(i)) return false;
  }
  return true;
}
