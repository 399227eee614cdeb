import { Audience } from './audience.ts';
import type { EntryFormat } from './batch.ts';
import type { BatchCache } from './batch-cache.ts';
import { Cohort } from './cohort.ts';
import { formatCursor, later, type Position, START } from './cursor.ts';
import { entryRecord, HeldEntry } from './entry.ts';
import { Flush } from './flush.ts';
import { History } from './history.ts';
import { DEFAULT_HISTORY, type HistoryBounds } from './history-options.ts';
import { ChannelLimitError, type LogLimits } from './limits.ts';
import { Retention } from './retention.ts';

/** What a store is given. */
export interface StoreOptions {
  readonly epoch: string;
  readonly limits: LogLimits;
  readonly clock: () => number;
  readonly schedule: (flush: () => void) => void;
  readonly report: (error: unknown) => void;
  /** Readers are about to be told: who else is to be told must be marked now. */
  readonly roundBegins: () => void;
}

/**
 * What a hub holds of its log, and for whom: the histories of its channels with their bounds, and
 * the audiences that read them.
 */
export class Store {
  readonly epoch: string;
  readonly limits: LogLimits;
  readonly clock: () => number;
  readonly report: (error: unknown) => void;
  readonly flush: Flush;
  /** The position of the last entry of the hub. */
  head: Position = START;
  /** Of a channel that is not held, everything above it would be: below it something may be missing. */
  floor: Position = START;
  /** What each channel was told to keep, for the hub's life. */
  readonly bounds: Map<string, HistoryBounds> = new Map();
  readonly #histories = new Map<string, History>();
  readonly #audiences = new Map<string, Audience>();
  readonly #retention = new Retention();
  /** Histories over their bounds, to be trimmed when the round has ended. */
  readonly #overfull = new Set<History>();
  /** What remembers batches. */
  #caches: BatchCache[] = [];
  /** The head when the round began: what stands above it may not have been handed out. */
  #roundHead: Position = START;
  #isExpiryDue = false;

  constructor({ epoch, limits, clock, schedule, report, roundBegins }: StoreOptions) {
    this.epoch = epoch;
    this.limits = limits;
    this.clock = clock;
    this.report = report;
    this.flush = new Flush({
      clock,
      schedule,
      report,
      roundBegins: () => {
        roundBegins();
        this.#roundHead = this.head;
      },
      roundEnds: () => this.#roundEnds(),
    });
  }

  get cursor(): string {
    return formatCursor(this.epoch, this.head);
  }

  /** How many octets a history of this channel may hold. */
  boundsOf(name: string): HistoryBounds {
    return this.bounds.get(name) ?? DEFAULT_HISTORY;
  }

  /** Says how much of a channel is to be kept. */
  setBounds(name: string, bounds: HistoryBounds): void {
    this.bounds.set(name, bounds);
    const history = this.#histories.get(name);
    if (history === undefined) return;
    history.bounds = bounds;
    this.#bound(history);
  }

