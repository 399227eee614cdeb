/**
 * The server's part of the opening handshake: judging the request, and what to answer.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-4.2 | RFC 6455 §4.2}
 * @module
 */

import { HttpError, type HttpFaultCode } from '../errors.ts';
import { type Parameterised, parseTokenList } from '../http1/field-values.ts';
import type { Fields } from '../http1/fields.ts';
import type { RequestHead } from '../http1/request-head.ts';
import { acceptValue } from './accept.ts';
import { parseExtensions, parseUpgrade, VERSION, WEBSOCKET } from './handshake-fields.ts';

/** A request that asks to become a WebSocket connection, as it was judged right. */
export interface OpeningHandshake {
  /** What Sec-WebSocket-Key said; nothing over HTTP/2, which has no use for it. */
  readonly key: string | undefined;
  /** The subprotocols that the client speaks, the one it likes best first. */
  readonly protocols: readonly string[];
  /** The extensions that the client offers, the one it likes best first. */
  readonly extensions: readonly Parameterised[];
}

/**
 * A number from 0 to 255 without leading zeros.
 *
 * ```abnf
 * Sec-WebSocket-Version-Client = version
 * version = DIGIT / ( NZDIGIT DIGIT ) / ( "1" DIGIT DIGIT ) / ( "2" DIGIT DIGIT )
 * ```
 */
const VERSION_FIELD = /^(?:[0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])$/;

/**
 * Sixteen octets in base64: 128 bits are 21 characters of six bits, one of which two are left, and
 * two that fill up. The four bits that mean nothing are zeros, so there is one way to write a key.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc4648#section-4 | RFC 4648 §4}
 */
const KEY_FIELD = /^[A-Za-z0-9+/]{21}[AQgw]==$/;

/**
 * Judges the request that would open a WebSocket connection, clause by clause. Its framing and its
 * Host are HTTP's, and have been judged.
 *
 * @throws {@link HttpError} `HANDSHAKE_…`, to be answered with {@link refusalFields}.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-4.2.1 | RFC 6455 §4.2.1}
 * @see {@link https://www.rfc-editor.org/rfc/rfc8441#section-5 | RFC 8441 §5}
 */
export function judgeOpeningHandshake(
  head: RequestHead & { readonly hasContent: boolean },
): OpeningHandshake {
  const { fields } = head;
  const isUpgrade = head.majorVersion !== 2;
  if (isUpgrade) judgeRequest(head);
  else if (head.protocol !== WEBSOCKET) throw new HttpError('HANDSHAKE_CONNECT');
  if (head.hasContent) throw new HttpError('HANDSHAKE_CONTENT');
  judgeVersion(fields);
  return {
    key: isUpgrade ? judgeKey(fields) : undefined,
    protocols: judgeProtocols(fields),
    extensions: judgeExtensions(fields),
  };
}

/**
 * The fields of the answer that accepts the handshake, each once: a 101 (Switching Protocols), or
 * over HTTP/2 a 200.
 *
 * @param protocol - The subprotocol to speak: one of those that the client has asked for.
 * @param extensions - The extensions that are accepted, as Sec-WebSocket-Extensions says it.
 * @throws RangeError when it is not.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-4.2.2 | RFC 6455 §4.2.2}
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-11.3.2 | RFC 6455 §11.3.2}
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-11.3.3 | RFC 6455 §11.3.3}
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-11.3.4 | RFC 6455 §11.3.4}
 * @see {@link https://www.rfc-editor.org/rfc/rfc8441#section-5 | RFC 8441 §5}
 */
export function acceptFields(
  handshake: OpeningHandshake,
  protocol?: string | undefined,
  extensions?: string | undefined,
): [name: string, value: string][] {
  const fields = handshake.key === undefined ? [] : upgradeFields(handshake.key);
  if (extensions !== undefined) fields.push(['Sec-WebSocket-Extensions', extensions]);
  if (protocol === undefined) return fields;
  if (!handshake.protocols.includes(protocol)) {
    throw new RangeError(`the client did not ask for the subprotocol ${JSON.stringify(protocol)}`);
  }
  return [...fields, ['Sec-WebSocket-Protocol', protocol]];
}

