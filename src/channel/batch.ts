import { formatCursor, isAfter, type Position } from './cursor.ts';
import type { Entry, HeldEntry } from './entry.ts';
import type { History } from './history.ts';

/** How the records of entries stand on the wire. */
export interface EntryFormat {
  /** The entries in this format, with what stands before, between and after their records. */
  encode(entries: readonly Entry[]): Uint8Array;
}

/** What the log no longer holds. What it still holds follows. */
export interface Gap {
  readonly kind: 'gap';
  /** The channels of which entries were missed; `''` is the inbox. */
  readonly channels: readonly string[];
  /** Where the reader stands: it has moved by nothing. */
  readonly cursor: string;
}

/** Entries that follow each other for all who read the same channels. */
export class Batch {
  readonly kind = 'entries';
  readonly entries: readonly Entry[];
  /** What a reader has reached once it has these. */
  readonly end: Position;
  readonly #epoch: string;
  readonly #encoded = new Map<EntryFormat, Uint8Array>();
  /** What was made or found last: a thousand readers of one format ask for the same. */
  #format: EntryFormat | undefined;
  #octets: Uint8Array = NO_OCTETS;

  constructor(epoch: string, entries: readonly Entry[], end: Position) {
    this.#epoch = epoch;
    this.entries = entries;
    this.end = end;
  }

  /** What a client that has these comes back with: everything up to here was taken into account. */
  get cursor(): string {
    return formatCursor(this.#epoch, this.end);
  }

  /**
   * The entries in a wire format. The octets are made once, and shared by all who take this batch:
   * nobody may change them.
   */
  encoded(format: EntryFormat): Uint8Array {
    if (format === this.#format) return this.#octets;
    let octets = this.#encoded.get(format);
    if (octets === undefined) {
      octets = format.encode(this.entries);
      this.#encoded.set(format, octets);
    }
    this.#format = format;
    this.#octets = octets;
    return octets;
  }
}

const NO_OCTETS = new Uint8Array(0);

/** The entries of all `histories` after `position`, in the order of the hub, one at least. */
export function entriesAfter(
  histories: readonly History[],
  position: Position,
  octets: number,
): { entries: HeldEntry[]; isAll: boolean } {
  const entries: HeldEntry[] = [];
  let sum = 0;
  for (const entry of merged(histories, position)) {
    if (sum >= octets) return { entries, isAll: false };
    entries.push(entry);
    sum += entry.record.length;
  }
  return { entries, isAll: true };
}

/** What is left of one history. */
interface Rest {
  next: HeldEntry;
  readonly following: Generator<HeldEntry, undefined>;
}

function* merged(histories: readonly History[], position: Position): Generator<HeldEntry> {
  // The history whose next entry is the latest stands first.
  const rests: Rest[] = [];
  for (const history of histories) {
    if (!isAfter(history.last, position)) continue;
    const following = history.after(position);
    const next = following.next().value;
    if (next !== undefined) insert(rests, { next, following });
  }
  for (let rest = rests.pop(); rest !== undefined; rest = rests.pop()) {
    yield rest.next;
    const next = rest.following.next().value;
    if (next === undefined) continue;
    rest.next = next;
    insert(rests, rest);
  }
}

/** Puts the rest where it belongs: before those whose next entry is an earlier one. */
function insert(rests: Rest[], rest: Rest): void {
  let index = rests.length;
  while (index > 0 && isAfter(rest.next, rests[index - 1]!.next)) index--;
  rests.splice(index, 0, rest);
}
