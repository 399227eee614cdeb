/**
 * Where the fields of HTTP/1.1 messages, WebSocket frames and TLS records begin and end in octets that
 * may be wrong.
 *
 * @module
 */

import { OPCODE_NAMES } from '../models/frame-reader.ts';

/** Octets with a name. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly name: string;
  readonly meaning?: string | undefined;
}

/** Finds the fields of what one side said. */
export type Dissector = (octets: Buffer) => Span[];

/** What the other side tells about this one. */
export interface Context {
  /** Whether the protocol was switched. */
  readonly isUpgraded: boolean;
  /** The methods of the requests, in order. */
  readonly methods: readonly string[];
}

/** How what comes behind a head is delimited. */
type Behind = 'frames' | 'chunks' | 'everything' | number;

/** The requests or responses on a connection, and the frames behind them where it was upgraded. */
export function messages(kind: 'request' | 'response', context: Context): Dissector {
  return (octets) => {
    const spans: Span[] = [];
    const methods = [...context.methods];
    let position = 0;
    while (position < octets.length) {
      const head = headAt(octets, position, kind);
      spans.push(...head.spans);
      position = head.end;
      const isInterim = /^HTTP\/1\.\d 1\d\d /.test(head.text) && !head.text.includes(' 101 ');
      const method = kind === 'response' && !isInterim ? methods.shift() : undefined;
      const behind =
        kind === 'request' ? ofRequest(head.text, context) : ofResponse(head.text, method);
      const rest = spansBehind(behind, octets, position);
      spans.push(...rest);
      position = rest.at(-1)?.end ?? position;
    }
    return spans;
  };
}

/** The lines from here up to the empty one. */
function headAt(octets: Buffer, from: number, kind: 'request' | 'response') {
  const spans: Span[] = [];
  let position = from;
  while (position < octets.length) {
    const end = lineEnd(octets, position);
    const isEmpty = ['\r\n', '\n'].includes(octets.toString('latin1', position, end));
    const name = isEmpty ? 'empty line' : spans.length === 0 ? `${startLine(kind)}` : 'field line';
    spans.push({ start: position, end, name });
    position = end;
    if (isEmpty && spans.length > 1) break;
  }
  return { spans, end: position, text: octets.toString('latin1', from, position) };
}

function startLine(kind: 'request' | 'response'): string {
  return kind === 'request' ? 'request line' : 'status line';
}

/** @see RFC 9112 §6.3 */
function ofRequest(head: string, { isUpgraded }: Context): Behind {
  if (isUpgraded && /^upgrade:/im.test(head)) return 'frames';
  return ofFields(head, 0);
}

/** @see RFC 9112 §6.3 */
function ofResponse(head: string, method: string | undefined): Behind {
  const status = Number(/^HTTP\/\d\.\d (\d{3})/.exec(head)?.[1]);
  if (status === 101) return 'frames';
  if (status < 200 || status === 204 || status === 304 || method === 'HEAD') return 0;
  return ofFields(head, 'everything');
}

function ofFields(head: string, otherwise: Behind): Behind {
  if (/^transfer-encoding:.*chunked/im.test(head)) return 'chunks';
  const length = /^content-length:[ \t]*(\d+)/im.exec(head)?.[1];
  return length === undefined ? otherwise : Number(length);
}

function spansBehind(behind: Behind, octets: Buffer, start: number): Span[] {
  if (start >= octets.length || behind === 0) return [];
  if (behind === 'frames') return frames(octets, start);
  if (behind === 'chunks') return chunks(octets, start);
  const end = behind === 'everything' ? octets.length : Math.min(octets.length, start + behind);
  return [{ start, end, name: 'content' }];
}

