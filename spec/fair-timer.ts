/** How long a timer waits before it looks whether this process has run, in milliseconds. */
const SLICE = 50;

/** How late it may be then without anybody having been kept from running. */
const TOLERANCE = 20;

/** How many times as long as it was told a timer lasts at most, on a machine that never gets to run. */
const MAX_TIMES = 8;

/**
 * A timer that gives back the time in which this process was kept from running: a peer is not to blame
 * for what could not be heard meanwhile, or for what it was kept from saying.
 */
export class FairTimer {
  readonly #expire: () => void;
  readonly #latest: number;
  #left: number;
  #timer: NodeJS.Timeout | NodeJS.Immediate | undefined;

  constructor(expire: () => void, milliseconds: number) {
    this.#expire = expire;
    this.#latest = Date.now() + MAX_TIMES * milliseconds;
    this.#left = milliseconds;
    this.#wait();
  }

  /** Lets nothing happen any more. */
  stop(): void {
    clearTimeout(this.#timer as NodeJS.Timeout);
    clearImmediate(this.#timer as NodeJS.Immediate);
  }

  #wait(): void {
    const slice = Math.min(this.#left, SLICE);
    const due = Date.now() + slice;
    this.#timer = setTimeout(() => {
      const late = Date.now() - due;
      this.#left -= late <= TOLERANCE ? slice + late : Math.max(slice - late, 0);
      // What has come already is heard first: a timer overtakes it.
      if (this.#left <= 0 || Date.now() >= this.#latest) this.#timer = setImmediate(this.#expire);
      else this.#wait();
    }, slice);
  }
}

/** Waits so long, not counting the time in which this process was kept from running. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    new FairTimer(resolve, milliseconds);
  });
}
