import type { Backplane } from '../../src/channel/backplane.ts';
import type { Batch, Gap } from '../../src/channel/batch.ts';
import type { Inbox } from '../../src/channel/inbox.ts';
import { DEFAULT_LOG_LIMITS, type LogLimits } from '../../src/channel/limits.ts';
import { Log } from '../../src/channel/log.ts';
import type { Reader } from '../../src/channel/reader.ts';

/** A log whose clocks and turns are moved by hand. */
export class TestLog {
  readonly log: Log;
  /** What the clocks show. */
  wallClock = 1_000;
  clock = 0;
  readonly reported: unknown[] = [];
  readonly #turns: (() => void)[] = [];

  constructor({ limits = {}, epoch = 'E', backplane }: TestLogOptions = {}) {
    this.log = new Log({
      epoch,
      limits: { ...DEFAULT_LOG_LIMITS, ...limits },
      wallClock: () => this.wallClock,
      clock: () => this.clock,
      schedule: (flush) => this.#turns.push(flush),
      report: (error) => this.reported.push(error),
      backplane,
    });
  }

  /** Whether a turn is waited for. */
  get isScheduled(): boolean {
    return this.#turns.length > 0;
  }

  /** A turn of the event loop. */
  turn(): void {
    for (const flush of this.#turns.splice(0)) flush();
  }

  /** Turns until nobody waits for one. */
  settle(): void {
    while (this.isScheduled) this.turn();
  }

  publish(channel: string, data: unknown, key?: string): void {
    void this.log.channel(channel).publish(data, { key });
  }

  /** A reader that takes whatever there is as soon as it is told. */
  follow(channels: readonly string[], cursor?: string, inbox?: Inbox): Follower {
    return new Follower(this.log, channels, cursor, inbox);
  }
}

interface TestLogOptions {
  readonly limits?: Partial<LogLimits> | undefined;
  readonly epoch?: string | undefined;
  readonly backplane?: Backplane | undefined;
}

/** A client that keeps up, and remembers what it was handed. */
export class Follower {
  readonly reader: Reader;
  readonly taken: unknown[] = [];
  /** How often it was told. */
  told = 0;

  constructor(log: Log, channels: readonly string[], cursor?: string, inbox?: Inbox) {
    const readable = () => {
      this.told++;
      this.taken.push(...takeAll(this.reader));
    };
    this.reader = log.read(channels, cursor, { readable }, inbox);
  }
}

/** A listener that does not care. */
export const NOBODY = { readable(): void {} };

/** Everything that the reader lacks: the data of entries, and gaps as `{ gap }`. */
export function takeAll(reader: Reader, octets?: number): unknown[] {
  const taken: unknown[] = [];
  for (let next = reader.take(octets); next !== undefined; next = reader.take(octets)) {
    taken.push(...told(next));
  }
  return taken;
}

/** The data of a batch, or a gap as `{ gap }`. */
export function told(next: Batch | Gap): unknown[] {
  if (next.kind === 'gap') return [{ gap: next.channels }];
  return next.entries.map(({ record }) => JSON.parse(Buffer.from(record).toString()).data);
}
