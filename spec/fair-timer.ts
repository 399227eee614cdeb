/** How late a timer may be without anybody being kept from running. */
const TOLERANCE = 20;

/**
 * A timer that gives back the time in which this process was kept from running: a peer is not to blame
 * for what could not be heard meanwhile.
 */
export class FairTimer {
  #timer: NodeJS.Timeout | NodeJS.Immediate;

  constructor(expire: () => void, milliseconds: number) {
    const due = Date.now() + milliseconds;
    this.#timer = setTimeout(() => {
      const late = Math.min(Date.now() - due, milliseconds);
      if (late <= TOLERANCE) this.#expireBehindInput(expire);
      else this.#timer = setTimeout(() => this.#expireBehindInput(expire), late);
    }, milliseconds);
  }

  /** Lets nothing happen any more. */
  stop(): void {
    clearTimeout(this.#timer as NodeJS.Timeout);
    clearImmediate(this.#timer as NodeJS.Immediate);
  }

  /** Behind what has come already, which a timer overtakes. */
  #expireBehindInput(expire: () => void): void {
    this.#timer = setImmediate(expire);
  }
}
