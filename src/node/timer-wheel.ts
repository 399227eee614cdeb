import type { Deadlines, Timed } from '../hub/deadlines.ts';

export type { Timed } from '../hub/deadlines.ts';

const SLOTS = 256;

/**
 * The one timer of a process full of connections.
 *
 * Deadlines move with every octet, and a timer for each would be set again each time. Here nothing
 * is set again: a connection is asked, when its slot comes round, whether something is due, and says
 * when to be asked next. The timer runs only while something waits, and keeps no process alive.
 */
export class TimerWheel implements Deadlines {
  /** Milliseconds of a clock that never goes back, as of the last tick. Cheap to read. */
  now: number;
  readonly #clock: () => number;
  readonly #tick: number;
  readonly #slots: Set<Timed>[] = Array.from({ length: SLOTS }, () => new Set());
  #hand = 0;
  #size = 0;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param tick - How many milliseconds deadlines are rounded up to.
   * @param clock - Milliseconds of a monotonic clock.
   */
  constructor(tick = 250, clock: () => number = wholeMilliseconds) {
    this.#tick = tick;
    this.#clock = clock;
    this.now = clock();
  }

  /** Asks `timed` in `delay` milliseconds, in place of what was arranged before. */
  schedule(timed: Timed, delay: number): void {
    this.cancel(timed);
    if (this.#size === 0) this.#start();
    const ticks = Math.min(SLOTS - 1, Math.max(1, Math.ceil(delay / this.#tick)));
    timed.slot = this.#slots[(this.#hand + ticks) % SLOTS]!;
    timed.slot.add(timed);
    this.#size++;
  }

  /** Asks `timed` no more. */
  cancel(timed: Timed): void {
    if (timed.slot === undefined) return;
    timed.slot.delete(timed);
    timed.slot = undefined;
    if (--this.#size === 0) this.#stop();
  }

  /** Moves the hand one slot on, and asks what waits there. */
  turn(): void {
    this.now = this.#clock();
    this.#hand = (this.#hand + 1) % SLOTS;
    const slot = this.#slots[this.#hand]!;
    for (const timed of [...slot]) {
      const delay = timed.expire(this.now);
      // What ended in the meantime has cancelled itself, and is not asked again.
      if (timed.slot === slot) this.schedule(timed, delay);
    }
  }

  #start(): void {
    this.now = this.#clock();
    this.#timer = setInterval(() => this.turn(), this.#tick);
    this.#timer.unref();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

/** Times are kept with every connection, and a whole number needs no memory of its own. */
function wholeMilliseconds(): number {
  return Math.floor(performance.now());
}
