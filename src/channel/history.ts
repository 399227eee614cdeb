import type { Audience } from './audience.ts';
import { BatchCache } from './batch-cache.ts';
import { isAfter, later, type Position } from './cursor.ts';
import { encodeRecord } from './encode-record.ts';
import { HeldEntry, positionOf } from './entry.ts';
import type { HistoryBounds } from './history-options.ts';
import type { Retention } from './retention.ts';

/**
 * The entries of one channel, or of one inbox, that are still there, in the order of the hub.
 *
 * An entry that its key has superseded leaves its bare position in its place, by which the search
 * still finds its way; these go once they are the most.
 */
export class History {
  readonly name: string;
  /** The name as JSON. */
  readonly label: string;
  bounds: HistoryBounds;
  /** The octets of the entries. */
  octets = 0;
  /** How many entries there are. */
  count = 0;
  /** Of what stood at or below it, something may be missing; above it, everything is held. */
  floor: Position;
  /** The position of the last entry that there ever was. */
  last: Position;
  /** Who reads it. */
  readonly audiences: Set<Audience> = new Set();
  /** What was handed out of it alone, to readers of whatever else. */
  readonly batches: BatchCache = new BatchCache([this]);
  readonly #retention: Retention | undefined;
  /** The entry of each key, in a history that is compact. */
  #latest: Map<string, HeldEntry> | undefined;
  #slots: (HeldEntry | Position)[] = [];
  #start = 0;

  constructor(name: string, bounds: HistoryBounds, floor: Position, retention?: Retention) {
    this.name = name;
    this.label = encodeRecord(name);
    this.bounds = bounds;
    this.floor = floor;
    this.last = floor;
    this.#retention = retention;
  }

  append(entry: HeldEntry): void {
    if (this.bounds.compact && entry.key !== undefined) this.#supersede(entry.key, entry);
    this.#slots.push(entry);
    this.octets += entry.record.length;
    this.count++;
    this.last = positionOf(entry);
    this.#retention?.add(entry);
  }

  /** Whether it holds more than it may, but for the age of its entries. */
  get isOverBounds(): boolean {
    return this.count > this.bounds.entries || this.octets > this.bounds.octets;
  }

  /** Lets the oldest entries go that are too many, too large or older than `now` allows, up to `limit`. */
  trim(limit: Position, now: number): void {
    const born = now - this.bounds.age;
    for (let oldest = this.oldest(); oldest !== undefined; oldest = this.oldest()) {
      const isOver = this.isOverBounds || oldest.time < born;
      if (!isOver || isAfter(oldest, limit)) return;
      this.removeOldest();
    }
  }

  /** Lets the oldest entries go until no more than `octets` are held. */
  trimTo(octets: number): void {
    if (this.octets <= octets) return;
    while (this.octets > octets) this.removeOldest();
    this.forgetBatches();
  }

  /** Has batches made anew, since entries of them are gone. */
  forgetBatches(): void {
    this.batches.clear();
    for (const { batches } of this.audiences) batches.clear();
  }

  /** Says that nothing at or below `floor` can be relied on to be there. */
  raiseFloor(floor: Position): void {
    this.floor = later(this.floor, floor);
    this.last = later(this.last, floor);
  }

  /** The entry that has to go first. */
  oldest(): HeldEntry | undefined {
    for (; this.#start < this.#slots.length; this.#start++) {
      const slot = this.#slots[this.#start]!;
      if (slot instanceof HeldEntry) return slot;
    }
    return undefined;
  }

  removeOldest(): void {
    const entry = this.oldest()!;
    this.#slots[this.#start++] = positionOf(entry);
    this.floor = later(this.floor, positionOf(entry));
    this.#forget(entry);
    if (entry.key !== undefined && this.#latest?.get(entry.key) === entry) {
      this.#latest.delete(entry.key);
    }
    if (this.#start * 2 > this.#slots.length) this.#sweep();
  }

  /** The first entry after `position`. */
  firstAfter(position: Position): HeldEntry | undefined {
    if (!isAfter(this.last, position)) return undefined;
    for (let i = this.#indexAfter(position); i < this.#slots.length; i++) {
      const slot = this.#slots[i]!;
      if (slot instanceof HeldEntry) return slot;
    }
    return undefined;
  }

  /** All entries after `position`. The history must not change meanwhile. */
  *after(position: Position): Generator<HeldEntry, undefined> {
    for (let i = this.#indexAfter(position); i < this.#slots.length; i++) {
      const slot = this.#slots[i]!;
      if (slot instanceof HeldEntry) yield slot;
    }
  }

  /** Where the first slot after `position` is. */
  #indexAfter(position: Position): number {
    let low = this.#start;
    let high = this.#slots.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isAfter(this.#slots[middle]!, position)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #supersede(key: string, entry: HeldEntry): void {
    this.#latest ??= new Map();
    const superseded = this.#latest.get(key);
    this.#latest.set(key, entry);
    if (superseded === undefined) return;
    const index = this.#indexAfter(superseded) - 1;
    this.#slots[index] = positionOf(superseded);
    this.#forget(superseded);
    this.forgetBatches();
    if (this.#slots.length - this.#start > 2 * this.count + 16) this.#sweep();
  }

  #forget(entry: HeldEntry): void {
    this.octets -= entry.record.length;
    this.count--;
    this.#retention?.remove(entry);
  }

  /** Drops the slots without an entry. */
  #sweep(): void {
    this.#slots = this.#slots.filter((slot) => slot instanceof HeldEntry);
    this.#start = 0;
  }
}
