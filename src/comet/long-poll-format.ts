import { elementFormat, encodeArray } from './array-format.ts';
import type { WholeFormat } from './wire-format.ts';

/**
 * A long poll: an array of records.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6202#section-2 | RFC 6202 §2}
 */
export const longPollFormat: WholeFormat = {
  fields: { 'content-type': 'application/json' },
  entries: elementFormat,
  answer: (parts) => encodeArray(parts, '', ''),
};
