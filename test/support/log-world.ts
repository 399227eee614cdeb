/**
 * Hubs and clients that do what a list of steps says, each thing beside the literal model, which says
 * what has to come of it.
 *
 * @module
 */

import assert from 'node:assert/strict';

import {
  BEGINNING,
  ChannelLogModel,
  idOf,
  isAbove,
  literalRecord,
  type ModelBounds,
  type ModelReader,
  type Place,
  placeAfter,
  readCursor,
} from '../../spec/models/channel-log.ts';
import type { Inbox } from '../../src/channel/inbox.ts';
import { ChannelLimitError } from '../../src/channel/limits.ts';
import type { Reader, Recovery } from '../../src/channel/reader.ts';
import { TestLog } from './log.ts';
import { SharedLog, type SharedLogConnection } from './shared-log.ts';

/** Channels with histories that overflow in every way, and names that ask for trouble. */
export const CHANNELS: readonly (readonly [name: string, bounds: ModelBounds])[] = [
  ['__proto__', { entries: 3, octets: 4_000, age: 1_000, compact: false }],
  ['a\0b', { entries: 50, octets: 300, age: 1_000, compact: false }],
  ['line\r\n\u2028</script>', { entries: 4, octets: 400, age: 30, compact: true }],
  ['constructor', { entries: 50, octets: 500, age: 20, compact: false }],
  ['5', { entries: 50, octets: 4_000, age: 1_000, compact: true }],
];

export const KEYS: readonly (string | undefined)[] = [undefined, '__proto__', 'k', ''];

export const LIMITS = { history: 900, channels: 4, behind: 200, catchUp: 40, inbox: 250 };

const INBOX_BOUNDS: ModelBounds = {
  entries: Number.POSITIVE_INFINITY,
  octets: LIMITS.inbox,
  age: Number.POSITIVE_INFINITY,
  compact: false,
};

/** One thing that happens. Numbers stand for whom it happens to, as far as there are so many. */
export type Step =
  | { do: 'publish'; hub: number; channel: number; key: number; size: Size }
  | { do: 'burst'; hub: number; channel: number; count: number; size: Size }
  | { do: 'send'; client: number; pad: number }
  | {
      do: 'connect';
      client: number;
      hub: number;
      mask: number;
      cursor: CursorKind;
      isEager: boolean;
      /** How much it publishes itself when it is told for the first time. */
      echoes: number;
    }
  | { do: 'disconnect'; client: number }
  | { do: 'take'; client: number; octets: number; isOfBatch: boolean }
  | { do: 'subscribe'; client: number; channel: number }
  | { do: 'resubscribe'; client: number; channel: number }
  | { do: 'unsubscribe'; client: number; channel: number }
  | { do: 'turn'; hub: number }
  | { do: 'expire'; hub: number }
  | { do: 'restart'; hub: number }
  | { do: 'pass'; wall: number; time: number }
  | { do: 'deliver'; hub: number; count: number }
  | { do: 'history'; hub: number; channel: number; cursor: CursorKind };

/** Which cursor a client comes with. */
export type CursorKind = 'own' | 'none' | 'unreadable' | 'foreign' | 'above' | 'earlier' | 'zero';

/**
 * How large an entry is: so many octets more than it has to be, so many that its record is a multiple
 * of 25, as large as it may be, or one octet larger.
 */
export type Size = number | 'round' | 'most' | 'over';

/** What the world is made of. */
export interface WorldOptions {
  readonly clients: number;
  /** Hubs that share one log; 1 is a hub by itself, without a backplane. */
  readonly hubs: number;
  /** Whether all records that can be are as long as a multiple of 25 octets, which all bounds are. */
  readonly isRound: boolean;
}

export class World {
  wall = 1_000;
  clock = 0;
  readonly hubs: Hub[];
  readonly #clients: Client[];
  readonly #shared: SharedLog | undefined;
  #last: Place = BEGINNING;
  #number = 0;
  readonly #isRound: boolean;
  #epochs = 0;
  /** To which inbox each mark in the shared log belongs, and what stands for it there. */
  readonly #marks = new Map<string, { hub: Hub; inbox: string; data: unknown }>();