  /** How many readers the channel has. */
  readersOf(name: string): number {
    let count = 0;
    for (const audience of this.#histories.get(name)?.audiences ?? []) count += audience.count;
    return count;
  }

  /** The history of the channel, if it has entries or readers. */
  held(name: string): History | undefined {
    return this.#histories.get(name);
  }

  /** Whether `count` more channels can be held. */
  hasRoomFor(count: number): boolean {
    return this.#histories.size + count <= this.limits.channels;
  }

  /** The audience of these channels. @throws ChannelLimitError when they are too many. */
  audienceOf(names: readonly string[]): Audience {
    const sorted = [...new Set(names)].sort();
    const key = JSON.stringify(sorted);
    let audience = this.#audiences.get(key);
    if (audience === undefined) {
      const missing = sorted.filter((name) => !this.#histories.has(name)).length;
      if (!this.hasRoomFor(missing)) throw new ChannelLimitError(this.limits.channels);
      audience = new Audience(sorted.map((name) => this.#hold(name)));
      this.#audiences.set(key, audience);
    }
    return audience;
  }

  /** A cohort of `audience` that takes one more in; none while few read by themselves. */
  cohortOf(audience: Audience, format: EntryFormat): Cohort | undefined {
    const cohort = audience.openCohort(format);
    if (cohort !== undefined) return cohort.isLacking ? undefined : cohort;
    return audience.alone < FEW ? undefined : new Cohort(this, audience, format);
  }

  /** A reader has left the audience: nothing is kept for nobody. */
  release(audience: Audience): void {
    if (audience.readers.size > 0) return;
    audience.leave();
    this.#audiences.delete(JSON.stringify(audience.histories.map(({ name }) => name)));
    for (const history of audience.histories) this.#dropIfUnused(history);
  }

  /** Adds an entry at the head. A channel for which there is no room is as good as dropped again. */
  append(name: string, data: string, key: string | undefined): void {
    const { head } = this;
    if (!this.#histories.has(name) && !this.hasRoomFor(1)) {
      this.floor = head;
      return;
    }
    this.appendTo(this.#hold(name), data, key);
  }

  appendTo(history: History, data: string, key?: string | undefined): void {
    const id = formatCursor(this.epoch, this.head);
    const record = entryRecord(id, history.label, data);
    history.append(new HeldEntry(id, this.head, record, key, this.clock(), history));
    for (const audience of history.audiences) {
      audience.last = history.last;
      this.flush.mark(audience);
    }
    this.#bound(history);
  }

  /** What stands at or below `position` may be missing, whatever its channel. */
  lose(position: Position): void {
    this.floor = later(this.floor, position);
    for (const history of this.#histories.values()) this.loseFrom(history, position);
  }

  /** What stands at or below `position` may be missing in this history. */
  loseFrom(history: History, position: Position): void {
    history.raiseFloor(position);
    for (const audience of history.audiences) {
      audience.last = later(audience.last, position);
      this.flush.mark(audience);
    }
  }

  /** Lets go what has grown too old, once those have been handed it that were marked before. */
  expire(): void {
    this.#isExpiryDue = true;
    this.flush.schedule();
  }

  /** Has the batches in `cache` let go at the end of the turn. */
  remembers(cache: BatchCache): void {
    if (cache.isRemembered) return;
    cache.isRemembered = true;
    this.#caches.push(cache);
    if (!this.flush.isRunning) this.flush.schedule();
  }

  #hold(name: string): History {
    let history = this.#histories.get(name);
    if (history === undefined) {
      history = new History(name, this.boundsOf(name), this.floor, this.#retention);
      this.#histories.set(name, history);
    }
    return history;
  }

  /**
   * Keeps a history that was added to within its bounds: at the end of the round, so that a burst
   * larger than the history is handed out whole, but far beyond them and beyond the hub's at once.
   */
  #bound(history: History): void {
    if (history.isOverBounds) {
      history.trimTo(history.bounds.octets + this.limits.behind);
      this.#overfull.add(history);
      this.flush.schedule();
    }
    while (this.#retention.octets > this.limits.history) {
      const { history: fullest } = this.#retention.oldest!;
      fullest.removeOldest();
      fullest.forgetBatches();
      this.#dropIfUnused(fullest);
    }
    this.#dropIfUnused(history);
  }

  #roundEnds(): void {
    for (const cache of this.#caches) cache.clear();
    this.#caches = [];
    for (const history of this.#overfull) {
      history.trim(this.#roundHead, Number.NEGATIVE_INFINITY);
      if (!history.isOverBounds) this.#overfull.delete(history);
      this.#dropIfUnused(history);
    }
    if (!this.#isExpiryDue) return;
    this.#isExpiryDue = false;
    const now = this.clock();
    for (const history of this.#histories.values()) {
      history.trim(this.#roundHead, now);
      this.#dropIfUnused(history);
    }
  }

  /** A channel without entries and readers is dropped, and what it had is below the hub's floor. */
  #dropIfUnused(history: History): void {
    if (history.count > 0 || history.audiences.size > 0) return;
    if (this.#histories.get(history.name) !== history) return;
    this.#histories.delete(history.name);
    this.#overfull.delete(history);
    this.floor = later(this.floor, history.last);
  }
}

/** Fewer readers than this are not worth a reader more that takes for them. */
const FEW = 8;
