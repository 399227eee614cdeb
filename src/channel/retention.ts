import type { HeldEntry } from './entry.ts';

/**
 * All entries that a hub holds, oldest first, whatever their channels.
 *
 * A list of links, so that an entry leaves at once from wherever it stands, and nothing is left of
 * it to be swept up later.
 */
export class Retention {
  /** The octets of their records. */
  octets = 0;
  #oldest: HeldEntry | undefined;
  #newest: HeldEntry | undefined;

  get oldest(): HeldEntry | undefined {
    return this.#oldest;
  }

  add(entry: HeldEntry): void {
    entry.older = this.#newest;
    if (this.#newest === undefined) this.#oldest = entry;
    else this.#newest.newer = entry;
    this.#newest = entry;
    this.octets += entry.record.length;
  }

  remove(entry: HeldEntry): void {
    const { older, newer } = entry;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    entry.older = entry.newer = undefined;
    this.octets -= entry.record.length;
  }
}
