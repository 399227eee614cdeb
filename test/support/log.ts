import type { Audience } from '../../src/channel/audience.ts';
import type { Backplane } from '../../src/channel/backplane.ts';
import type { Batch, Gap } from '../../src/channel/batch.ts';
import type { Outlet } from '../../src/channel/cohort.ts';
import type { Inbox } from '../../src/channel/inbox.ts';
import { DEFAULT_LOG_LIMITS, type LogLimits } from '../../src/channel/limits.ts';
import { Log } from '../../src/channel/log.ts';
import { Reader } from '../../src/channel/reader.ts';
import { Store } from '../../src/channel/store.ts';
import { RecordLines } from './record-lines.ts';

/** A store with so many readers of one channel, which never has a turn. */
export function storeWithReaders(count: number): {
  readonly store: Store;
  readonly audience: Audience;
  readonly readers: readonly Reader[];
} {
  const nothing = () => {};
  const store = new Store({
    epoch: 'E',
    limits: DEFAULT_LOG_LIMITS,
    clock: () => 0,
    schedule: nothing,
    report: nothing,
    roundBegins: nothing,
  });
  const audience = store.audienceOf(['a']);
  const readers = Array.from({ length: count }, () => {
    return new Reader(store, audience, undefined, NOBODY, undefined);
  });
  return { store, audience, readers };
}

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

  /** So many clients that have what comes written to them, in this order. */
  crowd(count: number, { channels = ['a'], format, inboxes }: CrowdOptions = {}): Companion[] {
    const crowd = Array.from({ length: count }, (_, i) => {
      return new Companion(this.log, channels, format, inboxes?.[i]);
    });
    for (const companion of crowd) companion.follow();
    return crowd;
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

  constructor(
    log: Log,
    channels: readonly string[],
    cursor?: string,
    inbox?: Inbox,
    then: () => void = () => {},
  ) {
    const readable = () => {
      this.told++;
      this.taken.push(...takeAll(this.reader));
      then();
    };
    this.reader = log.read(channels, cursor, { readable }, inbox);
  }
}

interface CrowdOptions {
  readonly channels?: readonly string[];
  readonly format?: RecordLines | undefined;
  /** The inboxes of the first of them. */
  readonly inboxes?: readonly Inbox[] | undefined;
}

/** A client that keeps up, and has what comes written to it together with others. */
export class Companion extends Follower implements Outlet {
  /** What it was written where it followed: `taken` has that, too. */
  readonly written: Uint8Array[] = [];
  /** What it does when it is written to. Whether it takes more. */
  does: () => boolean = () => true;
  behind = false;
  readonly #format: RecordLines;

  constructor(
    log: Log,
    channels: readonly string[],
    format: RecordLines = LINES,
    inbox?: Inbox | undefined,
  ) {
    super(log, channels, undefined, inbox, () => this.follow());
    this.#format = format;
  }

  follow(): void {
    this.reader.follow(this.#format, this);
  }

  share(octets: Uint8Array): boolean {
    this.written.push(octets);
    for (const { record } of this.#format.decode(octets)!) this.taken.push(dataOf(record));
    return this.does();
  }
}

/** The format of those that care for none. */
export const LINES: RecordLines = new RecordLines('lines');

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
  return next.entries.map(({ record }) => dataOf(record));
}

function dataOf(record: Uint8Array): unknown {
  return JSON.parse(Buffer.from(record).toString()).data;
}
