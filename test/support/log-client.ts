import assert from 'node:assert/strict';

import {
  BEGINNING,
  type Expected,
  idOf,
  isAbove,
  literalRecord,
  type ModelReader,
  type Place,
  readCursor,
} from '../../spec/models/channel-log.ts';
import type { Outlet } from '../../src/channel/cohort.ts';
import type { Entry } from '../../src/channel/entry.ts';
import type { Inbox } from '../../src/channel/inbox.ts';
import { ChannelLimitError } from '../../src/channel/limits.ts';
import type { Reader, Recovery } from '../../src/channel/reader.ts';
import { type Hub, LIMITS } from './log-hub.ts';
import type { RecordLines } from './record-lines.ts';

/** What a client does by itself. */
export interface Habits {
  /** Whether it takes all there is as soon as it is told. */
  readonly isEager: boolean;
  readonly echoes: number;
  echo(): void;
  /** In which format it has what comes written to it once it has taken all there is. */
  readonly follows?: RecordLines | undefined;
  /** It was written to, and does whatever. Whether it takes more. */
  written(): boolean;
}

export const HABITS: Habits = { isEager: false, echoes: 0, echo() {}, written: () => true };

/** A client, which remembers its cursor and one inbox for each hub. */
export class Client {
  hub: Hub | undefined;
  model: ModelReader = { channels: [], place: BEGINNING, told: new Set() };
  /** What it comes back with. */
  cursor: string | undefined;
  #told = 0;
  /** Whether it has come to read something else in this turn: it is told of that in the next. */
  #hasMoved = false;
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
  /** What it has to be written by what is being written, if it is. */
  #due: Expected | undefined;
  /** Whether it takes no more where it followed. */
  #isRefusing = false;
  #outlet: Outlet = { behind: false, share: () => true };

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
    const isBehind = () => this.#isBehind;
    this.#outlet = {
      get behind() {
        return isBehind();
      },
      share: (octets) => this.#share(reader, octets),
    };
    this.turnBegins();
    this.#due = undefined;
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
    // Where it follows, it may have moved with others.
    if (!this.#isWaiting && !this.#isOwed) this.#judgePlace(this.#reader!.cursor);
    if (!hub.model.hold(name)) {
      assert.throws(() => this.#reader!.subscribe(name), ChannelLimitError);
      return;
    }
    if (!model.channels.includes(name)) model.channels = [name, ...model.channels];
    this.#reader!.subscribe(name);
    this.#hasMoved = true;
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
    this.#hasMoved = true;
    hub.model.readerLeft();
  }

  /** Takes everything, so many octets at a time, and judges each thing. */
  take(octets: number | undefined, isOfBatch: boolean): void {
    if (this.hub === undefined || this.#isWaiting) {
      if (this.hub !== undefined) assert.equal(this.#reader!.take(octets), undefined);
      return;
    }
    while (this.#takeOnce(octets, isOfBatch));
    this.follow();
  }

  /** Has what comes written to it, if that is its habit and it has all there is. */
  follow(): void {
    const { follows } = this.#habits;
    if (follows === undefined || this.hub === undefined) return;
    this.#isRefusing = false;
    this.#reader!.follow(follows, this.#outlet);
    if (!this.#isWaiting && !this.#isOwed) this.#judgePlace(this.#reader!.cursor);
  }

  /** Something is about to be written to others, and to this one if it follows. */
  isWrittenNext(): void {
    this.#due = this.#habits.follows && this.hub!.model.expected(this.model);
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

  turnBegins(): void {
    this.#told = 0;
    this.#hasMoved = false;
  }

  /** A turn is over: who keeps up has everything that was there when it began. */
  judgeTurn(began: Place): void {
    assert.ok(this.#told <= 1, 'told twice in a turn');
    if (this.#hasMoved && this.#told === 0) return;
    assert.ok(this.#told === 1 || !this.#isOwed || this.#isWaiting, 'positioned, and not told');
    if (this.#isOwed) this.#judgePlace(this.#reader!.cursor);
    this.#isOwed = false;
    if (!this.#habits.isEager || this.#isWaiting || this.#hasMoved) return;
    const { entries } = this.hub!.model.expected(this.model);
    assert.ok(!entries.some(({ place }) => !isAbove(place, began)), 'not told, or not all');
  }

  /** What the reader says of itself at any time. */
  judgeView(): void {
    if (this.#isWaiting || this.#isOwed) return;
    const { entries } = this.hub!.model.expected(this.model);
    assert.equal(this.#reader!.behind, octetsOf(entries));
    const { place } = readCursor(this.#reader!.cursor)!;
    assert.ok(!isAbove(this.model.place, place), 'goes back');
    assert.ok(this.hub!.model.mayStandAt(this.model, place), 'leaves something out');
  }

  #readable(): void {
    this.#told++;
    this.judgePositioning();
    for (; this.#echoes > 0; this.#echoes--) this.#habits.echo();
    if (this.#habits.isEager) this.take(undefined, true);
  }

  #takeOnce(octets: number | undefined, isOfBatch: boolean): boolean {
    const { hub, model } = this;
    const { gaps, entries } = hub!.model.expected(model);
    assert.equal(this.#reader!.behind, octetsOf(entries));
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
    this.#judgeEntries(next.entries, entries, octets);
    this.cursor = isOfBatch ? next.cursor : next.entries.at(-1)!.id;
    assert.equal(this.#reader!.cursor, next.cursor);
    this.#judgePlace(next.cursor);
    return true;
  }

  /** Whether it takes nothing where it follows: at one place in seven. */
  get #isBehind(): boolean {
    return this.model.place[1] % 7 === 3;
  }

  /** Judges what is written where it follows, just like what it takes. */
  #share(reader: Reader, octets: Uint8Array): boolean {
    const { hub, model } = this;
    assert.ok(hub !== undefined && reader === this.#reader, 'written to, though it has left');
    assert.ok(!this.#isRefusing && !this.#isBehind, 'written to, though it took no more');
    hub.writes(octets);
    assert.ok(this.#due !== undefined, 'written to twice');
    const { gaps, entries } = this.#due;
    this.#due = undefined;
    assert.deepEqual(gaps, []);
    const written = this.#habits.follows!.decode(octets);
    assert.ok(written !== undefined, 'in the format of another');
    this.#judgeEntries(written, entries, undefined);
    this.#judgePlace(reader.cursor);
    this.cursor = model.place[1] % 2 === 0 ? reader.cursor : written.at(-1)!.id;
    this.#isRefusing = true;
    const takesMore = this.#habits.written();
    this.#isRefusing = !takesMore;
    return takesMore;
  }

  /** Whether these are the first of those that were expected, no more of them than were asked for. */
  #judgeEntries(
    actual: readonly Entry[],
    expected: Expected['entries'],
    octets: number | undefined,
  ): void {
    assert.ok(actual.length > 0);
    let sum = 0;
    actual.forEach(({ id, channel, record }, i) => {
      assert.ok(sum < (octets ?? LIMITS.behind), 'more than was asked for');
      sum += record.length;
      const entry = expected[i]!;
      const name = entry.channel === this.inboxName ? '' : entry.channel;
      assert.deepEqual([id, channel], [idOf(this.hub!.epoch, entry.place), name]);
      assert.equal(Buffer.from(record).toString(), literalRecord(id, channel, entry.data));
      this.model.place = entry.place;
    });
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

function octetsOf(entries: Expected['entries']): number {
  return entries.reduce((sum, entry) => sum + entry.octets, 0);
}
