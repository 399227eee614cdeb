/**
 * How a fault of a server is written down: as a row of a table, in what it does to octets.
 *
 * @module
 */

import type { Meddling } from './middlebox.ts';

/** A way to be wrong. One with a memory is made anew for each mutant. */
export type Way = Meddling | (() => Meddling);

/** A mutant of a server: the probe that finds it, what it does wrong, and how. */
export type Fault = readonly [probe: string, fault: string, way: Way];

/** Takes `pattern` for `replacement` in what it hears. */
export function hears(pattern: RegExp | string, replacement: string): Meddling {
  return { hears: (octets) => octets.replace(pattern, replacement) };
}

/** Says `replacement` where it should say `pattern`. */
export function says(pattern: RegExp | string, replacement: string): Meddling {
  return { says: (octets) => octets.replace(pattern, replacement) };
}

/** Says this line in every head, besides what it should. */
export function adds(line: string): Meddling {
  return says(/^(HTTP\/1\.[01] .*\r\n)/gm, `$1${line}\r\n`);
}

/** Says no line with this name. */
export function drops(name: string): Meddling {
  return says(new RegExp(`^${name}:.*\r\n`, 'gim'), '');
}

/** Whether the octets are those of one request, and answers it by itself. */
export function answers(request: RegExp, response: string): Meddling {
  return { answers: (octets) => (request.test(octets) ? response : undefined) };
}

/** A response with this status line's end, these fields and this content. */
export function response(status: string, content = '', ...fields: readonly string[]): string {
  const lines = [
    `HTTP/1.1 ${status}`,
    `Date: ${new Date().toUTCString()}`,
    ...fields,
    `Content-Length: ${content.length}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${content}`;
}