  constructor({ clients, hubs, isRound }: WorldOptions) {
    this.#isRound = isRound;
    this.#shared = hubs > 1 ? new SharedLog(() => idOf('E', this.#nextPlace())) : undefined;
    this.hubs = Array.from({ length: hubs }, () => this.#newHub());
    this.#clients = Array.from({ length: clients }, (_, number) => new Client(number));
  }

  do(step: Step): void {
    if (step.do === 'publish') this.#publish(this.#hub(step.hub), step);
    else if (step.do === 'burst') this.#burst(step);
    else if (step.do === 'send') this.#send(this.#client(step.client), step.pad);
    else if (step.do === 'connect') this.#connect(this.#client(step.client), step);
    else if (step.do === 'disconnect') this.#client(step.client).disconnect();
    else if (step.do === 'take') this.#client(step.client).take(step.octets, step.isOfBatch);
    else if (step.do === 'turn') this.#hub(step.hub).turn(this);
    else if (step.do === 'expire') this.#hub(step.hub).expire();
    else if (step.do === 'restart') this.#restart(step.hub % this.hubs.length);
    else if (step.do === 'pass') this.#pass(step.wall, step.time);
    else if (step.do === 'deliver') this.#deliver(this.#hub(step.hub), step.count);
    else if (step.do === 'history') this.#history(this.#hub(step.hub), step);
    else if (step.do === 'subscribe') this.#client(step.client).subscribe(nameOf(step.channel));
    else if (step.do === 'resubscribe') this.#client(step.client).resubscribe(step.channel);
    else this.#client(step.client).unsubscribe(nameOf(step.channel));
  }

  /** What holds at any time. */
  check(): void {
    for (const hub of this.hubs) hub.check();
  }

  /** Everything is delivered and taken: what is left is that every client has what it should. */
  end(): void {
    for (const hub of this.hubs) {
      this.#deliver(hub, Number.POSITIVE_INFINITY);
      hub.turn(this);
    }
    this.clock += LIMITS.catchUp;
    for (const hub of this.hubs) {
      hub.setClocks(this);
      hub.expire();
      hub.turn(this);
    }
    for (const client of this.#clients) client.take(100, true);
    this.check();
  }

  #pass(wall: number, time: number): void {
    this.wall += wall;
    this.clock += time;
    for (const hub of this.hubs) hub.setClocks(this);
  }

  #publish(hub: Hub, step: { channel: number; key: number; size: Size }): void {
    const [name, bounds] = CHANNELS[step.channel]!;
    const key = KEYS[step.key];
    const most = Math.min(bounds.octets, LIMITS.history);
    const bare = { n: this.#number++, pad: '' };
    const longest = (data: unknown) => octetsOf(hub, ['9'.repeat(15), '9'.repeat(15)], name, data);
    const size = this.#isRound && step.size !== 'over' ? 'round' : step.size;
    let data = bare;
    if (size === 'round') {
      const place = placeAfter(this.#last, this.wall);
      const toRound = 24 - ((octetsOf(hub, place, name, bare) + 24) % 25);
      data = padded(bare, toRound + 25 * (bare.n % 3));
    } else if (typeof size === 'number') {
      data = { ...bare, pad: 'é<'.repeat(size) };
    } else {
      data = padded(bare, most - longest(bare) + (size === 'over' ? 1 : 0));
    }
    const publish = () => hub.log.channel(name).publish(data, { key });
    if (longest(data) > most) {
      assert.throws(publish, RangeError);
      return;
    }
    const hasRoom = hub.model.held.has(name) || hub.model.held.size < LIMITS.channels;
    // Where the log is not shared, publishing delivers.
    if (!hasRoom) hub.refused.push(publish());
    else void publish();
    if (!hasRoom || this.#shared !== undefined) return;
    hub.model.deliver(this.#nextPlace(), name, name, data, key, this.clock);
  }

  #burst({ hub, channel, count, size }: Step & { do: 'burst' }): void {
    for (let i = 0; i < count; i++) this.#publish(this.#hub(hub), { channel, key: 0, size });
  }

  #send(client: Client, pad: number): void {
    const { hub } = client;
    if (hub === undefined) return;
    const data = { n: this.#number++, pad: 'x'.repeat(pad) };
    void client.inboxAt(hub).append(data);
    const mark = this.#shared?.entries.at(-1)?.data;
    if (mark !== undefined) this.#marks.set(mark, { hub, inbox: client.inboxName, data });
    else hub.model.deliver(this.#nextPlace(), client.inboxName, '', data, undefined, this.clock);
  }

  #connect(client: Client, step: Step & { do: 'connect' }): void {
    client.disconnect();
    const hub = this.#hub(step.hub);
    const names = CHANNELS.filter((_, bit) => step.mask & (1 << bit)).map(([name]) => name);
    const missing = names.filter((name) => !hub.model.held.has(name)).length;
    const cursor = this.#cursor(step.cursor, hub, client);
    if (hub.model.held.size + missing > LIMITS.channels) {
      assert.throws(() => client.connect(hub, names, cursor, HABITS), ChannelLimitError);
      return;
    }
    for (const name of names) hub.model.hold(name);
    client.connect(hub, names, cursor, {
      isEager: step.isEager,
      echoes: step.echoes,
      echo: () => this.#publish(hub, { channel: 0, key: 0, size: 0 }),
    });
  }

  #cursor(kind: CursorKind, hub: Hub, client: Client | undefined): string | undefined {
    const { epoch, model } = hub;
    const [ms, seq] = model.head;
    const earlier = model.entries[Math.floor(model.entries.length / 2)]?.place ?? BEGINNING;
    const cursors: Readonly<Record<CursorKind, string | undefined>> = {
      own: client?.cursor,
      none: seq % 2 === 0 ? undefined : '',
      unreadable: [`${epoch}.${ms}`, `${epoch}.-1-0`, `${epoch}.1-0\n`, ' ', `${epoch}.1-1e1`][
        seq % 5
      ],
      foreign: `F.${ms}-${seq}`,
      above: seq % 2 === 0 ? idOf(epoch, [ms, seq + 2]) : idOf(epoch, [ms + 5, 0]),
      earlier: idOf(epoch, earlier),
      zero: `${epoch}.00-0`,
    };
    return cursors[kind];
  }

  #deliver(hub: Hub, count: number): void {
    for (const { id, channel, data, key } of hub.connection?.deliver(count) ?? []) {
      const { place } = readCursor(id)!;
      const sent = this.#marks.get(data);
      if (channel !== '') {
        hub.model.deliver(place, channel, channel, JSON.parse(data), key, this.clock);
      } else if (sent?.hub === hub) {
        hub.model.deliver(place, sent.inbox, '', sent.data, undefined, this.clock);
      } else {
        hub.model.head = place;
      }
    }
  }

  #history(hub: Hub, step: Step & { do: 'history' }): void {
    const [name] = CHANNELS[step.channel]!;
    const since = this.#cursor(step.cursor, hub, undefined);
    const cursor = readCursor(since ?? '');
    const isOurs = cursor?.epoch === hub.epoch && !isAbove(cursor.place, hub.model.head);
    const reader: ModelReader = {
      channels: [name],
      place: isOurs ? cursor.place : BEGINNING,
      told: new Set(),
    };
    const { gaps, entries } = hub.model.expected(reader);
    assert.deepEqual(hub.log.channel(name).history(since), {
      entries: entries.map(({ place, data }) => ({ id: idOf(hub.epoch, place), data })),
      gap: since !== undefined && since !== '' && (!isOurs || gaps.length > 0),
    });
  }

