import assert from 'node:assert/strict';

import { ChannelLogModel, idOf, type ModelBounds } from '../../spec/models/channel-log.ts';
import { TestLog } from './log.ts';
import type { Client } from './log-client.ts';
import type { SharedLogConnection } from './shared-log.ts';

/** Channels with histories that overflow in every way, and names that ask for trouble. */
export const CHANNELS: readonly (readonly [name: string, bounds: ModelBounds])[] = [
  ['__proto__', { entries: 3, octets: 4_000, age: 1_000, compact: false }],
  ['a\0b', { entries: 50, octets: 300, age: 1_000, compact: false }],
  ['line\r\n\u2028</script>', { entries: 4, octets: 400, age: 30, compact: true }],
  ['constructor', { entries: 50, octets: 500, age: 20, compact: false }],
  ['5', { entries: 50, octets: 4_000, age: 1_000, compact: true }],
];

export const LIMITS = { history: 900, channels: 4, behind: 200, catchUp: 40, inbox: 250 };

const INBOX_BOUNDS: ModelBounds = {
  entries: Number.POSITIVE_INFINITY,
  octets: LIMITS.inbox,
  age: Number.POSITIVE_INFINITY,
  compact: false,
};

/** What the clocks show. */
export interface Clocks {
  readonly wall: number;
  readonly clock: number;
}

/** A hub, beside its model, and who is connected to it. */
export class Hub {
  readonly epoch: string;
  readonly connection: SharedLogConnection | undefined;
  readonly model: ChannelLogModel;
  readonly clients = new Set<Client>();
  readonly refused: Promise<string>[] = [];
  /** What outlets threw. */
  readonly thrown: Error[] = [];
  readonly #test: TestLog;
  /** What is being written to several clients. */
  #written: Uint8Array | undefined;

  constructor(epoch: string, connection: SharedLogConnection | undefined, clocks: Clocks) {
    this.epoch = epoch;
    this.connection = connection;
    this.#test = new TestLog({ epoch, limits: LIMITS, backplane: connection });
    this.setClocks(clocks);
    for (const [name, history] of CHANNELS) this.log.channel(name, { history });
    const bounds = new Map(CHANNELS);
    this.model = new ChannelLogModel({
      ...LIMITS,
      epoch,
      boundsOf: (channel) => bounds.get(channel) ?? INBOX_BOUNDS,
      isInbox: (channel) => !bounds.has(channel),
      readersOf: (channel) => {
        return [...this.clients].filter((client) => client.model.channels.includes(channel)).length;
      },
    });
  }

  get log() {
    return this.#test.log;
  }

  get clock() {
    return this.#test.clock;
  }

  setClocks({ wall, clock }: Clocks): void {
    this.#test.wallClock = wall;
    this.#test.clock = clock;
  }

  turn({ clock }: Clocks): void {
    const began = this.model.head;
    for (const client of this.clients) {
      client.turnBegins();
      if (this.#test.isScheduled) client.stopWaiting();
    }
    this.#test.turn();
    this.#written = undefined;
    this.#judgeReports();
    for (const client of this.clients) {
      client.judgePositioning();
      client.judgeTurn(began);
    }
    this.model.turnEnds(began, clock);
    for (const client of this.clients) client.judgeView();
  }

  /** Something is written: what each client is to have of it is settled with the first of them. */
  writes(octets: Uint8Array): void {
    if (octets === this.#written) return;
    this.#written = octets;
    for (const client of this.clients) client.isWrittenNext();
  }

  expire(): void {
    for (const client of this.clients) client.stopWaiting();
    this.log.expire();
    this.model.expire();
    for (const client of this.clients) client.judgePositioning();
  }

  check(): void {
    assert.equal(this.log.cursor, idOf(this.epoch, this.model.head));
    for (const [name] of CHANNELS) {
      const readers = [...this.clients].filter(({ model }) => model.channels.includes(name)).length;
      assert.equal(this.log.channel(name).readers, readers);
    }
  }

  /** Nothing is reported but what outlets threw; what judges them throws, too. */
  #judgeReports(): void {
    const { reported } = this.#test;
    for (const error of reported) if (!this.thrown.includes(error as Error)) throw error;
    assert.deepEqual(reported, this.thrown);
  }
}
