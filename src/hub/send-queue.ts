/** Something to be sent, which may take its time. It fails by itself: it does not throw. */
interface Step {
  readonly octets: number;
  readonly send: () => void | Promise<void>;
}

/**
 * Keeps the order of what is sent, behind a message that takes its time: one that has to be read first,
 * or that comes piece by piece.
 */
export class SendQueue {
  readonly #steps: Step[] = [];
  #octets = 0;

  /** Whether nothing is under way, so that there is nothing to wait for. */
  get isEmpty(): boolean {
    return this.#steps.length === 0;
  }

  /** How many octets wait here. */
  get octets(): number {
    return this.#octets;
  }

  /**
   * Sends when all before has been sent.
   *
   * @param octets - How many wait here until then.
   */
  add(octets: number, send: () => void | Promise<void>): void {
    this.#octets += octets;
    if (this.#steps.push({ octets, send }) === 1) void this.#run();
  }

  async #run(): Promise<void> {
    for (let step = this.#steps[0]; step !== undefined; step = this.#steps[0]) {
      const sending = step.send();
      if (sending !== undefined) await sending;
      this.#octets -= step.octets;
      this.#steps.shift();
    }
  }
}
