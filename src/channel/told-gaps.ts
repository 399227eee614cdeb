import { isAfter, type Position } from './cursor.ts';
import type { History } from './history.ts';

/** What a reader was told that it has missed: the floors below which it knows that something is. */
export class ToldGaps {
  readonly #floors = new Map<History, Position>();

  /** Whether all that is missing of `history` has been told. */
  knows(history: History): boolean {
    const told = this.#floors.get(history);
    return told !== undefined && !isAfter(history.floor, told);
  }

  add(missed: readonly History[]): void {
    for (const history of missed) this.#floors.set(history, history.floor);
  }

  /** Lets the gaps go that lie behind `position`. Whether there are none left. */
  forget(position: Position): boolean {
    for (const [history, floor] of this.#floors) {
      if (!isAfter(floor, position)) this.#floors.delete(history);
    }
    return this.#floors.size === 0;
  }

  /** Lets the gaps go of all but these. */
  keepTo(histories: readonly History[]): void {
    for (const history of this.#floors.keys()) {
      if (!histories.includes(history)) this.#floors.delete(history);
    }
  }
}
