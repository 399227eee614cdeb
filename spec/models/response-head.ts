import { type FieldLine, readSection } from './field-section.ts';
import { alphabet, captured, matches } from './grammar.ts';
import { Connection, ContentLength, DIGIT, reasonPhrase } from './http-grammar.ts';
import { type Cursor, type Reading, read } from './reading.ts';
import { type Limits, transferCodingFault } from './request-head.ts';

/** What a response head means. */
export interface ResponseHeadMeaning {
  readonly minorVersion: number;
  readonly status: number;
  readonly reason: string;
  readonly fields: readonly FieldLine[];
}

const DIGITS = alphabet(DIGIT);
const REASON = alphabet(reasonPhrase);

/** Reads the response head at the beginning of `octets`. */
export function readResponseHead(octets: Uint8Array, limits: Limits): Reading<ResponseHeadMeaning> {
  return read(octets, (cursor) => {
    cursor.limit(limits.head, 'HTTP_HEAD_LIMIT');
    const statusLine = readStatusLine(cursor);
    const fields = readSection(cursor, { maxLines: limits.fields, unfolds: true });
    return { ...statusLine, fields };
  });
}

/** `HTTP-version SP status-code SP [ reason-phrase ] CRLF` @see RFC 9112 §4 */
function readStatusLine(cursor: Cursor) {
  for (const character of 'HTTP/1.') expect(cursor, character);
  const minorVersion = Math.min(1, Number(readDigit(cursor)));
  expect(cursor, ' ');
  if (cursor.peek() === 0x30) {
    cursor.take();
    cursor.fail('HTTP_STATUS_LINE');
  }
  const status = Number(readDigit(cursor) + readDigit(cursor) + readDigit(cursor));
  expect(cursor, ' ');
  const reason = cursor.takeWhile(REASON);
  expect(cursor, '\r');
  cursor.expect('\n', 'HTTP_BARE_CR');
  return { minorVersion, status, reason };
}

function readDigit(cursor: Cursor): string {
  const next = cursor.take();
  if (next === '\n') cursor.fail('HTTP_BARE_LF');
  if (!DIGITS.has(next.charCodeAt(0))) cursor.fail('HTTP_STATUS_LINE');
  return next;
}

function expect(cursor: Cursor, character: string): void {
  const next = cursor.take();
  if (next === '\n') cursor.fail('HTTP_BARE_LF');
  if (next !== character) cursor.fail('HTTP_STATUS_LINE');
}

/** Whether the connection goes on behind the response. @see RFC 9112 §9.3 */
export function isPersistent({ minorVersion, fields }: ResponseHeadMeaning): boolean {
  const options = captured(Connection, valuesOf(fields, 'connection').join(', '), 'token');
  if (options === undefined) return false;
  const has = (option: string) => options.some((each) => each.toLowerCase() === option);
  return !has('close') && (minorVersion === 1 || has('keep-alive'));
}

/** How long the body of the response is; or else what is wrong. @see RFC 9112 §6.3 */
export function framingOf(
  { minorVersion, status, fields }: ResponseHeadMeaning,
  method: string,
): number | 'chunked' | 'close' | { readonly fault: string } {
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return 0;
  if (method === 'CONNECT' && status < 300) return 0;
  const codings = valuesOf(fields, 'transfer-encoding');
  const lengths = valuesOf(fields, 'content-length');
  if (codings.length > 0 && lengths.length > 0) return { fault: 'HTTP_LENGTH_CONFLICT' };
  if (codings.length > 0) {
    const fault =
      minorVersion === 0
        ? 'HTTP_TRANSFER_ENCODING_VERSION'
        : transferCodingFault(codings.join(', '));
    return fault === undefined ? 'chunked' : { fault };
  }
  if (lengths.length === 0) return 'close';
  const [length] = lengths;
  const isLength =
    lengths.length === 1 && matches(ContentLength, length!) && BigInt(length!) < 2n ** 53n;
  return isLength ? Number(length) : { fault: 'HTTP_CONTENT_LENGTH' };
}

function valuesOf(fields: readonly FieldLine[], name: string): string[] {
  return fields.filter(([each]) => each === name).map(([, value]) => value);
}
