import type { OutgoingFields } from '../http1/outgoing-fields.ts';

/** Fields to send as lines, one for each value, in the order given. */
export function fieldLines(fields: OutgoingFields): [name: string, value: string][] {
  const entries = Symbol.iterator in fields ? fields : Object.entries(fields);
  const lines: [string, string][] = [];
  for (const [name, value] of entries) {
    for (const each of Array.isArray(value) ? value : [value]) lines.push([name, each]);
  }
  return lines;
}
