import type { Message } from '../records.ts';

/** Of how many messages the delay is told. */
const KEPT = 50;

/** Whether the messages of one way come in order, each once, and how late. */
export class Tally {
  /** The number of the latest. */
  latest = 0;
  received = 0;
  /** Messages that were not there when a later one was. */
  missing = 0;
  /** Messages that came although they, or later ones, had come before. */
  repeated = 0;
  readonly #delays: number[] = [];

  /** Takes a message that has come at `now`. */
  take({ number, at }: Message, now: number): void {
    this.received++;
    this.#delays.push(Math.max(0, now - at));
    if (this.#delays.length > KEPT) this.#delays.shift();
    if (number <= this.latest) {
      this.repeated++;
      return;
    }
    this.missing += number - this.latest - 1;
    this.latest = number;
  }

  /** Milliseconds between publishing and arrival, the median of late; nothing before the first. */
  get delay(): number | undefined {
    const sorted = this.#delays.toSorted((one, other) => one - other);
    return sorted[Math.floor(sorted.length / 2)];
  }
}
