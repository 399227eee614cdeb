/**
 * The fields that both ends of an opening handshake read.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-4.3 | RFC 6455 §4.3}
 * @module
 */

import { HTAB, SP } from '../bytes/ascii.ts';
import { isToken, type Parameterised, parseParameterisedList } from '../http1/field-values.ts';

/** The version of the protocol that RFC 6455 describes, and the only one spoken here. */
export const VERSION = '13';

/** What Upgrade names the protocol. Compared in lower case. */
export const WEBSOCKET = 'websocket';

/**
 * Parses a list of protocols, and returns them in lower case; `undefined` when it is none.
 *
 * ```abnf
 * Upgrade  = #protocol
 * protocol = protocol-name [ "/" protocol-version ]
 * ```
 *
 * Name and version are tokens; empty elements count for nothing.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-7.8 | RFC 9110 §7.8}
 */
export function parseUpgrade(value: string): string[] | undefined {
  const protocols = value
    .split(',')
    .map(withoutWhitespace)
    .filter((element) => element !== '');
  return protocols.every(isProtocol) ? protocols.map((name) => name.toLowerCase()) : undefined;
}

/**
 * Parses the extensions that are offered or accepted, in order; `undefined` when they break the
 * grammar.
 *
 * ```abnf
 * Sec-WebSocket-Extensions = 1#extension
 * extension                = token *( ";" extension-param )
 * extension-param          = token [ "=" ( token / quoted-string ) ]
 * ```
 *
 * What a quoted string says has to be a token too.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-9.1 | RFC 6455 §9.1}
 */
export function parseExtensions(value: string): Parameterised[] | undefined {
  const extensions = parseParameterisedList(value);
  if (extensions === undefined || extensions.length === 0) return undefined;
  const values = extensions.flatMap(({ parameters }) => parameters.map(([, text]) => text));
  return values.every((text) => text === undefined || isToken(text)) ? extensions : undefined;
}

function isProtocol(element: string): boolean {
  const parts = element.split('/');
  return parts.length <= 2 && parts.every(isToken);
}

/** `text` without the whitespace around it. `trim()` would take more than SP and HTAB. */
function withoutWhitespace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isWhitespace(text.charCodeAt(start))) start++;
  while (start < end && isWhitespace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isWhitespace(octet: number): boolean {
  return octet === SP || octet === HTAB;
}
