import type { EntryFormat } from '../channel/batch.ts';
import { joinRecords } from './join.ts';

/** Entries as elements of a JSON array, with a comma behind each but the last. */
export const elementFormat: EntryFormat = {
  encode(entries) {
    const elements = joinRecords(entries, () => '', ',');
    return elements.subarray(0, Math.max(0, elements.length - 1));
  },
};

/** A JSON array of all records in `parts`, with text before and behind it. */
export function encodeArray(
  parts: readonly (Uint8Array | string)[],
  before: string,
  after: string,
): Uint8Array {
  const pieces: Uint8Array[] = [Buffer.from(`${before}[`)];
  for (const part of parts) {
    const octets = typeof part === 'string' ? Buffer.from(part) : part;
    if (octets.length === 0) continue;
    if (pieces.length > 1) pieces.push(COMMA);
    pieces.push(octets);
  }
  pieces.push(Buffer.from(`]${after}`));
  return Buffer.concat(pieces);
}

const COMMA = Buffer.from(',');
