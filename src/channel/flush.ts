import type { Audience } from './audience.ts';
import type { Reader } from './reader.ts';

/** How long readers are handed their parts before others get their turn, in milliseconds. */
const STRETCH = 8;

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
  /** The readers of this round that were not told yet. */
  #round: Iterator<Reader> | undefined;
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
    const until = clock() + STRETCH;
    if (this.#round === undefined) {
      roundBegins();
      this.#number++;
      this.#round = readersOf(this.#marked);
      this.#marked = [];
    }
    for (let next = this.#round.next(); !next.done; next = this.#round.next()) {
      this.#tell(next.value);
      if (clock() >= until) return false;
    }
    this.#round = undefined;
    roundEnds();
    return true;
  }

  #tell(reader: Reader): void {
    try {
      reader.tell(this.#number);
    } catch (error) {
      this.#options.report(error);
    }
  }
}

function* readersOf(audiences: readonly Audience[]): Generator<Reader, undefined> {
  for (const audience of audiences) audience.isMarked = false;
  for (const audience of audiences) yield* audience.readers;
}
