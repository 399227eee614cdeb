import { COLON, CR, FIELD_CONTENT, HTAB, LF, SP, TCHAR } from '../bytes/ascii.ts';
import { latin1 } from '../bytes/latin1.ts';
import { HttpError } from '../errors.ts';

/** One field of a header or trailer section. */
export interface FieldLine {
  /** The field name, in lower case: names are case-insensitive. */
  readonly name: string;
  readonly value: string;
}

/**
 * Parses the field line from `start` to `end`.
 *
 * ```abnf
 * field-line = field-name ":" OWS field-value OWS
 * field-name = token
 * ```
 *
 * No whitespace may come before the colon, nor before the name: the first would let two recipients
 * read two names, and the second is line folding, which RFC 9112 §5.2 says to reject.
 *
 * @throws {@link HttpError} `HTTP_OBS_FOLD`, `HTTP_FIELD_NAME`, `HTTP_FIELD_VALUE`, `HTTP_BARE_CR`
 * or `HTTP_BARE_LF`.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-5 | RFC 9112 §5}
 */
export function parseFieldLine(octets: Uint8Array, start: number, end: number): FieldLine {
  const colon = skipFieldName(octets, start, end);
  const first = skipWhitespace(octets, colon + 1, end);
  for (let i = first; i < end; i++) {
    if (FIELD_CONTENT[octets[i]!] === 0) throw fieldValueFault(octets[i]!);
  }
  const last = trimWhitespace(octets, first, end);
  return { name: latin1(octets, start, colon).toLowerCase(), value: latin1(octets, first, last) };
}

/** The index of the colon behind the field name that begins at `start`. */
function skipFieldName(octets: Uint8Array, start: number, end: number): number {
  let i = start;
  while (i < end && TCHAR[octets[i]!] === 1) i++;
  if (i > start && i < end && octets[i] === COLON) return i;
  throw fieldNameFault(i < end ? octets[i]! : CR, i === start);
}

/** What is wrong when `octet` comes where a field name begins (`atStart`) or goes on. */
export function fieldNameFault(octet: number, atStart: boolean): HttpError {
  if (octet === LF) return new HttpError('HTTP_BARE_LF');
  if (atStart && isWhitespace(octet)) return new HttpError('HTTP_OBS_FOLD');
  return new HttpError('HTTP_FIELD_NAME');
}

/** What is wrong when `octet` comes in a field value. */
export function fieldValueFault(octet: number): HttpError {
  if (octet === LF) return new HttpError('HTTP_BARE_LF');
  if (octet === CR) return new HttpError('HTTP_BARE_CR');
  return new HttpError('HTTP_FIELD_VALUE');
}

/** The index of the first octet from `start` on that is not whitespace, or `end`. */
export function skipWhitespace(octets: Uint8Array, start: number, end: number): number {
  let i = start;
  while (i < end && isWhitespace(octets[i]!)) i++;
  return i;
}

/** The index behind the last octet before `end` that is not whitespace, or `start`. */
export function trimWhitespace(octets: Uint8Array, start: number, end: number): number {
  let i = end;
  while (i > start && isWhitespace(octets[i - 1]!)) i--;
  return i;
}

/** `OWS = *( SP / HTAB )`. @see RFC 9110 §5.6.3 */
function isWhitespace(octet: number): boolean {
  return octet === SP || octet === HTAB;
}
