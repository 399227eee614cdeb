import { Batch, entriesAfter } from './batch.ts';
import { isAfter, type Position, START } from './cursor.ts';
import { type HeldEntry, positionOf } from './entry.ts';
import type { History } from './history.ts';
import type { Reader } from './reader.ts';

/**
 * All readers of the same channels.
 *
 * Those of them that stand at the same place are handed the same batch, so that what is published
 * is joined once for all of them, whatever their number.
 */
export class Audience {
  readonly histories: readonly History[];
  readonly readers: Set<Reader> = new Set();
  /** The position of the last entry of any of the channels. */
  last: Position;
  /** Whether its readers are to be told that there is something to take. */
  isMarked = false;
  /** The batches of this turn by their first entries. */
  readonly #batches = new Map<HeldEntry, BatchOf>();
  /** The last batch that was handed out, and from where it was asked for. */
  #recent: { readonly from: Position; readonly made: BatchOf } | undefined;

  constructor(histories: readonly History[]) {
    this.histories = histories;
    this.last = histories.reduce(
      (last, history) => (isAfter(history.last, last) ? history.last : last),
      START,
    );
    for (const history of histories) history.audiences.add(this);
  }

  /** Whether batches are remembered that are to be let go at the end of the turn. */
  get hasBatches(): boolean {
    return this.#batches.size > 0;
  }

  /** What follows `position`, about `octets` at most; nothing when there is nothing. */
  batchAfter(
    position: Position,
    octets: number,
    { epoch, head }: { readonly epoch: string; readonly head: Position },
  ): Batch | undefined {
    const recent = this.#recent;
    if (recent !== undefined && recent.from === position && recent.made.octets === octets) {
      return recent.made.batch;
    }
    const first = this.#firstAfter(position);
    if (first === undefined) return undefined;
    let made = this.#batches.get(first);
    if (made === undefined || made.octets !== octets) {
      const { entries, isAll } = entriesAfter(this.histories, position, octets);
      const end = isAll ? head : positionOf(entries.at(-1)!);
      made = { batch: new Batch(epoch, entries, end), octets };
      this.#batches.set(first, made);
    }
    this.#recent = { from: position, made };
    return made.batch;
  }

  /** Lets the batches go: after the turn they would only keep memory. */
  forgetBatches(): void {
    this.#batches.clear();
    this.#recent = undefined;
  }

  /** The readers are gone, or have gone elsewhere. */
  leave(): void {
    for (const history of this.histories) history.audiences.delete(this);
  }

  #firstAfter(position: Position): HeldEntry | undefined {
    let first: HeldEntry | undefined;
    for (const history of this.histories) {
      const entry = history.firstAfter(position);
      if (entry !== undefined && (first === undefined || isAfter(first, entry))) first = entry;
    }
    return first;
  }
}

/** A batch, and how many octets were asked for. */
interface BatchOf {
  readonly batch: Batch;
  readonly octets: number;
}