  #restart(index: number): void {
    const hub = this.hubs[index]!;
    for (const client of this.#clients) client.hubRestarts(hub);
    if (this.#shared === undefined) this.#last = BEGINNING;
    this.hubs[index] = this.#newHub();
  }

  #newHub(): Hub {
    const epoch = this.#shared === undefined ? `E${this.#epochs++}` : 'E';
    return new Hub(epoch, this.#shared?.connection(), this);
  }

  #nextPlace(): Place {
    this.#last = placeAfter(this.#last, this.wall);
    return this.#last;
  }

  #hub(number: number): Hub {
    return this.hubs[number % this.hubs.length]!;
  }

  #client(number: number): Client {
    return this.#clients[number % this.#clients.length]!;
  }
}

/** How many octets the record has that the entry would get at this place. */
function octetsOf(
  { epoch }: Hub,
  [ms, seq]: readonly [unknown, unknown],
  channel: string,
  data: unknown,
): number {
  return new TextEncoder().encode(literalRecord(`${epoch}.${ms}-${seq}`, channel, data)).length;
}

function padded<T extends { pad: string }>(data: T, octets: number): T {
  return { ...data, pad: 'x'.repeat(octets) };
}

function nameOf(channel: number): string {
  return CHANNELS[channel]![0];
}

interface Clocks {
  readonly wall: number;
  readonly clock: number;
}

