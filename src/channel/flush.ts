import type { Audience } from './audience.ts';
import type { Reader } from './reader.ts';

/** How long readers are handed their parts before others get their turn, in milliseconds. */
const STRETCH = 8;

/** While some readers take less than this together, twice as many are told before the clock is looked at. */
const BRIEF = 0.5;

/** But no more than this. */
const MAX_STEP = 64;

/** What a flush needs from outside. */
export interface FlushOptions {
  readonly clock: () => number;
  /** Calls back in the next turn of the event loop. */
  readonly schedule: (flush: () => void) => void;
  readonly report: (error: unknown) => void;
  /** A round begins: who is marked from now on waits for the next. */
  readonly roundBegins: () => void;
  /** Every reader that was marked before the round began was told. */
  readonly roundEnds: () => void;
}

/**
 * Tells readers that there is something to take: all that were marked, once a turn, one at a time.
 *
 * A round is all who were marked when it began. When it takes longer than a stretch, it goes on in
 * the next turn.
 */
export class Flush {
  readonly #options: FlushOptions;
  #marked: Audience[] = [];
  /** The audiences of this round, those that come last first, and who was not told yet of the last. */
  #round: Audience[] | undefined;
  #readers: Iterator<Reader> = NOBODY;
  #isScheduled = false;
  #isRunning = false;
  #number = 0;

  constructor(options: FlushOptions) {
    this.#options = options;
  }

  /** Whether a turn is under way, after which a round may have ended. */
  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Marks the readers of `audience`, which are told in the next round. */
  mark(audience: Audience): void {
    if (audience.isMarked) return;
    audience.isMarked = true;
    this.#marked.push(audience);
    this.schedule();
  }

  /** Asks for a turn, at the end of which a round has ended. */
  schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#options.schedule(() => this.#turn());
  }

  #turn(): void {
    this.#isScheduled = false;
    this.#isRunning = true;
    const isOver = this.#goOn();
    this.#isRunning = false;
    if (!isOver || this.#marked.length > 0) this.schedule();
  }

  /** Tells readers for a stretch. Whether the round is over. */
  #goOn(): boolean {
    const { clock, roundBegins, roundEnds } = this.#options;
    let now = clock();
    const until = now + STRETCH;
    if (this.#round === undefined) {
      roundBegins();
      this.#number++;
      for (const audience of this.#marked) audience.isMarked = false;
      this.#round = this.#marked.reverse();
      this.#marked = [];
    }
    // To look at the clock for each would be a fiftieth of what telling costs.
    let untold = 1;
    let step = 1;
    for (let reader = this.#next(); reader !== undefined; reader = this.#next()) {
      this.#tell(reader);
      if (--untold > 0) continue;
      const before = now;
      now = clock();
      if (now >= until) return false;
      step = now - before < BRIEF ? Math.min(2 * step, MAX_STEP) : 1;
      untold = step;
    }
    this.#round = undefined;
    roundEnds();
    return true;
  }

  #next(): Reader | undefined {
    for (;;) {
      const { done, value } = this.#readers.next();
      if (done !== true) return value;
      const audience = this.#round!.pop();
      if (audience === undefined) return undefined;
      this.#readers = audience.readers.values();
    }
  }

  #tell(reader: Reader): void {
    try {
      reader.tell(this.#number);
    } catch (error) {
      this.#options.report(error);
    }
  }
}

const NOBODY: Iterator<Reader> = new Set<Reader>().values();
