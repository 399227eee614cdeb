import type { FieldLine } from './field-line.ts';

/**
 * Fields that have to be known before the content is: they frame or route a message, authenticate
 * who sent it, or say what the content is and what may be done with it.
 */
const NOT_IN_TRAILERS: ReadonlySet<string> = new Set([
  'age',
  'authorization',
  'cache-control',
  'connection',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'cookie',
  'date',
  'expect',
  'expires',
  'host',
  'keep-alive',
  'location',
  'max-forwards',
  'pragma',
  'proxy-authenticate',
  'proxy-authorization',
  'range',
  'retry-after',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'vary',
  'www-authenticate',
]);

/**
 * Checks that all of `trailers` are fields that may come behind the content.
 *
 * @throws TypeError when one is not.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-6.5.1 | RFC 9110 §6.5.1}
 */
export function requireTrailers(trailers: readonly FieldLine[]): void {
  for (const { name } of trailers) {
    if (NOT_IN_TRAILERS.has(name.toLowerCase())) {
      throw new TypeError(`${name} may not be a trailer field`);
    }
  }
}
