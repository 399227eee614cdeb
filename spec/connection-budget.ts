/**
 * How many connections a subject may be asked to bear at once. Probes wait for their turn, but not for
 * ever: one that holds some and needs more must not wait for another that does the same.
 *
 * @module
 */

/** Counts open connections. */
export class ConnectionBudget {
  readonly #most: number;
  readonly #patience: number;
  readonly #waiting: (() => void)[] = [];
  #open = 0;

  /**
   * @param most - How many there are to be at once.
   * @param patience - After how many milliseconds one more is opened all the same.
   */
  constructor(most: number, patience: number) {
    this.#most = most;
    this.#patience = patience;
  }

  /** How many are open. */
  get open(): number {
    return this.#open;
  }

  /** Waits until one more may be opened. */
  async acquire(): Promise<void> {
    if (this.#open >= this.#most) await this.#turn();
    this.#open += 1;
  }

  /** One was closed. */
  release(): void {
    this.#open -= 1;
    this.#waiting.shift()?.();
  }

  async #turn(): Promise<void> {
    await new Promise<void>((resolve) => {
      const proceed = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(proceed), 1);
        resolve();
      }, this.#patience);
      this.#waiting.push(proceed);
    });
  }
}
