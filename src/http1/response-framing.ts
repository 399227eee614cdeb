import type { MessageBodyLength } from './message-body-length.ts';

/** What a response depends on that is not in it. */
export interface AnsweredRequest {
  readonly method: string;
  readonly minorVersion: 0 | 1;
}

/** Whether a response ends with its head, whatever its fields say. @see RFC 9112 §6.3, RFC 9110 §15.3.6 */
export function isWithoutContent(status: number, method: string): boolean {
  return method === 'HEAD' || status < 200 || status === 204 || status === 205 || status === 304;
}

/**
 * What the head of a response says about the length of its content: a Content-Length, the chunked
 * transfer coding, or nothing (`'close'`).
 *
 * A length is known when the content is, or when the application announced it. An HTTP/1.0 client
 * knows no chunks: what has no length ends with the connection.
 *
 * @throws TypeError when the application announced another length than its content has.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-8.6 | RFC 9110 §8.6}
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-6.1 | RFC 9112 §6.1}
 */
export function frameResponse(
  status: number,
  request: AnsweredRequest,
  length: number | undefined,
  announced: number | undefined,
): MessageBodyLength {
  if (status < 200 || status === 204) return 'close';
  if (status === 205) return 0;
  // What a 200 would have had, which only the application can know.
  if (status === 304) return announced ?? 'close';
  if (length !== undefined && announced !== undefined && announced !== length) {
    throw new TypeError(`Content-Length is ${announced} for content of ${length} octets`);
  }
  const known = length ?? announced;
  if (known !== undefined) return known;
  return request.minorVersion === 1 && request.method !== 'HEAD' ? 'chunked' : 'close';
}

/**
 * The field line that says how the content is framed, if one does: never both.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-6.2 | RFC 9112 §6.2}
 */
export function framingLine(framing: MessageBodyLength): string {
  if (framing === 'close') return '';
  if (framing === 'chunked') return 'Transfer-Encoding: chunked\r\n';
  return `Content-Length: ${framing}\r\n`;
}

/**
 * The Connection field line: whether the connection persists, as far as it is not what the
 * client's version takes for granted, and the options that other fields need.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-9.3 | RFC 9112 §9.3}
 */
export function connectionLine(persists: boolean, minorVersion: 0 | 1, options: string): string {
  const persistence = persists ? (minorVersion === 0 ? 'keep-alive' : '') : 'close';
  if (persistence === '' && options === '') return '';
  const separator = persistence === '' || options === '' ? '' : ', ';
  return `Connection: ${persistence}${separator}${options}\r\n`;
}
