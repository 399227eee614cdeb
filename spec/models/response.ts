/**
 * A reader of HTTP/1.1 responses, literal and strict, by which the probes judge what a server sent.
 * It looks at all octets anew each time more have come: slow, and with nothing to go wrong.
 *
 * What breaks a rule for senders is noted under the clause that forbids it, and read on as far as the
 * message still has one meaning, so that a probe for one clause does not fail because of another.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112 | RFC 9112}
 * @module
 */

/** One field line as it was sent, without the whitespace around its value. */
export interface Field {
  readonly name: string;
  readonly value: string;
}

/** A rule that a response breaks. */
export interface Fault {
  readonly clause: string;
  readonly detail: string;
}

/** How the length of a response's body is told. @see RFC 9112 §6.3 */
export type Framing = 'none' | 'length' | 'chunked' | 'close';

/** A response, interim or final; or what came in place of one, with status 0. */
export interface Response {
  /** The head as it was sent, each character an octet, without the empty line that ends it. */
  readonly head: string;
  readonly version: string;
  readonly status: number;
  readonly reason: string;
  readonly fields: readonly Field[];
  readonly framing: Framing;
  /** The content, with the chunked coding removed. */
  readonly content: Buffer;
  readonly trailers: readonly Field[];
  readonly faults: readonly Fault[];
  /** How many octets the response took. */
  readonly length: number;
}

/** Field lines, and what is wrong with them. */
export interface Section {
  readonly fields: readonly Field[];
  readonly faults: readonly Fault[];
}

/** The body of a message. */
export interface Body {
  readonly content: Buffer;
  readonly trailers: Section;
  readonly end: number;
  readonly faults: readonly Fault[];
}

