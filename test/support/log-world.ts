/**
 * Hubs and clients that do what a list of steps says, each thing beside the literal model, which says
 * what has to come of it.
 *
 * @module
 */

import assert from 'node:assert/strict';

import {
  BEGINNING,
  idOf,
  isAbove,
  literalRecord,
  type ModelReader,
  type Place,
  placeAfter,
  readCursor,
} from '../../spec/models/channel-log.ts';
import { ChannelLimitError } from '../../src/channel/limits.ts';
import { Client, HABITS } from './log-client.ts';
import { CHANNELS, Hub, LIMITS } from './log-hub.ts';
import { RecordLines } from './record-lines.ts';
import { SharedLog } from './shared-log.ts';

export const KEYS: readonly (string | undefined)[] = [undefined, '__proto__', 'k', ''];

/** The formats in which what comes is written to those that follow. */
export const FORMATS: readonly RecordLines[] = [new RecordLines('a'), new RecordLines('b')];

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
      follows?: number | undefined;
      deeds?: readonly Deed[];
    }
  | { do: 'gather'; hub: number; mask: number; visits: readonly Visit[] }
  | { do: 'disconnect'; client: number }
  | { do: 'take'; client: number; octets: number; isOfBatch: boolean }
  | { do: 'follow'; client: number }
  | { do: 'subscribe'; client: number; channel: number }
  | { do: 'resubscribe'; client: number; channel: number }
  | { do: 'unsubscribe'; client: number; channel: number }
  | { do: 'turn'; hub: number }
  | { do: 'expire'; hub: number }
  | { do: 'restart'; hub: number }
  | { do: 'pass'; wall: number; time: number }
  | { do: 'deliver'; hub: number; count: number }
  | { do: 'history'; hub: number; channel: number; cursor: CursorKind };

/** What a client does of itself whenever it is written to where it follows. */
export type Deed = 'refuse' | 'throw' | Step | undefined;

/** How a client connects when all do. */
export interface Visit {
  readonly cursor: CursorKind;
  readonly isEager: boolean;
  readonly follows: number | undefined;
  readonly deeds: readonly Deed[];
}

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
    else if (step.do === 'gather') this.#gather(step);
    else if (step.do === 'disconnect') this.#client(step.client).disconnect();
    else if (step.do === 'take') this.#client(step.client).take(step.octets, step.isOfBatch);
    else if (step.do === 'follow') this.#client(step.client).follow();
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
    const deeds = [...(step.deeds ?? [])];
    client.connect(hub, names, cursor, {
      isEager: step.isEager,
      echoes: step.echoes,
      echo: () => this.#publish(hub, { channel: 0, key: 0, size: 0 }),
      follows: FORMATS[step.follows ?? FORMATS.length],
      written: () => this.#commit(deeds.shift(), hub),
    });
  }

  /** Does what a client that was written to does. Whether it takes more. */
  #commit(deed: Deed, hub: Hub): boolean {
    if (deed === undefined) return true;
    if (deed === 'throw') {
      hub.thrown.push(new Error('outlet'));
      throw hub.thrown.at(-1);
    }
    if (deed !== 'refuse') {
      this.do(deed);
      this.check();
      for (const client of hub.clients) client.judgeView();
    }
    return deed !== 'refuse';
  }

  /** All clients read the same, as far as there is room for it. */
  #gather({ hub, mask, visits }: Step & { do: 'gather' }): void {
    this.#clients.forEach((client, i) => {
      const visit = visits[i % visits.length]!;
      const step = { do: 'connect', client: i, hub, mask, echoes: 0 } as const;
      this.#connect(client, { ...step, ...visit });
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