class Hub {
  readonly epoch: string;
  readonly connection: SharedLogConnection | undefined;
  readonly model: ChannelLogModel;
  readonly clients = new Set<Client>();
  readonly refused: Promise<string>[] = [];
  readonly #test: TestLog;

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
      client.told = 0;
      if (this.#test.isScheduled) client.stopWaiting();
    }
    this.#test.turn();
    assert.deepEqual(this.#test.reported, []);
    for (const client of this.clients) {
      client.judgePositioning();
      client.judgeTurn(began);
    }
    this.model.turnEnds(began, clock);
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
}

/** What a client does by itself. */
interface Habits {
  /** Whether it takes all there is as soon as it is told. */
  readonly isEager: boolean;
  readonly echoes: number;
  echo(): void;
}

const HABITS: Habits = { isEager: false, echoes: 0, echo() {} };

/** A client, which remembers its cursor and one inbox for each hub. */
class Client {
  hub: Hub | undefined;
  model: ModelReader = { channels: [], place: BEGINNING, told: new Set() };
  /** What it comes back with. */
  cursor: string | undefined;
  told = 0;
  readonly inboxName: string;
  readonly #inboxes = new Map<Hub, Inbox>();
  #recovery: Recovery = 'new';
  #gaps: readonly string[] = [];
  #reader: Reader | undefined;
  #habits = HABITS;
  #echoes = 0;
  /** Whether it was positioned and has to be told. */
  #isOwed = false;
  #isWaiting = false;
  #deadline = 0;

  constructor(number: number) {
    this.inboxName = `inbox ${number}`;
  }

  inboxAt(hub: Hub): Inbox {
    let inbox = this.#inboxes.get(hub);
    if (inbox === undefined) {
      inbox = hub.log.inbox();
      this.#inboxes.set(hub, inbox);
    }
    return inbox;
  }

