/**
 * A reader of HTTP/1.1 requests, literal and strict, by which the probes judge what a client sent. What
 * breaks a rule for senders is noted, and read on as far as the message still has one meaning.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112 | RFC 9112}
 * @module
 */

import {
  type Fault,
  type Field,
  type Framing,
  hasField,
  readBody,
  readSection,
} from './response.ts';

/** What a request says before its content. */
export interface RequestHead {
  /** The head as it was sent, each character an octet, with the empty line that ends it. */
  readonly head: string;
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly fields: readonly Field[];
  readonly framing: Framing;
  readonly faults: readonly Fault[];
}

/** The content of a request. */
export interface RequestContent {
  readonly content: Buffer;
  readonly faults: readonly Fault[];
  /** How many octets it took, with its framing. */
  readonly length: number;
}

const REQUEST_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([\x21-\x7e]+) (HTTP\/\d\.\d)$/;

/** Reads the head at the beginning of `octets`, or nothing when it is not all there. */
export function readRequestHead(octets: Buffer): RequestHead | undefined {
  const end = octets.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const [requestLine, ...lines] = octets.toString('latin1', 0, end).split('\r\n');
  const match = REQUEST_LINE.exec(requestLine!);
  const [, method = '', target = '', version = ''] = match ?? [];
  const detail = `not a request line: ${JSON.stringify(requestLine)}`;
  const faults = match === null ? [{ clause: '9112-3-3', detail }] : [];
  const section = readSection(lines);
  return {
    head: octets.toString('latin1', 0, end + 4),
    method,
    target,
    version,
    fields: section.fields,
    framing: framingOf(section.fields),
    faults: [...faults, ...section.faults],
  };
}

/** Reads the content behind a head, or nothing when it is not all there. @see RFC 9112 §6.3 */
export function readRequestContent(
  { framing, fields }: RequestHead,
  octets: Buffer,
  ended: boolean,
): RequestContent | undefined {
  const body = readBody(framing, octets, fields, ended);
  if (body === undefined) return undefined;
  const { content, end, faults, trailers } = body;
  return { content, length: end, faults: [...faults, ...trailers.faults] };
}

function framingOf(fields: readonly Field[]): Framing {
  if (hasField(fields, 'transfer-encoding')) return 'chunked';
  return hasField(fields, 'content-length') ? 'length' : 'none';
}
