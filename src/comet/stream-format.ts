import { joinRecords, NO_OCTETS } from './join.ts';
import type { StreamingFormat } from './wire-format.ts';

/** A stream: a record a line. JSON has no line break in it that is not escaped. */
export const streamFormat: StreamingFormat = {
  fields: { 'content-type': 'application/x-ndjson' },
  prologue: NO_OCTETS,
  opening: NO_OCTETS,
  closing: NO_OCTETS,
  entries: { encode: (entries) => joinRecords(entries, () => '', '\n') },
  record: (json) => Buffer.from(`${json}\n`),
};
