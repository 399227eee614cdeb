import { type OutgoingHttpHeaders, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { requireFieldValue, requireToken } from '../http1/outgoing-fields.ts';

/** How long a client may take to read why it was refused. */
const LINGER = 2_000;

/**
 * Answers a request to upgrade with a refusal, and ends the connection: what comes behind it may be
 * meant as frames.
 *
 * @throws TypeError for a field that can't be sent.
 */
export function refuseUpgrade(
  stream: Duplex,
  status: number,
  message: string = STATUS_CODES[status] ?? '',
  headers: OutgoingHttpHeaders = {},
): void {
  const fields = {
    Connection: 'close',
    'Content-Type': 'text/plain',
    'Content-Length': Buffer.byteLength(message),
    ...headers,
  };
  const lines = Object.entries(fields).map(([name, value]) => fieldLine(name, String(value)));
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', ''];
  stream.end(head.join('\r\n') + message);
  // Destroyed at once, with octets unread, it would be reset, and the answer lost.
  stream.resume();
  const timer = setTimeout(() => stream.destroy(), LINGER);
  stream.once('end', () => stream.destroy());
  stream.once('close', () => clearTimeout(timer));
}

/** A line of a head, without its end. */
export function fieldLine(name: string, value: string): string {
  requireToken('field name', name);
  requireFieldValue(name, value);
  return `${name}: ${value}`;
}
