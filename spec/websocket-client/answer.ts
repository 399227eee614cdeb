/**
 * The answer of the scripted server to an opening handshake: the right one, with what a probe changes
 * about it.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-4.2.2 | RFC 6455 §4.2.2}
 * @module
 */

import { acceptOf } from '../models/opening-handshake.ts';
import type { FieldChange, FieldChanges } from '../opening-handshake.ts';
import { fieldOf, type Visit } from '../scripted-server.ts';

/** What is different from the right answer. */
export interface AnswerChanges {
  readonly statusLine?: string;
  /** Fields in place of the right ones, or behind them; `{accept}` stands for what proves the key read. */
  readonly fields?: FieldChanges;
  /** A line that stands behind the fields as it is. */
  readonly line?: string;
}

const STATUS_LINE = 'HTTP/1.1 101 Switching Protocols';

/** The octets of an answer. */
export function answerTo(visit: Visit, changes: AnswerChanges = {}): string {
  const accept = acceptOf(fieldOf(visit, 'sec-websocket-key') ?? '');
  const { statusLine = STATUS_LINE, line } = changes;
  const lines = fieldLines({ ...RIGHT, ...changes.fields });
  if (line !== undefined) lines.push(line);
  const head = [statusLine, ...lines].join('\r\n');
  return `${head.replaceAll('{accept}', accept)}\r\n\r\n`;
}

/** The changes in words, for reports. */
export function describeAnswer({ statusLine, fields = {}, line }: AnswerChanges): string {
  const words = [statusLine, ...Object.entries(fields).map(describeField), line];
  return ['answer', ...words.filter((word) => word !== undefined)].join(' ');
}

const RIGHT: Readonly<Record<string, FieldChange>> = {
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Accept': '{accept}',
};

function fieldLines(fields: FieldChanges): string[] {
  return Object.entries(fields).flatMap(([name, value]) =>
    [value ?? []].flat().map((one) => `${name}: ${one}`),
  );
}

function describeField([name, value]: readonly [string, FieldChange]): string {
  const lines = fieldLines({ [name]: value });
  return lines.length === 0 ? `without ${name}` : `with ${lines.join(' and ')}`;
}
