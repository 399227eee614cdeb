import { writeLatin1 } from '../bytes/latin1.ts';
import type { Entry } from '../channel/entry.ts';

/** Nothing, where a format has nothing to add. */
export const NO_OCTETS: Uint8Array = new Uint8Array(0);

/**
 * Joins the records of entries, each with ASCII text before and behind it.
 *
 * The records are copied, not encoded: of all that an entry costs, its JSON was the dear part.
 */
export function joinRecords(
  entries: readonly Entry[],
  before: (entry: Entry) => string,
  after: string,
): Uint8Array {
  const openings = entries.map(before);
  let length = entries.length * after.length;
  for (const opening of openings) length += opening.length;
  for (const { record } of entries) length += record.length;
  const octets = Buffer.allocUnsafeSlow(length);
  let end = 0;
  for (const [i, { record }] of entries.entries()) {
    writeLatin1(octets, openings[i]!, end);
    end += openings[i]!.length;
    octets.set(record, end);
    end += record.length;
    writeLatin1(octets, after, end);
    end += after.length;
  }
  return octets;
}
