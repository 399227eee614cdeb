import { latin1 } from '../bytes/latin1.ts';
import { HttpError } from '../errors.ts';

/** The methods that are known, the frequent ones first. @see RFC 9110 §9.3, RFC 5789 §2 */
const METHODS = ['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];

/** A method with more octets than this is not looked at further. @see RFC 9112 §3 */
export const MAX_METHOD = 32;

/**
 * The method whose octets, all of them `tchar`, stand from `start` to `end`. Methods are
 * case-sensitive: `get` is not GET.
 *
 * @throws {@link HttpError} `HTTP_METHOD_UNSUPPORTED`.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-9.1 | RFC 9110 §9.1}
 */
export function knownMethod(octets: Uint8Array, start: number, end: number): string {
  for (const method of METHODS) {
    if (method.length === end - start && isMethod(octets, start, method)) return method;
  }
  throw new HttpError('HTTP_METHOD_UNSUPPORTED', latin1(octets, start, end));
}

function isMethod(octets: Uint8Array, start: number, method: string): boolean {
  for (let i = 0; i < method.length; i++) {
    if (octets[start + i] !== method.charCodeAt(i)) return false;
  }
  return true;
}