const STATUS_LINE = /^(HTTP\/\d\.\d) (\d{3}) ([\t \x21-\x7e\x80-\xff]*)$/;
const STATUS_LINE_WITHOUT_SPACE = /^(HTTP\/\d\.\d) (\d{3})()$/;
const FIELD_LINE =
  /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*((?:[\t \x21-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)[ \t]*$/;
const CHUNK_LINE = /^([0-9A-Fa-f]+)[ \t]*(?:;.*)?$/;
const NOTHING: Section = { fields: [], faults: [] };

/**
 * Reads the response at the beginning of `octets`, or nothing when it is not all there.
 *
 * @param method - the method of the request that it answers: a response to HEAD has no body.
 * @param ended - whether the server has closed its side, so that nothing more can come.
 */
export function readResponse(octets: Buffer, method: string, ended: boolean): Response | undefined {
  const end = octets.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const head = octets.toString('latin1', 0, end);
  const [statusLine, ...lines] = head.split('\r\n');
  const start = readStatusLine(statusLine!);
  if (start === undefined) {
    const detail = `not a status line: ${JSON.stringify(statusLine)}`;
    return { ...noResponse('9112-4-1', detail, end + 4), head };
  }
  const section = readSection(lines);
  const framing = framingOf(start.status, section.fields, method);
  const body = readBody(framing, octets.subarray(end + 4), section.fields, ended);
  if (body === undefined) return undefined;
  return {
    ...start,
    head,
    fields: section.fields,
    framing,
    content: body.content,
    trailers: body.trailers.fields,
    faults: [...start.faults, ...section.faults, ...body.faults, ...body.trailers.faults],
    length: end + 4 + body.end,
  };
}

/** What stands for a response where there is none: status 0, and the reason. */
export function noResponse(clause: string, detail: string, length = 0): Response {
  return {
    head: '',
    version: '',
    status: 0,
    reason: '',
    fields: [],
    framing: 'none',
    content: Buffer.alloc(0),
    trailers: [],
    faults: [{ clause, detail }],
    length,
  };
}

/** The values of all field lines with this name, in order. */
export function fieldValues(response: Response, name: string): string[] {
  return response.fields
    .filter((field) => field.name.toLowerCase() === name.toLowerCase())
    .map((field) => field.value);
}

/** The value of a field, its lines joined by commas; nothing when it was not sent. @see RFC 9110 §5.3 */
export function fieldValue(response: Response, name: string): string | undefined {
  const values = fieldValues(response, name);
  return values.length === 0 ? undefined : values.join(', ');
}

/** The elements of a field that is a list of tokens, in lower case. @see RFC 9110 §5.6.1 */
export function fieldList(response: Response, name: string): string[] {
  return (fieldValue(response, name) ?? '')
    .split(',')
    .map((element) => element.trim().toLowerCase())
    .filter((element) => element !== '');
}

/** Whether the sender says that it closes after this response. @see RFC 9112 §9.3 */
export function announcesClose(response: Response): boolean {
  const options = fieldList(response, 'connection');
  if (options.includes('close')) return true;
  return response.version === 'HTTP/1.0' && !options.includes('keep-alive');
}

/** A response in one line, for reports. */
export function summaryOf(response: Response): string {
  if (response.status === 0) return response.faults[0]!.detail;
  const connection = fieldValue(response, 'connection');
  const text = `${response.status} ${response.reason}`.trim();
  return connection === undefined ? text : `${text} (Connection: ${connection})`;
}

/** @see RFC 9112 §4 */
function readStatusLine(line: string) {
  const strict = STATUS_LINE.exec(line);
  const match = strict ?? STATUS_LINE_WITHOUT_SPACE.exec(line);
  if (match === null) return undefined;
  const faults: Fault[] = [];
  if (strict === null) faults.push({ clause: '9112-4-2', detail: 'no SP behind the status code' });
  return { version: match[1]!, status: Number(match[2]), reason: match[3]!, faults };
}

/** Reads the lines of a section. @see RFC 9112 §5 */
export function readSection(lines: readonly string[]): Section {
  const fields: Field[] = [];
  const faults: Fault[] = [];
  for (const [index, line] of lines.entries()) {
    const match = FIELD_LINE.exec(line);
    if (match === null)
      faults.push({ clause: clauseBrokenBy(line, index), detail: JSON.stringify(line) });
    else fields.push({ name: match[1]!, value: match[2]! });
  }
  return { fields, faults };
}

/** The clause that forbids to send a line which is not a field line. */
function clauseBrokenBy(line: string, index: number): string {
  if (/[\r\n]/.test(line)) return '9112-2.2-3';
  if (/^[ \t]/.test(line)) return index === 0 ? '9112-2.2-8' : '9112-5.2-1';
  return '9110-2.2-1';
}

/** @see RFC 9112 §6.3 */
function framingOf(status: number, fields: readonly Field[], method: string): Framing {
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return 'none';
  if (hasField(fields, 'transfer-encoding')) {
    const codings = fields.filter((field) => field.name.toLowerCase() === 'transfer-encoding');
    return /(?:^|,)[ \t]*chunked$/i.test(codings.at(-1)!.value) ? 'chunked' : 'close';
  }
  return hasField(fields, 'content-length') ? 'length' : 'close';
}

/** Whether a field line has this name, given in lower case. */
export function hasField(fields: readonly Field[], name: string): boolean {
  return fields.some((field) => field.name.toLowerCase() === name);
}

/** The body at the beginning of `octets`; nothing when it is not all there. @see RFC 9112 §6.3 */
export function readBody(
  framing: Framing,
  octets: Buffer,
  fields: readonly Field[],
  ended: boolean,
): Body | undefined {
  const body = { trailers: NOTHING, faults: conflicts(fields) };
  if (framing === 'none') return { ...body, content: Buffer.alloc(0), end: 0 };
  if (framing === 'close') {
    return ended ? { ...body, content: octets, end: octets.length } : undefined;
  }
  if (framing === 'length') return readLength(octets, fields, ended);
  const chunked = readChunked(octets, ended);
  return chunked && { ...chunked, faults: [...body.faults, ...chunked.faults] };
}

/** Both framing fields in one message. @see RFC 9112 §6.2 */
function conflicts(fields: readonly Field[]): Fault[] {
  const both = hasField(fields, 'transfer-encoding') && hasField(fields, 'content-length');
  return both ? [{ clause: '9112-6.2-1', detail: 'Content-Length and Transfer-Encoding' }] : [];
}

/** @see RFC 9112 §6.2 */
function readLength(octets: Buffer, fields: readonly Field[], ended: boolean): Body | undefined {
  const { value } = fields.find((field) => field.name.toLowerCase() === 'content-length')!;
  if (!/^[0-9]+$/.test(value)) {
    const faults = [{ clause: '9110-2.2-1', detail: `Content-Length: ${value}` }];
    return { content: Buffer.alloc(0), trailers: NOTHING, end: 0, faults };
  }
  const length = Number(value);
  if (octets.length >= length) {
    return { content: octets.subarray(0, length), trailers: NOTHING, end: length, faults: [] };
  }
  if (!ended) return undefined;
  const faults = [{ clause: '9110-8.6-9', detail: `${octets.length} octets of ${length}` }];
  return { content: octets, trailers: NOTHING, end: octets.length, faults };
}

/** @see RFC 9112 §7.1 */
function readChunked(octets: Buffer, ended: boolean): Body | undefined {
  const pieces: Buffer[] = [];
  let position = 0;
  const broken = (detail: string): Body => ({
    content: Buffer.concat(pieces),
    trailers: NOTHING,
    end: octets.length,
    faults: [{ clause: '9112-7.1-6', detail }],
  });
  const unfinished = () => (ended ? broken('the chunked body is cut short') : undefined);
  for (;;) {
    const lineEnd = octets.indexOf('\r\n', position);
    if (lineEnd === -1) return unfinished();
    const line = octets.toString('latin1', position, lineEnd);
    const size = CHUNK_LINE.exec(line);
    if (size === null) return broken(`not a chunk-size: ${JSON.stringify(line)}`);
    const count = Number.parseInt(size[1]!, 16);
    position = lineEnd + 2;
    if (count === 0) break;
    if (octets.length < position + count + 2) return unfinished();
    pieces.push(octets.subarray(position, position + count));
    position += count + 2;
    if (octets.toString('latin1', position - 2, position) !== '\r\n') {
      return broken('chunk-data is not followed by CRLF');
    }
  }
  const end = octets.indexOf('\r\n\r\n', position - 2);
  if (end === -1) return unfinished();
  const lines = octets.toString('latin1', position, Math.max(end, position)).split('\r\n');
  const trailers = end < position ? NOTHING : readSection(lines);
  return { content: Buffer.concat(pieces), trailers, end: end + 4, faults: [] };
}
