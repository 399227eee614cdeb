import { HttpError } from '../errors.ts';
import { type Parameterised, parseParameterisedList } from './field-values.ts';

/**
 * How the length of a message body is known: so many octets (0 when there is no body), by the
 * chunked transfer coding, or by the end of the connection (a response only).
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-6.3 | RFC 9112 §6.3}
 */
export type MessageBodyLength = number | 'chunked' | 'close';

/**
 * Parses the value of Content-Length.
 *
 * ```abnf
 * Content-Length = 1*DIGIT
 * ```
 *
 * RFC 9112 lets a recipient accept a list of identical values. We do not, nor a second line: who
 * repeats the length may be heard differently by someone on the way.
 *
 * @throws {@link HttpError} `HTTP_CONTENT_LENGTH`, also when it is larger than can be counted.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-8.6 | RFC 9110 §8.6}
 */
export function parseContentLength(value: string): number {
  const length = Number(value);
  if (/^[0-9]+$/.test(value) && Number.isSafeInteger(length)) return length;
  throw new HttpError('HTTP_CONTENT_LENGTH');
}

/**
 * Checks that the body's transfer codings, from all lines of Transfer-Encoding, are `chunked` alone.
 *
 * @throws {@link HttpError} `HTTP_TRANSFER_ENCODING` unless `chunked` comes once, last and without
 * parameters; `HTTP_TRANSFER_CODING_UNKNOWN` when it does but others come before it.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-6.1 | RFC 9112 §6.1}
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-7 | RFC 9112 §7}
 */
export function requireChunked(value: string): void {
  const codings = transferCodings(value);
  const first = codings.findIndex(({ token }) => token.toLowerCase() === 'chunked');
  const isOnceAndLast = first !== -1 && first === codings.length - 1;
  const isChunked = isOnceAndLast && codings[first]!.parameters.length === 0;
  if (!isChunked) throw new HttpError('HTTP_TRANSFER_ENCODING');
  if (codings.length > 1) throw new HttpError('HTTP_TRANSFER_CODING_UNKNOWN');
}

/**
 * The elements of the list, none when it is not one.
 *
 * ```abnf
 * transfer-coding    = token *( OWS ";" OWS transfer-parameter )
 * transfer-parameter = token BWS "=" BWS ( token / quoted-string )
 * ```
 *
 * @see RFC 9110 §10.1.4
 */
function transferCodings(value: string): readonly Parameterised[] {
  const codings = parseParameterisedList(value) ?? [];
  const haveValues = codings.every(({ parameters }) =>
    parameters.every(([, parameterValue]) => parameterValue !== undefined),
  );
  return haveValues ? codings : [];
}
