import { FIELD_CONTENT, LF, WHITESPACE } from '../bytes/ascii.ts';
import { HttpError, type HttpFaultCode } from '../errors.ts';

/** One field of a header or trailer section. */
export interface FieldLine {
  /** The field name, in lower case: names are case-insensitive. */
  readonly name: string;
  readonly value: string;
}

/** The value that stands from `start` to `end` in `text`, with whitespace around it. */
export function trimmed(text: string, start: number, end: number): string {
  let [first, last] = [start, end];
  while (first < last && WHITESPACE[text.charCodeAt(first)] === 1) first++;
  while (first < last && WHITESPACE[text.charCodeAt(last - 1)] === 1) last--;
  return text.slice(first, last);
}

/** What is wrong when `octet` comes where a field name begins (`isFirst`) or goes on. */
export function fieldNameFault(octet: number, isFirst: boolean): HttpError {
  if (octet === LF) return new HttpError('HTTP_BARE_LF');
  const isFolded = isFirst && WHITESPACE[octet] === 1;
  return new HttpError(isFolded ? 'HTTP_OBS_FOLD' : 'HTTP_FIELD_NAME');
}

/** What is wrong when `octet` comes in a field value: `code` when others may have it. */
export function fieldValueFault(
  octet: number,
  code: HttpFaultCode = 'HTTP_FIELD_VALUE',
): HttpError {
  if (octet === LF) return new HttpError('HTTP_BARE_LF');
  return new HttpError(FIELD_CONTENT[octet] === 1 ? code : 'HTTP_FIELD_VALUE');
}

/** Whether the field name at `start` is `name`, which is in lower case. */
export function isNamed(octets: Uint8Array, start: number, name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    if (LOWER_CASE[octets[start + i]!] !== name.charCodeAt(i)) return false;
  }
  return true;
}

/** Each octet, and for `A` to `Z` the octet of its lower case. */
const LOWER_CASE = new Uint8Array(256).map((_, octet) =>
  octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet,
);
