import { encodeFieldLines } from '../http1/encode-head.ts';
import type { FieldLine } from '../http1/field-line.ts';
import type { OutgoingFields } from '../http1/outgoing-fields.ts';
import { requireTrailers } from '../http1/trailers.ts';
import { fieldLines } from './field-lines.ts';

/** Fields that come behind the content, or what tells them once all of it has been given. */
export type Trailers = OutgoingFields | (() => OutgoingFields);

/**
 * What tells the trailer section of an answer, behind its content.
 *
 * @throws TypeError when a field may not stand there, or can't be sent. Those that are told later are
 * judged when they are.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-6.5.1 | RFC 9110 §6.5.1}
 */
export function trailerSection(trailers: Trailers): () => readonly FieldLine[] {
  if (typeof trailers === 'function') return () => judged(trailers());
  const lines = judged(trailers);
  return () => lines;
}

function judged(fields: OutgoingFields): readonly FieldLine[] {
  const lines = fieldLines(fields).map(([name, value]) => ({ name, value }));
  requireTrailers(lines);
  encodeFieldLines(fields);
  return lines;
}
