import { throwLater } from './ground.ts';

/** An order for what takes time, and for what comes behind it. */
export class Turns {
  #last: Promise<void> | undefined;

  /** Whether there is something to wait for. */
  get areTaken(): boolean {
    return this.#last !== undefined;
  }

  /** Does what takes no time: now, or in its turn. */
  act(action: () => void): void {
    if (this.#last === undefined) action();
    else this.take(async () => action());
  }

  /** Does what takes time, behind all that came before. */
  take(action: () => Promise<void>): void {
    const before = this.#last ?? Promise.resolve();
    const turn = before
      .then(action)
      .catch(throwLater)
      .then(() => {
        if (this.#last === turn) this.#last = undefined;
      });
    this.#last = turn;
  }
}
