/**
 * The opening handshake that a probe sends: the ordinary one of `spec/clauses`, with what the probe
 * changes about it.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-4.1 | RFC 6455 §4.1}
 * @module
 */

import type { Subject } from './probe.ts';

/** A field that is sent once, several times in lines of its own, or left out. */
export type FieldChange = string | readonly string[] | undefined;

/** Fields by their names: in place of the ordinary one, or behind them all. */
export type FieldChanges = Readonly<Record<string, FieldChange>>;

/** What is different from the ordinary opening handshake. */
export interface HandshakeChanges {
  readonly method?: string;
  /** The request target; `{host}`, `{path}` and `{scheme}` in it stand for those of the subject. */
  readonly target?: string;
  readonly version?: string;
  readonly fields?: FieldChanges;
  /** Sends the field lines in the opposite order. */
  readonly reversed?: boolean;
  /** Octets that follow the head. */
  readonly content?: string;
}

/** The key of the example in the standard, whose answer everybody knows. @see RFC 6455 §1.3 */
export const SAMPLE_KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

/** What a server makes of {@link SAMPLE_KEY}. */
export const SAMPLE_ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

/** The octets of an opening handshake, to `path` when the changes name no other target. */
export function openingHandshake(
  subject: Subject,
  { method = 'GET', target, version = 'HTTP/1.1', fields, reversed, content }: HandshakeChanges,
  path: string = subject.path,
): string {
  const host = `${subject.host}:${subject.port}`;
  const lines = Object.entries({ ...ordinaryFields(host), ...fields }).flatMap(linesOf);
  if (reversed) lines.reverse();
  const resource = (target ?? '{path}')
    .replace('{host}', host)
    .replace('{path}', path)
    .replace('{scheme}', subject.secure ? 'https' : 'http');
  const requestLine = `${method} ${resource} ${version}`;
  return `${[requestLine, ...lines].join('\r\n')}\r\n\r\n${content ?? ''}`;
}

/** The changes in words, for reports. */
export function describeHandshake(changes: HandshakeChanges): string {
  const { method, target, version, fields = {}, reversed, content } = changes;
  const words = [method, target, version].filter((word) => word !== undefined);
  for (const [name, value] of Object.entries(fields)) {
    const lines = linesOf([name, value]);
    words.push(lines.length === 0 ? `without ${name}` : `with ${lines.join(' and ')}`);
  }
  if (reversed) words.push('with its fields in reverse order');
  if (content !== undefined) words.push(`followed by ${JSON.stringify(content)}`);
  return ['opening handshake', ...words].join(' ');
}

function ordinaryFields(host: string): Record<string, FieldChange> {
  return {
    Host: host,
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': SAMPLE_KEY,
    'Sec-WebSocket-Version': '13',
  };
}

function linesOf([name, value]: readonly [name: string, value: FieldChange]): string[] {
  return [value ?? []].flat().map((line) => `${name}: ${line}`);
}
