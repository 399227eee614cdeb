/**
 * How a fault of a server is written down: as a row of a table, in what it does to octets.
 *
 * @module
 */

import type { Meddling } from './middlebox.ts';

/** A way to be wrong. One with a memory is made anew for each mutant. */
export type Way = Meddling | (() => Meddling);

/** A mutant of a server: the probe that finds it, what it does wrong, and how. */
export type Fault = readonly [probe: string, fault: string, way: Way, isSilent?: true];

/** Takes `pattern` for `replacement` in what it hears. */
export function hears(pattern: RegExp | string, replacement: string): Meddling {
  return { hears: (octets) => octets.replace(pattern, replacement) };
}

/** Says `replacement` where it should say `pattern`. */
export function says(pattern: RegExp | string, replacement: string): Meddling {
  return { says: (octets) => octets.replace(pattern, replacement) };
}

/** Says this line in every head, or in those with these statuses, besides what it should. */
export function adds(line: string, statuses = '\\d+'): Meddling {
  return says(new RegExp(`^(HTTP/1\\.[01] (?:${statuses}) .*\r\n)`, 'gm'), `$1${line}\r\n`);
}

/** Says no line with this name, in heads with these statuses. */
export function drops(name: string, statuses = '\\d+'): Meddling {
  const pattern = `^(HTTP/1\\.[01] (?:${statuses}) (?:.*\r\n)+?)${name}:.*\r\n`;
  return says(new RegExp(pattern, 'gim'), '$1');
}

/** Answers such a request by itself. */
export function answers(request: RegExp, response: string): Meddling {
  return { answers: (octets) => (request.test(octets) ? response : undefined) };
}

/** Takes so many octets, whatever they are, and says that all is well. */
export function devours(count: number): Meddling {
  return { answers: (_, heard) => (heard.length < count ? '' : response('200 OK', 'fine')) };
}

/** A response with this status and reason, this content, and these field lines besides. */
export function response(status: string, content = '', ...fields: readonly string[]): string {
  const lines = [
    `HTTP/1.1 ${status}`,
    `Date: ${new Date().toUTCString()}`,
    'Content-Type: text/plain',
    ...fields,
    `Content-Length: ${content.length}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${content}`;
}

/** Says other content, in whatever framing the response has. */
export function content(change: (content: string) => string): Meddling {
  return { says: (octets) => withContent(octets, change) };
}

/** Says other records, where it answers with a batch of them. */
export function records<Record>(change: (records: Record[]) => Record[]): Meddling {
  return content((text) => {
    const isBatch = text.startsWith('[') && text.endsWith(']');
    return isBatch ? JSON.stringify(change(JSON.parse(text) as Record[])) : text;
  });
}

const LENGTH = /^(HTTP\/1\.1 [\s\S]*?\r\ncontent-length: )\d+((?:\r\n.+)*\r\n\r\n)([\s\S]*)$/i;
const HEAD = /^HTTP\/1\.1 (?:.*\r\n)+?\r\n/;
const CHUNK = /([0-9a-f]+)\r\n/iy;

/** The octets of one response, or of chunks of one, with other content. */
function withContent(octets: string, change: (content: string) => string): string {
  const whole = LENGTH.exec(octets);
  if (whole !== null) {
    const changed = change(whole[3]!);
    return `${whole[1]}${changed.length}${whole[2]}${changed}`;
  }
  let said = HEAD.exec(octets)?.[0] ?? '';
  for (let at = said.length; at < octets.length; ) {
    CHUNK.lastIndex = at;
    const size = CHUNK.exec(octets);
    if (size === null) return said + octets.slice(at);
    const start = at + size[0].length;
    const end = start + Number.parseInt(size[1]!, 16);
    const changed = end === start ? '' : change(octets.slice(start, end));
    said += `${changed.length.toString(16)}\r\n${changed}\r\n`;
    at = end + 2;
  }
  return said;
}
