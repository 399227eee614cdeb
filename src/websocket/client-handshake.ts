/**
 * The client's part of the opening handshake: the request, and judging what the server answers.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-4.1 | RFC 6455 §4.1}
 * @module
 */

import { WebSocketError } from '../errors.ts';
import { isToken, parseTokenList } from '../http1/field-values.ts';
import type { Fields } from '../http1/fields.ts';
import type { ResponseHead } from '../http1/response-head.ts';
import { acceptValue } from './accept.ts';
import { parseExtensions, parseUpgrade, VERSION, WEBSOCKET } from './handshake-fields.ts';
import {
  type CompressionTerms,
  type DeflateParameters,
  deflateOffer,
  judgeDeflateAnswer,
} from './permessage-deflate.ts';

/** What of a `ws:` or `wss:` URL goes into the request. A WHATWG `URL` is one. */
export interface ResourceLocation {
  /** The host, and the port behind a colon where it is not the scheme's own. */
  readonly host: string;
  readonly pathname: string;
  /** The query with its question mark, or nothing. */
  readonly search: string;
}

/** What the application asks for. */
export interface OpeningHandshakeOptions {
  /** The subprotocols to ask for, the best liked first. */
  readonly protocols?: readonly string[] | undefined;
  readonly origin?: string | undefined;
  /** How messages are to be compressed, if they are. */
  readonly compression?: CompressionTerms | undefined;
}

/** What the server has chosen. */
export interface ServerChoice {
  /** The subprotocol: the empty string when it chose none. */
  readonly protocol: string;
  /** How messages are compressed, if they are. */
  readonly deflate: DeflateParameters | undefined;
  /** The extensions, as the server said them; the empty string when it chose none. */
  readonly extensions: string;
}

/** A request that asks for a WebSocket connection; its method is GET. */
export interface OpeningRequest {
  /** The resource name: path and query, never a fragment. @see RFC 6455 §3 */
  readonly target: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** How many octets a nonce has. */
const NONCE_SIZE = 16;

/**
 * The value of Sec-WebSocket-Key: a nonce in base64.
 *
 * @param nonce - Sixteen octets, chosen at random for each connection.
 * @throws RangeError when they are not sixteen.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-4.1 | RFC 6455 §4.1}
 */
export function encodeKey(nonce: Uint8Array): string {
  if (nonce.length !== NONCE_SIZE) throw new RangeError(`a nonce is ${NONCE_SIZE} octets`);
  return Buffer.from(nonce).toString('base64');
}

/**
 * The request that opens a WebSocket connection to `location`. Each of its fields stands there once.
 *
 * @param key - From {@link encodeKey}.
 * @throws RangeError when a subprotocol is no token, or is asked for twice.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-4.1 | RFC 6455 §4.1}
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-3.2.1 | RFC 9112 §3.2.1}
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-11.3.1 | RFC 6455 §11.3.1}
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-11.3.5 | RFC 6455 §11.3.5}
 */
export function openingHandshake(
  { host, pathname, search }: ResourceLocation,
  key: string,
  { protocols = [], origin, compression }: OpeningHandshakeOptions = {},
): OpeningRequest {
  const isList = protocols.every(isToken) && new Set(protocols).size === protocols.length;
  if (!isList) {
    const given = JSON.stringify(protocols.join(', '));
    throw new RangeError(`subprotocols must be tokens, each asked for once: ${given}`);
  }
  const fields: [string, string][] = [
    ['Host', host],
    ['Upgrade', WEBSOCKET],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Key', key],
    ['Sec-WebSocket-Version', VERSION],
  ];
  if (protocols.length > 0) fields.push(['Sec-WebSocket-Protocol', protocols.join(', ')]);
  if (compression !== undefined) {
    fields.push(['Sec-WebSocket-Extensions', deflateOffer(compression)]);
  }
  if (origin !== undefined) fields.push(['Origin', origin]);
  return { target: `${pathname === '' ? '/' : pathname}${search}`, fields };
}

/**
 * Judges the server's answer to the opening handshake.
 *
 * @param key - What the request's Sec-WebSocket-Key said.
 * @param asked - The subprotocols that the request asked for.
 * @param compression - How messages were asked to be compressed, if they were.
 * @throws {@link WebSocketError} `WS_HANDSHAKE`, with what is wrong: the connection must be failed.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-4.1 | RFC 6455 §4.1}
 */
export function judgeServerHandshake(
  head: Pick<ResponseHead, 'minorVersion' | 'status' | 'fields'>,
  key: string,
  asked: readonly string[],
  compression?: CompressionTerms | undefined,
): ServerChoice {
  const { minorVersion, status, fields } = head;
  if (minorVersion < 1) throw refused('the response is not HTTP/1.1');
  if (status !== 101) throw refused(`status ${status}`);
  judgeUpgrade(fields);
  const [accept, ...others] = fields.all('sec-websocket-accept');
  if (accept !== acceptValue(key) || others.length > 0) throw refused('Sec-WebSocket-Accept');
  const deflate = judgeExtensions(fields, compression);
  const extensions = fields.get('sec-websocket-extensions') ?? '';
  return { protocol: judgeProtocol(fields, asked), deflate, extensions };
}

/** Upgrade is `websocket` and nothing else; Connection says `upgrade`, among others. */
function judgeUpgrade(fields: Fields): void {
  const protocols = parseUpgrade(fields.get('upgrade') ?? '') ?? [];
  const options = parseTokenList(fields.get('connection') ?? '') ?? [];
  if (protocols.length !== 1 || protocols[0] !== WEBSOCKET) throw refused('Upgrade');
  if (!options.some((option) => option.toLowerCase() === 'upgrade')) throw refused('Connection');
}

/** What was not offered may not be accepted, nor in a way that was not. */
function judgeExtensions(
  fields: Fields,
  compression: CompressionTerms | undefined,
): DeflateParameters | undefined {
  const value = fields.get('sec-websocket-extensions');
  if (value === undefined) return undefined;
  const accepted = parseExtensions(value);
  const deflate = accepted && compression && judgeDeflateAnswer(accepted, compression);
  if (deflate !== undefined) return deflate;
  const names = accepted?.map(({ token }) => token).join(', ') ?? 'is malformed';
  throw refused(`Sec-WebSocket-Extensions ${names}`);
}

/** The server chooses one of those asked for, or says nothing. */
function judgeProtocol(fields: Fields, asked: readonly string[]): string {
  const [protocol, ...others] = fields.all('sec-websocket-protocol');
  if (protocol === undefined) return '';
  if (!asked.includes(protocol) || others.length > 0) throw refused('Sec-WebSocket-Protocol');
  return protocol;
}

function refused(detail: string): WebSocketError {
  return new WebSocketError('WS_HANDSHAKE', detail);
}
