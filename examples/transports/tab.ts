import type { Channel } from 'encke';
import { Lane } from './lane.ts';
import { type Demand, type Message, type Pace, type TabNews, WAYS, type Way } from './records.ts';

/** What is told is told together, so often a second that it looks continuous. */
const TELL_AFTER = 40;

/**
 * The pauses before messages, in milliseconds, again and again: people talk, and fall silent for
 * longer than a poller waits.
 */
const PAUSES: Readonly<Record<Pace, readonly number[]>> = {
  talk: [1_000, 700, 2_000, 1_300, 14_000],
  steady: [1_000],
  silent: [],
};

/** Messages that follow a fault, so that there is something to be missed: after so many milliseconds. */
const AFTER_FAULT = [0, 800, 1_600];

/** A tab: a channel of its own, something that publishes to it, and the lanes that it receives by. */
export class Tab {
  readonly #channel: Channel;
  readonly #send: (text: string) => void;
  readonly #lanes: ReadonlyMap<string, Lane>;
  readonly #untold: TabNews[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  #isTelling = false;
  #number = 0;
  #pace: Pace = 'talk';
  #nextPause = 0;
  #pausing: NodeJS.Timeout | undefined;

  constructor(channel: Channel, send: (text: string) => void) {
    this.#channel = channel;
    this.#send = send;
    this.#lanes = new Map(WAYS.map((way) => [way, new Lane(way, (news) => this.tell(news))]));
    this.#pause();
  }

  lane(way: string): Lane | undefined {
    return this.#lanes.get(way as Way);
  }

  /** Tells the tab, but not now: news is made in the middle of reading or writing a connection. */
  tell(news: TabNews): void {
    this.#untold.push(news);
    this.#tellSoon();
  }

  obey(demand: Demand): void {
    switch (demand.demand) {
      case 'publish':
        this.#publish();
        break;
      case 'pace':
        if (!Object.hasOwn(PAUSES, demand.pace)) break;
        this.#pace = demand.pace;
        this.#nextPause = 0;
        this.#pause();
        break;
      case 'fault':
        this.lane(demand.way)?.disturb(demand.fault);
        for (const after of AFTER_FAULT) this.#later(after, () => this.#publish());
        break;
    }
  }

  close(): void {
    clearTimeout(this.#pausing);
    for (const timer of this.#timers) clearTimeout(timer);
    for (const lane of this.#lanes.values()) lane.close();
  }

  #publish(): void {
    const message: Message = { number: ++this.#number, at: Date.now() };
    this.#channel.publish(message);
    this.tell({ kind: 'published', ...message });
  }

  #pause(): void {
    clearTimeout(this.#pausing);
    const pauses = PAUSES[this.#pace];
    if (pauses.length === 0) return;
    this.#pausing = setTimeout(
      () => {
        this.#publish();
        this.#pause();
      },
      pauses[this.#nextPause++ % pauses.length],
    );
  }

  #tellSoon(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    this.#later(TELL_AFTER, () => {
      this.#isTelling = false;
      const counts = [...this.#lanes.values()].flatMap((lane) => lane.takeNews());
      this.#send(JSON.stringify([...this.#untold.splice(0), ...counts]));
    });
  }

  #later(delay: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, delay);
    this.#timers.add(timer);
  }
}