function upgradeFields(key: string): [name: string, value: string][] {
  return [
    ['Upgrade', WEBSOCKET],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Accept', acceptValue(key)],
  ];
}

/**
 * The fields that an answer to a request judged wrong must have besides its status: 405 says what
 * is allowed, 426 what to upgrade to, and in which version.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-4.4 | RFC 6455 §4.4}
 */
export function refusalFields({ status, code }: HttpError): [name: string, value: string][] {
  if (status === 405) {
    return [
      ['Allow', code === 'HANDSHAKE_CONNECT' ? 'CONNECT' : 'GET'],
      ['Connection', 'close'],
    ];
  }
  if (status !== 426) return [['Connection', 'close']];
  return [
    ['Upgrade', WEBSOCKET],
    ['Sec-WebSocket-Version', VERSION],
    ['Connection', 'close, Upgrade'],
  ];
}

/** A GET of HTTP/1.1 that asks to be upgraded. */
function judgeRequest(head: RequestHead): void {
  if (head.method !== 'GET') throw new HttpError('HANDSHAKE_METHOD');
  if (head.minorVersion < 1) throw new HttpError('HANDSHAKE_VERSION');
  judgeUpgrade(head.fields);
}

/** Upgrade names `websocket`, and Connection says `upgrade`; both in any case, among others. */
function judgeUpgrade(fields: Fields): void {
  const protocols = parseUpgrade(fields.get('upgrade') ?? '');
  const options = parseTokenList(fields.get('connection') ?? '');
  if (protocols === undefined || options === undefined) {
    throw new HttpError('HANDSHAKE_UPGRADE_FIELD');
  }
  const isUpgrade = options.some((option) => option.toLowerCase() === 'upgrade');
  if (!isUpgrade || !protocols.includes(WEBSOCKET)) throw new HttpError('HANDSHAKE_UPGRADE');
}

function judgeVersion(fields: Fields): void {
  const version = only(fields, 'sec-websocket-version', 'HANDSHAKE_VERSION_FIELD');
  if (!VERSION_FIELD.test(version)) throw new HttpError('HANDSHAKE_VERSION_FIELD');
  if (version !== VERSION) throw new HttpError('HANDSHAKE_VERSION_UNSUPPORTED', version);
}

function judgeKey(fields: Fields): string {
  const key = only(fields, 'sec-websocket-key', 'HANDSHAKE_KEY');
  if (!KEY_FIELD.test(key)) throw new HttpError('HANDSHAKE_KEY');
  return key;
}

/**
 * Each subprotocol is a token and stands there once.
 *
 * ```abnf
 * Sec-WebSocket-Protocol-Client = 1#token
 * ```
 */
function judgeProtocols(fields: Fields): string[] {
  const value = fields.get('sec-websocket-protocol');
  if (value === undefined) return [];
  const protocols = parseTokenList(value) ?? [];
  const isUnique = new Set(protocols).size === protocols.length;
  if (protocols.length === 0 || !isUnique) throw new HttpError('HANDSHAKE_PROTOCOL');
  return protocols;
}

function judgeExtensions(fields: Fields): Parameterised[] {
  const value = fields.get('sec-websocket-extensions');
  if (value === undefined) return [];
  const extensions = parseExtensions(value);
  if (extensions === undefined) throw new HttpError('HANDSHAKE_EXTENSIONS');
  return extensions;
}

/** The value of a field that must be there once. */
function only(fields: Fields, name: string, fault: HttpFaultCode): string {
  const [value, ...others] = fields.all(name);
  if (value === undefined || others.length > 0) throw new HttpError(fault);
  return value;
}
