import { encodeRequestLine } from './encode-head.ts';
import { OutgoingFieldSection, type OutgoingFields } from './outgoing-fields.ts';
import { connectionLine, framingLine } from './response-framing.ts';
import { contentLength } from './write-content.ts';

/** A request head ready to be sent, and what it says about what comes next. */
export interface EncodedRequest {
  readonly head: string;
  /** How many octets of content follow. */
  readonly length: number;
  /** Whether the connection may be used again. */
  readonly persists: boolean;
  /** Whether the server may switch to another protocol. */
  readonly upgrade: boolean;
}

/** Methods whose requests have a length even when that is 0. @see RFC 9110 §8.6 */
const METHODS_WITH_CONTENT: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/**
 * Encodes the head of a request with all of its content. Host comes first, so that a server knows
 * early whom it is for; and the length is that of the content, whatever the application says.
 *
 * @throws TypeError when the request can't be sent as it is, or says two things about its length.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-3 | RFC 9112 §3}
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-3.2 | RFC 9112 §3.2}
 */
export function encodeRequest(
  method: string,
  target: string,
  fields: OutgoingFields,
  content: string | Uint8Array | undefined,
): EncodedRequest {
  const section = new OutgoingFieldSection(fields);
  const { host, date, lines, connection, close, upgrade } = section;
  if (host === undefined) throw new TypeError('a request needs a Host field');
  const length = content === undefined ? 0 : contentLength(content);
  if (section.contentLength !== undefined && section.contentLength !== length) {
    throw new TypeError(`Content-Length is ${section.contentLength} for ${length} octets`);
  }
  if (length === 0 && section.expectation)
    throw new TypeError('nothing is expected without content');
  const isFramed = content !== undefined || METHODS_WITH_CONTENT.has(method);
  const framing = framingLine(isFramed ? length : 'close');
  const dateLine = date === undefined ? '' : `Date: ${date}\r\n`;
  const head = `${encodeRequestLine(method, target)}Host: ${host}\r\n${dateLine}${lines}${framing}${connectionLine(!close, 1, connection)}\r\n`;
  return { head, length, persists: !close, upgrade };
}
