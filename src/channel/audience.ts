import type { EntryFormat } from './batch.ts';
import { BatchCache } from './batch-cache.ts';
import type { Cohort } from './cohort.ts';
import { later, type Position, START } from './cursor.ts';
import type { History } from './history.ts';
import type { Reader } from './reader.ts';

/** All readers of the same channels. */
export class Audience {
  readonly histories: readonly History[];
  /** Those that are told when something comes: of a cohort, the one that takes for all of it. */
  readonly readers: Set<Reader> = new Set();
  /** What was handed out of several of the channels together. */
  readonly batches: BatchCache;
  /** The position of the last entry of any of the channels. */
  last: Position;
  /** Whether its readers are to be told that there is something to take. */
  isMarked = false;
  /** How many readers are in cohorts. */
  followers = 0;
  #cohorts = 0;
  /** The cohorts that take more readers in, one for each format. */
  #open: Map<EntryFormat, Cohort> | undefined;

  constructor(histories: readonly History[]) {
    this.histories = histories;
    this.batches = new BatchCache(histories);
    this.last = histories.reduce((last, history) => later(last, history.last), START);
    for (const history of histories) history.audiences.add(this);
  }

  /** The readers are gone, or have gone elsewhere. */
  leave(): void {
    for (const history of this.histories) history.audiences.delete(this);
  }

  /** How many read by themselves. */
  get alone(): number {
    return this.readers.size - this.#cohorts;
  }

  /** How many readers there are. */
  get count(): number {
    return this.alone + this.followers;
  }

  /** The cohort of this format that takes more readers in, if there is one. */
  openCohort(format: EntryFormat): Cohort | undefined {
    return this.#open?.get(format);
  }

  /** A cohort has begun. */
  begins(format: EntryFormat, cohort: Cohort): void {
    this.#cohorts++;
    this.#open ??= new Map();
    this.#open.set(format, cohort);
  }

  /** A cohort takes no more in. */
  fills(format: EntryFormat, cohort: Cohort): void {
    if (this.#open?.get(format) === cohort) this.#open.delete(format);
  }

  /** A cohort takes more in again: the next reader goes there, unless it goes elsewhere. */
  gainsRoom(format: EntryFormat, cohort: Cohort): void {
    if (!this.#open?.has(format)) this.#open?.set(format, cohort);
  }

  /** A cohort has come to its end. */
  ends(format: EntryFormat, cohort: Cohort): void {
    this.#cohorts--;
    this.fills(format, cohort);
  }
}
