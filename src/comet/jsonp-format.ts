import { elementFormat, encodeArray } from './array-format.ts';
import type { WholeFormat } from './wire-format.ts';

/** Names, and names of members: nothing that could be a statement, a string or another format. */
const CALLBACK = /^[A-Za-z0-9_.$]{1,64}$/;

/** Whether `text` may be the name of the function that a JSONP answer calls. */
export function isCallback(text: string): boolean {
  return CALLBACK.test(text);
}

/**
 * A poll by script element: a call of the client's function with an array of records.
 *
 * The comment before it keeps the answer from beginning with what the client chose: a Flash file can
 * be written in letters and digits alone (CVE-2014-4671).
 *
 * @throws TypeError when `callback` is none; what a peer asks for is to be tested before.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6202#section-4.1 | RFC 6202 §4.1}
 */
export function jsonpFormat(callback: string): WholeFormat {
  if (!isCallback(callback)) throw new TypeError(`invalid callback: ${JSON.stringify(callback)}`);
  return {
    fields: {
      'content-type': 'application/javascript; charset=utf-8',
      'x-content-type-options': 'nosniff',
    },
    entries: elementFormat,
    answer: (parts) => encodeArray(parts, `/**/${callback}(`, ');'),
  };
}
