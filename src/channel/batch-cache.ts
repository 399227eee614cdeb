import { Batch, entriesAfter } from './batch.ts';
import { isAfter, type Position } from './cursor.ts';
import { type HeldEntry, positionOf } from './entry.ts';
import type { History } from './history.ts';

/**
 * The batches that were made of some histories in this turn.
 *
 * All readers that stand at the same place, or at places between which there is nothing, are handed
 * the same batch, so that what is published is joined once for all of them, whatever their number.
 */
export class BatchCache {
  /** Whether the store knows that there are batches to let go of. */
  isRemembered = false;
  readonly #histories: readonly History[];
  /** By the entries that they begin with. There are none but within a turn. */
  #batches: Map<HeldEntry, MadeBatch> | undefined;
  /** The last batch that was handed out, and from where it was asked for. */
  #recent: { readonly from: Position; readonly made: MadeBatch } | undefined;

  constructor(histories: readonly History[]) {
    this.#histories = histories;
  }

  /** What follows `position`, about `octets` at most; nothing when there is nothing. */
  after(
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
    let made = this.#batches?.get(first);
    if (made === undefined || made.octets !== octets) {
      const { entries, isAll } = entriesAfter(this.#histories, position, octets);
      const end = isAll ? head : positionOf(entries.at(-1)!);
      made = { batch: new Batch(epoch, entries, end), octets };
      this.#batches ??= new Map();
      this.#batches.set(first, made);
    }
    this.#recent = { from: position, made };
    return made.batch;
  }

  /** Lets the batches go: after the turn they would only keep memory. */
  clear(): void {
    this.isRemembered = false;
    this.#batches = undefined;
    this.#recent = undefined;
  }

  #firstAfter(position: Position): HeldEntry | undefined {
    let first: HeldEntry | undefined;
    for (const history of this.#histories) {
      const entry = history.firstAfter(position);
      if (entry !== undefined && (first === undefined || isAfter(first, entry))) first = entry;
    }
    return first;
  }
}

/** A batch, and how many octets were asked for. */
interface MadeBatch {
  readonly batch: Batch;
  readonly octets: number;
}