  connect(hub: Hub, names: readonly string[], cursor: string | undefined, habits: Habits): void {
    const readable = () => this.#readable();
    const reader = hub.log.read(names, cursor, { readable }, this.inboxAt(hub));
    this.#reader = reader;
    this.#habits = habits;
    this.#isWaiting = false;
    this.#isOwed = false;
    this.#echoes = habits.echoes;
    this.#deadline = hub.clock + LIMITS.catchUp;
    this.hub = hub;
    hub.clients.add(this);
    this.model = { channels: [...names, this.inboxName], place: hub.model.head, told: new Set() };
    const asked = readCursor(cursor ?? '');
    if (cursor === undefined || cursor === '') {
      this.#expect('new', []);
    } else if (asked === undefined || asked.epoch !== hub.epoch) {
      this.#startOver();
    } else {
      this.model.place = asked.place;
      this.#isWaiting = isAbove(asked.place, hub.model.head);
      if (!this.#isWaiting) this.#resume();
    }
    this.#isOwed = true;
    this.judgePositioning();
    this.#isOwed = false;
    this.#judgePlace(reader.cursor);
    // It knows its cursor from the first record on.
    if (!this.#isWaiting) this.cursor = reader.cursor;
    if (habits.isEager) this.take(undefined, true);
  }

  disconnect(): void {
    const { hub } = this;
    if (hub === undefined) return;
    this.hub = undefined;
    hub.clients.delete(this);
    this.#reader!.close();
    assert.equal(this.#reader!.take(), undefined);
    hub.model.readerLeft();
  }

  hubRestarts(hub: Hub): void {
    this.#inboxes.delete(hub);
    if (this.hub === hub) this.hub = undefined;
  }

  subscribe(name: string): void {
    const { hub, model } = this;
    if (hub === undefined) return;
    if (!hub.model.hold(name)) {
      assert.throws(() => this.#reader!.subscribe(name), ChannelLimitError);
      return;
    }
    if (!model.channels.includes(name)) model.channels = [name, ...model.channels];
    this.#reader!.subscribe(name);
  }

  /** Turns away from one of its channels, and back. */
  resubscribe(number: number): void {
    const names = this.model.channels.filter((name) => name !== this.inboxName);
    const name = names[number % names.length];
    if (name === undefined) return;
    this.unsubscribe(name);
    this.subscribe(name);
  }

  unsubscribe(name: string): void {
    const { hub, model } = this;
    if (hub === undefined) return;
    model.channels = model.channels.filter((other) => other !== name);
    for (const loss of model.told) {
      const channel = typeof loss === 'string' ? loss : loss.channel;
      if (channel === name) model.told.delete(loss);
    }
    this.#reader!.unsubscribe(name);
    hub.model.readerLeft();
  }

  /** Takes everything, so many octets at a time, and judges each thing. */
  take(octets: number | undefined, isOfBatch: boolean): void {
    if (this.hub === undefined || this.#isWaiting) {
      if (this.hub !== undefined) assert.equal(this.#reader!.take(octets), undefined);
      return;
    }
    while (this.#takeOnce(octets, isOfBatch));
  }

  /** Gives up waiting, if the log has come as far as its cursor, or it has waited for too long. */
  stopWaiting(): void {
    const { hub, model } = this;
    if (!this.#isWaiting || hub === undefined) return;
    const isReached = !isAbove(model.place, hub.model.head);
    if (!isReached && hub.clock < this.#deadline) return;
    this.#isWaiting = false;
    this.#isOwed = true;
    if (isReached) this.#resume();
    else this.#startOver();
  }

  /** Whether the reader has a place by now, and the right one. */
  judgePositioning(): void {
    assert.equal(this.#reader!.isPositioned, !this.#isWaiting);
    if (this.#isWaiting || !this.#isOwed) return;
    assert.equal(this.#reader!.recovery, this.#recovery);
    assert.deepEqual(this.#named(this.#reader!.gaps), this.#gaps);
  }

  /** A turn is over: who keeps up has everything that was there when it began. */
  judgeTurn(began: Place): void {
    assert.ok(this.told <= 1, 'told twice in a turn');
    assert.ok(this.told === 1 || !this.#isOwed || this.#isWaiting, 'positioned, and not told');
    if (this.#isOwed) this.#judgePlace(this.#reader!.cursor);
    this.#isOwed = false;
    if (!this.#habits.isEager || this.#isWaiting) return;
    const { entries } = this.hub!.model.expected(this.model);
    assert.ok(!entries.some(({ place }) => !isAbove(place, began)), 'not told, or not all');
  }

  #readable(): void {
    this.told++;
    this.judgePositioning();
    for (; this.#echoes > 0; this.#echoes--) this.#habits.echo();
    if (this.#habits.isEager) this.take(undefined, true);
  }

  #takeOnce(octets: number | undefined, isOfBatch: boolean): boolean {
    const { hub, model } = this;
    const { gaps, entries } = hub!.model.expected(model);
    const behind = entries.reduce((sum, entry) => sum + entry.octets, 0);
    assert.equal(this.#reader!.behind, behind);
    const next = this.#reader!.take(octets);
    if (next?.kind === 'gap') {
      assert.deepEqual(this.#named(next.channels), [...gaps].sort());
      hub!.model.tell(model, gaps);
      this.cursor = next.cursor;
      return true;
    }
    assert.deepEqual(gaps, []);
    if (next === undefined) {
      assert.deepEqual(entries, []);
      assert.equal(this.#reader!.cursor, hub!.log.cursor, 'its cursor grows old');
      this.#judgePlace(this.#reader!.cursor);
      return false;
    }
    assert.ok(next.entries.length > 0);
    let sum = 0;
    next.entries.forEach(({ id, channel, record }, i) => {
      assert.ok(sum < (octets ?? LIMITS.behind), 'more than was asked for');
      sum += record.length;
      const expected = entries[i]!;
      const name = expected.channel === this.inboxName ? '' : expected.channel;
      assert.deepEqual([id, channel], [idOf(hub!.epoch, expected.place), name]);
      assert.equal(Buffer.from(record).toString(), literalRecord(id, channel, expected.data));
      model.place = expected.place;
    });
    this.cursor = isOfBatch ? next.cursor : next.entries.at(-1)!.id;
    assert.equal(this.#reader!.cursor, next.cursor);
    this.#judgePlace(next.cursor);
    return true;
  }

  /** Whether everything up to the cursor was taken into account. */
  #judgePlace(cursor: string): void {
    const { place } = readCursor(cursor)!;
    assert.ok(!isAbove(this.model.place, place), 'goes back');
    assert.ok(this.hub!.model.mayStandAt(this.model, place), 'leaves something out');
    this.model.place = place;
  }

  #resume(): void {
    const { gaps } = this.hub!.model.expected(this.model);
    this.#expect(gaps.length > 0 ? 'gap' : 'full', gaps);
    this.hub!.model.tell(this.model, gaps);
  }

  #startOver(): void {
    const { head, entries } = this.hub!.model;
    const hadMail = entries.some(({ channel }) => channel === this.inboxName);
    this.model.place = head;
    this.#expect(
      'gap',
      this.model.channels.filter((name) => name !== this.inboxName || hadMail),
    );
  }

  #expect(recovery: Recovery, gaps: readonly string[]): void {
    this.#recovery = recovery;
    this.#gaps = [...gaps].sort();
  }

  /** The channels as the model calls them. */
  #named(channels: readonly string[]): string[] {
    return channels.map((name) => (name === '' ? this.inboxName : name)).sort();
  }
}