/** @see RFC 9112 §7.1 */
function chunks(octets: Buffer, from: number): Span[] {
  const spans: Span[] = [];
  let position = from;
  while (position < octets.length) {
    const end = lineEnd(octets, position);
    const line = octets.toString('latin1', position, end);
    const size = /^([0-9a-f]+)[ \t]*(;?)/i.exec(line);
    if (size === null) return [...spans, { start: position, end: octets.length, name: 'octets' }];
    const count = Number.parseInt(size[1]!, 16);
    const name = size[2] === '' ? 'chunk-size' : 'chunk-size and chunk-ext';
    spans.push({ start: position, end, name, meaning: `${count} octets` });
    position = end;
    if (count === 0) return [...spans, ...trailers(octets, position)];
    const data = Math.min(octets.length, position + count);
    if (data > position) spans.push({ start: position, end: data, name: 'chunk-data' });
    if (octets.toString('latin1', data, data + 2) !== '\r\n') {
      if (data === octets.length) return spans;
      return [...spans, { start: data, end: octets.length, name: 'octets' }];
    }
    spans.push({ start: data, end: data + 2, name: 'end of the chunk' });
    position = data + 2;
  }
  return spans;
}

function trailers(octets: Buffer, from: number): Span[] {
  const spans: Span[] = [];
  for (let position = from; position < octets.length; ) {
    const end = lineEnd(octets, position);
    const isEmpty = octets.toString('latin1', position, end).trim() === '';
    const name = isEmpty ? 'end of the chunked body' : 'trailer field line';
    spans.push({ start: position, end, name });
    position = end;
    if (isEmpty) break;
  }
  return spans;
}

/** @see RFC 6455 §5.2 */
export function frames(octets: Buffer, from: number): Span[] {
  const spans: Span[] = [];
  let position = from;
  while (position < octets.length) {
    const [first, second = 0] = octets.subarray(position, position + 2);
    const short = second % 128;
    const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
    const header = Math.min(octets.length, position + 2 + extended);
    const isWhole = header - position === 2 + extended;
    const length =
      extended === 0 || !isWhole ? short : integer(octets.subarray(position + 2, header));
    spans.push({
      start: position,
      end: header,
      name: 'frame header',
      meaning: meaningOf(first!, second, isWhole ? length : undefined),
    });
    const key = Math.min(octets.length, header + (second >= 128 ? 4 : 0));
    if (key > header) spans.push({ start: header, end: key, name: 'masking key', meaning: '' });
    const end = Math.min(octets.length, key + length);
    if (end > key) {
      const meaning = second < 128 ? undefined : unmasked(octets, header, key, end);
      spans.push({ start: key, end, name: 'payload', meaning });
    }
    position = end;
  }
  return spans;
}

function meaningOf(first: number, second: number, length: number | undefined): string {
  const opcode = first % 16;
  return [
    `FIN ${first >> 7}`,
    `RSV ${((first >> 4) % 8).toString(2).padStart(3, '0')}`,
    `opcode ${opcode} (${OPCODE_NAMES[opcode] ?? 'reserved'})`,
    `MASK ${second >> 7}`,
    `payload length ${length ?? 'cut off'}`,
  ].join(', ');
}

/** The payload without its mask, where the mask changes it. */
function unmasked(octets: Buffer, key: number, start: number, end: number): string | undefined {
  const mask = octets.subarray(key, key + 4);
  if (mask.every((octet) => octet === 0)) return undefined;
  const payload = octets.subarray(start, Math.min(end, start + 64));
  const plain = Buffer.from(payload.map((octet, i) => octet ^ mask[i % 4]!));
  return `unmasked ${JSON.stringify(plain.toString('latin1'))}`;
}

/** @see RFC 8446 §5.1 */
export function tlsRecords(octets: Buffer): Span[] {
  const spans: Span[] = [];
  let position = 0;
  while (position < octets.length) {
    const length = position + 5 <= octets.length ? octets.readUInt16BE(position + 3) : 0;
    const end = Math.min(octets.length, position + 5 + length);
    const name = RECORD_TYPES[octets[position]!] ?? 'unknown';
    spans.push({ start: position, end, name: 'TLS record', meaning: name });
    position = end;
  }
  return spans;
}

const RECORD_TYPES: Readonly<Record<number, string>> = {
  20: 'change_cipher_spec',
  21: 'alert',
  22: 'handshake',
  23: 'application_data',
};

/** The position behind the line that begins here. */
function lineEnd(octets: Buffer, from: number): number {
  const end = octets.indexOf('\n', from);
  return end === -1 ? octets.length : end + 1;
}

/** An unsigned integer in network byte order. */
function integer(octets: Uint8Array): number {
  return octets.reduce((value, octet) => value * 256 + octet, 0);
}
