import type { Audience } from './audience.ts';
import type { Batch, EntryFormat, Gap } from './batch.ts';
import { type Position, START } from './cursor.ts';
import { Reader, type ReaderListener } from './reader.ts';
import type { Store } from './store.ts';

/** Where a reader has written what others are written too. */
export interface Outlet {
  /** Whether it takes no more for now. */
  readonly behind: boolean;
  /** Sends octets that nobody ever changes. @returns whether it takes more. */
  share(octets: Uint8Array): boolean;
}

/** How many readers a cohort has at most: behind it, others get their turn. */
export const COHORT_SIZE = 64;

/**
 * Readers of the same channels that have all there is, and are written what comes as it comes: one
 * reader takes for all of them.
 *
 * Of a thousand readers none is in a near cache, and to ask each what it lacks, and to have it take
 * that, costs a tenth of what the system needs to send it (npm run bench -- --only fan-out). Here it
 * is not looked at, until it takes no more or something comes for it alone.
 */
export class Cohort implements ReaderListener {
  /** When it was written to last, in milliseconds of the log's clock. */
  writtenAt = 0;
  readonly #store: Store;
  readonly #audience: Audience;
  readonly #format: EntryFormat;
  readonly #leader: Reader;
  /** Its readers and where each is written; nothing stands for one that has left during a write. */
  #readers: (Reader | undefined)[] = [];
  #outlets: (Outlet | undefined)[] = [];
  #isWriting = false;
  /** Whom a write comes to next, and whom no more: who joins meanwhile has what is written. */
  #next = 0;
  #end = 0;
  /** Where those are that a write has not come to. */
  #before: Position = START;
  #count = 0;

  constructor(store: Store, audience: Audience, format: EntryFormat) {
    this.#store = store;
    this.#audience = audience;
    this.#format = format;
    this.#leader = new Reader(store, audience, undefined, this, undefined);
    audience.begins(format, this);
  }

  /** Where one of its readers is. */
  positionOf(reader: Reader): Position {
    return this.#isOwed(reader) ? this.#before : this.#leader.position;
  }

  /** Whether there is something that it has not taken. */
  get isLacking(): boolean {
    return this.#leader.isLacking;
  }

  /** Nothing is lacking: the head is where its readers are from now on. */
  toHead(): void {
    this.#leader.take();
  }

  /** Takes in a reader that has all there is, as it has itself. */
  join(reader: Reader, outlet: Outlet): void {
    this.toHead();
    this.#readers.push(reader);
    this.#outlets.push(outlet);
    this.#audience.followers++;
    if (++this.#count === COHORT_SIZE) this.#audience.fills(this.#format, this);
  }

  /** A reader reads by itself again, or no more. */
  leave(reader: Reader): void {
    const index = this.#readers.indexOf(reader);
    this.#readers[index] = this.#outlets[index] = undefined;
    this.#count--;
    this.#audience.followers--;
    if (!this.#isWriting) this.#closeRanks();
    if (this.#count > 0) this.#audience.gainsRoom(this.#format, this);
    else this.#close();
  }

  /** Takes for all what has come, and writes it to each. */
  readable(): void {
    for (let taken = this.#take(); taken !== undefined; taken = this.#take()) {
      if (taken.kind === 'entries') this.#write(taken.encoded(this.#format));
      // Each has to be told of it by itself.
      else for (const reader of [...this.#readers]) reader?.standAlone();
    }
  }

  #take(): Batch | Gap | undefined {
    this.#before = this.#leader.position;
    return this.#leader.take();
  }

  #write(octets: Uint8Array): void {
    this.writtenAt = this.#store.clock();
    this.#isWriting = true;
    const outlets = this.#outlets;
    this.#end = outlets.length;
    for (let i = 0; i < this.#end; i++) {
      this.#next = i;
      const outlet = outlets[i];
      if (outlet === undefined) continue;
      if (!outlet.behind) {
        this.#next = i + 1;
        if (this.#share(outlet, octets)) continue;
      }
      // Nothing is queued for one that is behind: it takes this by itself, once it can.
      this.#readers[i]?.standAlone();
    }
    this.#isWriting = false;
    if (this.#count < outlets.length) this.#closeRanks();
  }

  #share(outlet: Outlet, octets: Uint8Array): boolean {
    try {
      return outlet.share(octets);
    } catch (error) {
      this.#store.report(error);
      return false;
    }
  }

  /** Whether it has still to be written what is being written. */
  #isOwed(reader: Reader): boolean {
    if (!this.#isWriting) return false;
    const index = this.#readers.indexOf(reader, this.#next);
    return index >= 0 && index < this.#end;
  }

  #closeRanks(): void {
    this.#readers = this.#readers.filter((reader) => reader !== undefined);
    this.#outlets = this.#outlets.filter((outlet) => outlet !== undefined);
  }

  #close(): void {
    this.#audience.ends(this.#format, this);
    this.#leader.close();
  }
}
