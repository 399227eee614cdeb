/**
 * Heads as one string each, a character for an octet: an encoder writes exactly what it is given,
 * and throws before it has written anything when that would not be a head.
 *
 * @module
 */

import { VCHAR } from '../bytes/ascii.ts';
import {
  type OutgoingFields,
  readOutgoingFields,
  requireFieldValue,
  requireToken,
} from './outgoing-fields.ts';
import { reasonPhrase } from './reason-phrase.ts';

/**
 * Encodes a whole response head.
 *
 * @throws TypeError when the reason phrase, a field name or a field value can't be sent.
 * @throws RangeError when `status` is not a status code.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-4 | RFC 9112 §4}
 */
export function encodeResponseHead(
  status: number,
  fields: OutgoingFields,
  reason: string = reasonPhrase(status),
): string {
  return `${encodeStatusLine(status, reason)}${encodeFieldLines(fields)}\r\n`;
}

/**
 * Encodes a whole request head.
 *
 * @throws TypeError when the method, the target, a field name or a field value can't be sent.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-3 | RFC 9112 §3}
 */
export function encodeRequestHead(method: string, target: string, fields: OutgoingFields): string {
  return `${encodeRequestLine(method, target)}${encodeFieldLines(fields)}\r\n`;
}

/**
 * `status-line = HTTP-version SP status-code SP [ reason-phrase ] CRLF`
 *
 * @throws RangeError when `status` is not of the classes 1xx to 5xx.
 * @throws TypeError when `reason` is not a reason phrase.
 */
export function encodeStatusLine(status: number, reason: string = reasonPhrase(status)): string {
  const isStatus = Number.isInteger(status) && status >= 100 && status < 600;
  if (!isStatus) throw new RangeError(`invalid status code: ${status}`);
  requireFieldValue('reason phrase', reason);
  return `HTTP/1.1 ${status} ${reason}\r\n`;
}

/**
 * `request-line = method SP request-target SP HTTP-version CRLF`
 *
 * @throws TypeError when `method` is not a token, or `target` not of visible characters.
 */
export function encodeRequestLine(method: string, target: string): string {
  requireToken('method', method);
  let isTarget = typeof target === 'string' && target.length > 0;
  for (let i = 0; isTarget && i < target.length; i++) isTarget = VCHAR[target.charCodeAt(i)] === 1;
  if (!isTarget) throw new TypeError(`invalid request target: ${JSON.stringify(target)}`);
  return `${method} ${target} HTTP/1.1\r\n`;
}

/**
 * The lines of a header or trailer section, without the empty line that ends it.
 *
 * @throws TypeError when a field name or a field value can't be sent.
 */
export function encodeFieldLines(fields: OutgoingFields): string {
  let lines = '';
  readOutgoingFields(fields, {
    fieldLine(name, value) {
      requireToken('field name', name);
      requireFieldValue(name, value);
      lines += `${name}: ${value}\r\n`;
    },
  });
  return lines;
}
