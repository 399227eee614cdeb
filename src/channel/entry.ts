import { type Id, MAX_NUMBER, type Position } from './cursor.ts';
import { encodeRecord } from './encode-record.ts';
import type { History } from './history.ts';

/** What was published on a channel, once. */
export interface Entry {
  readonly id: Id;
  /** The name of its channel; `''` for the inbox of a session. */
  readonly channel: string;
  /** The octets of its record, `{"id":…,"channel":…,"data":…}`: made once, never to be changed. */
  readonly record: Uint8Array;
}

/** An entry as a history holds it. It is a position too: its own. */
export class HeldEntry implements Entry, Position {
  readonly id: Id;
  readonly ms: number;
  readonly seq: number;
  readonly record: Uint8Array;
  readonly key: string | undefined;
  /** When it came, by the monotonic clock. */
  readonly time: number;
  readonly history: History;
  /** Its neighbours among all entries that the hub holds, while it is one of them. */
  older: HeldEntry | undefined = undefined;
  newer: HeldEntry | undefined = undefined;

  constructor(
    id: Id,
    position: Position,
    record: Uint8Array,
    key: string | undefined,
    time: number,
    history: History,
  ) {
    this.id = id;
    this.ms = position.ms;
    this.seq = position.seq;
    this.record = record;
    this.key = key;
    this.time = time;
    this.history = history;
  }

  get channel(): string {
    return this.history.name;
  }
}

/** The place of an entry alone: whoever keeps it does not keep the entry alive. */
export function positionOf({ ms, seq }: Position): Position {
  return { ms, seq };
}

/** The octets of the record of an entry whose data is the JSON text `data`. */
export function entryRecord(id: Id, channel: string, data: string): Uint8Array {
  const text = `{"id":"${id}","channel":${channel},"data":${data}}`;
  // Memory of its own: a piece of a shared slab would keep the whole slab alive.
  const record = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  record.write(text);
  return record;
}

/** How many octets such a record has at most, since its id is not known yet. */
export function recordOctets(epoch: string, channel: string, data: string): number {
  const id = `${epoch}.${MAX_NUMBER}-${MAX_NUMBER}`;
  return (
    Buffer.byteLength(`{"id":"${id}","channel":${encodeRecord(channel)},"data":}`) +
    Buffer.byteLength(data)
  );
}
