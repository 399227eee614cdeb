/**
 * The opening handshake: the grammar of its fields, and what each end may find wrong with what the other
 * sent, one clause after the other.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-4 | RFC 6455 §4}
 * @module
 */

import { createHash } from 'node:crypto';

import {
  captured,
  choice,
  matches,
  named,
  oneOf,
  optional,
  type Rule,
  range,
  repeat,
  sequence,
} from './grammar.ts';
import {
  ALPHA,
  BWS,
  DIGIT,
  DQUOTE,
  inWhitespace,
  list,
  OWS,
  tchar,
  token,
} from './http-grammar.ts';

// RFC 9110 §7.8

export const Upgrade: Rule = list(
  named('protocol', sequence(token, optional(sequence('/', token)))),
);
export const Connection: Rule = list(named('option', token));

// RFC 6455 §4.3 and §9.1

/** Sixteen octets: their last bits are two of a character's six, and the other four are zeros. */
export const SecWebSocketKey: Rule = sequence(
  repeat(choice(ALPHA, DIGIT, oneOf('+/')), 21, 21),
  oneOf('AQgw'),
  '==',
);
export const SecWebSocketVersion: Rule = choice(
  DIGIT,
  sequence(range(0x31, 0x39), DIGIT),
  sequence('1', DIGIT, DIGIT),
  sequence('2', range(0x30, 0x34), DIGIT),
  sequence('25', range(0x30, 0x35)),
);
export const SecWebSocketProtocol: Rule = list(named('protocol', token));
/** A quoted string that says a token. */
export const quotedToken: Rule = sequence(
  DQUOTE,
  repeat(choice(tchar, sequence('\\', tchar)), 1),
  DQUOTE,
);
export const extension: Rule = sequence(
  named('extension', token),
  repeat(
    sequence(
      sequence(OWS, ';', OWS),
      named('name', token),
      optional(sequence(BWS, '=', BWS, named('value', choice(token, quotedToken)))),
    ),
  ),
);
export const SecWebSocketExtensions: Rule = list(extension);

/** The lines of each field, by its name in lower case. */
export type Lines = Readonly<Record<string, readonly string[]>>;

/** A request, as far as it matters to the handshake. */
export interface Request {
  readonly method: string;
  readonly minorVersion: number;
  readonly hasContent: boolean;
  readonly lines: Lines;
}

/** What a server may find wrong with a request, in the order in which it looks. */
export const REQUEST_CLAUSES = [
  ['it is not a GET', ({ method }) => method !== 'GET'],
  ['it is not HTTP/1.1', ({ minorVersion }) => minorVersion < 1],
  [
    'Upgrade or Connection is malformed',
    ({ lines }) =>
      elements(Upgrade, lines, 'upgrade') === undefined ||
      elements(Connection, lines, 'connection') === undefined,
  ],
  ['it asks for no WebSocket', ({ lines }) => !asksForWebSocket(lines)],
  ['it has content', ({ hasContent }) => hasContent],
  [
    'Sec-WebSocket-Version is malformed',
    ({ lines }) => !isOnce(SecWebSocketVersion, lines, 'sec-websocket-version'),
  ],
  ['it is of another version', ({ lines }) => lines['sec-websocket-version']?.[0] !== '13'],
  [
    'Sec-WebSocket-Key is malformed',
    ({ lines }) => !isOnce(SecWebSocketKey, lines, 'sec-websocket-key'),
  ],
  ['Sec-WebSocket-Protocol is malformed', ({ lines }) => !areProtocols(lines)],
  ['Sec-WebSocket-Extensions is malformed', ({ lines }) => !areExtensions(lines)],
] as const satisfies readonly (readonly [string, (request: Request) => boolean])[];

/** A response, as far as it matters to the handshake. */
export interface Response {
  readonly status: number;
  readonly minorVersion: number;
  readonly lines: Lines;
}

/** Whether a response opens the connection, for a client that sent `key` and asked for `protocols`. */
export function opens(response: Response, key: string, protocols: readonly string[]): boolean {
  const { status, minorVersion, lines } = response;
  const chosen = lines['sec-websocket-protocol'] ?? [];
  const upgrades = elements(Upgrade, lines, 'upgrade') ?? [];
  return (
    status === 101 &&
    minorVersion >= 1 &&
    upgrades.join() === 'websocket' &&
    asksForWebSocket(lines) &&
    (lines['sec-websocket-accept'] ?? []).join() === acceptOf(key) &&
    (lines['sec-websocket-extensions'] ?? []).length === 0 &&
    (chosen.length === 0 || (chosen.length === 1 && protocols.includes(chosen[0]!)))
  );
}

/** @see RFC 6455 §4.2.2, step 5.4 */
export function acceptOf(key: string): string {
  const text = `${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  return createHash('sha1').update(text).digest('base64');
}

/** The elements of a field that is a list, in lower case; nothing when a line breaks the grammar. */
function elements(rule: Rule, lines: Lines, field: string): string[] | undefined {
  const values = lines[field] ?? [];
  const name = rule === Upgrade ? 'protocol' : 'option';
  const lists = values.map((value) => captured(inWhitespace(rule), value, name));
  return lists.includes(undefined) ? undefined : lists.flat().map((text) => text!.toLowerCase());
}

function asksForWebSocket(lines: Lines): boolean {
  const protocols = elements(Upgrade, lines, 'upgrade') ?? [];
  const options = elements(Connection, lines, 'connection') ?? [];
  return protocols.includes('websocket') && options.includes('upgrade');
}

/** Whether the field is there in one line, and is what the rule says. */
function isOnce(rule: Rule, lines: Lines, field: string): boolean {
  const values = lines[field] ?? [];
  return values.length === 1 && matches(rule, values[0]!);
}

/** Whether each subprotocol is a token and none is there twice. The field may be left out. */
function areProtocols(lines: Lines): boolean {
  const values = lines['sec-websocket-protocol'] ?? [];
  if (values.length === 0) return true;
  const protocols = captured(inWhitespace(SecWebSocketProtocol), values.join(', '), 'protocol');
  return (
    protocols !== undefined && protocols.length > 0 && new Set(protocols).size === protocols.length
  );
}

function areExtensions(lines: Lines): boolean {
  const values = lines['sec-websocket-extensions'] ?? [];
  if (values.length === 0) return true;
  const value = values.join(', ');
  const extensions = captured(inWhitespace(SecWebSocketExtensions), value, 'extension');
  return extensions !== undefined && extensions.length > 0;
}
