/**
 * The log of a hub as one list of everything that was ever published, slow and literal.
 *
 * Nothing leaves the list: an entry that the log lets go is only called so. What a reader has to be
 * handed is then read off the list, from the first entry to the last, each time.
 *
 * @module
 */

/** A place in the order of the hub. */
export type Place = readonly [ms: number, seq: number];

/** What was published, and what has become of it. */
export interface ModelEntry {
  readonly place: Place;
  /** The name of its channel; of an inbox, whatever the test calls it. */
  readonly channel: string;
  readonly data: unknown;
  readonly key: string | undefined;
  readonly octets: number;
  readonly time: number;
  fate: 'held' | 'superseded' | 'trimmed';
}

/** How much is kept of a channel. */
export interface ModelBounds {
  readonly entries: number;
  readonly octets: number;
  readonly age: number;
  readonly compact: boolean;
}

/** What the model is told of a hub. */
export interface ModelOptions {
  readonly epoch: string;
  /** Octets of all channels together. */
  readonly history: number;
  readonly channels: number;
  /** Octets over its bound that a channel may hold until the turn ends. */
  readonly behind: number;
  boundsOf(channel: string): ModelBounds;
  /** Whether the channel is the inbox of a session: it is there from its beginning to its end. */
  isInbox(channel: string): boolean;
  /** How many readers the channel has. */
  readersOf(channel: string): number;
}

/** What a reader is to be handed. */
export interface Expected {
  /** The channels of which entries went that it has not taken. */
  readonly gaps: readonly string[];
  /** All that follows and is still there. */
  readonly entries: readonly ModelEntry[];
}

/** What a reader knows: where it stands, and which losses it was told of. */
export interface ModelReader {
  channels: readonly string[];
  place: Place;
  readonly told: Set<ModelEntry | string>;
}

/** Before everything. */
export const BEGINNING: Place = [0, 0];

/** The log of one hub. */
export class ChannelLogModel {
  readonly entries: ModelEntry[] = [];
  head: Place = BEGINNING;
  /** Below it, nothing is known of channels that are not held. */
  floor: Place = BEGINNING;
  /** The channels that are held, and the floor of the hub when they began to be. */
  readonly held = new Map<string, Place>();
  readonly #options: ModelOptions;
  #isExpiryDue = false;

  constructor(options: ModelOptions) {
    this.#options = options;
  }

  /** An entry comes to stand at the head. */
  deliver(
    place: Place,
    channel: string,
    label: string,
    data: unknown,
    key: string | undefined,
    time: number,
  ): void {
    this.head = place;
    const options = this.#options;
    if (!options.isInbox(channel) && !this.hold(channel)) {
      this.floor = place;
      return;
    }
    const { compact, octets } = options.boundsOf(channel);
    if (compact && key !== undefined) {
      for (const entry of this.#heldOf(channel)) if (entry.key === key) entry.fate = 'superseded';
    }
    const record = literalRecord(idOf(options.epoch, place), label, data);
    const size = new TextEncoder().encode(record).length;
    this.entries.push({ place, channel, data, key, octets: size, time, fate: 'held' });
    while (sum(this.#heldOf(channel)) > octets + options.behind) {
      this.#heldOf(channel)[0]!.fate = 'trimmed';
    }
    const ofChannels = () =>
      this.entries.filter((entry) => entry.fate === 'held' && !options.isInbox(entry.channel));
    while (sum(ofChannels()) > options.history) {
      const oldest = ofChannels()[0]!;
      oldest.fate = 'trimmed';
      this.#dropUnused();
    }
    this.#dropUnused();
  }

  /** The channel is read or published to. Whether there is room for it. */
  hold(channel: string): boolean {
    if (this.held.has(channel)) return true;
    if (this.held.size >= this.#options.channels) return false;
    this.held.set(channel, this.floor);
    return true;
  }

  /**
   * What was published up to `began`, when the turn did, has been handed out: of that, the histories let
   * go what is over their bounds.
   */
  turnEnds(began: Place, now: number): void {
    for (const channel of new Set(this.entries.map((entry) => entry.channel))) {
      const bounds = this.#options.boundsOf(channel);
      const held = () => this.#heldOf(channel);
      const isOver = () => held().length > bounds.entries || sum(held()) > bounds.octets;
      while (isOver() && !isAbove(held()[0]!.place, began)) held()[0]!.fate = 'trimmed';
      if (!this.#isExpiryDue) continue;
      for (const { place, time } of held()) {
        if (time >= now - bounds.age || isAbove(place, began)) break;
        held()[0]!.fate = 'trimmed';
      }
    }
    this.#isExpiryDue = false;
    this.#dropUnused();
  }

  /** What is too old goes at the end of the turn. */
  expire(): void {
    this.#isExpiryDue = true;
  }

  /** Somebody has left: what nobody reads and what holds nothing is dropped. */
  readerLeft(): void {
    this.#dropUnused();
  }

  /** What a reader has to be handed from its place on. */
  expected({ channels, place, told }: ModelReader): Expected {
    const gaps = channels.filter((channel) => {
      const began =
        this.held.get(channel) ?? (this.#options.isInbox(channel) ? BEGINNING : this.floor);
      if (isAbove(began, place) && !told.has(channel)) return true;
      return this.#after(channel, place).some(
        (entry) => entry.fate === 'trimmed' && !told.has(entry),
      );
    });
    const entries = this.entries.filter(
      (entry) =>
        channels.includes(entry.channel) && isAbove(entry.place, place) && entry.fate === 'held',
    );
    return { gaps, entries };
  }

  /** The reader has been told of these gaps. */
  tell({ place, told }: ModelReader, gaps: readonly string[]): void {
    for (const channel of gaps) {
      told.add(channel);
      for (const entry of this.#after(channel, place))
        if (entry.fate === 'trimmed') told.add(entry);
    }
  }

  /** Whether a reader that knows `reader.told` may say that it has everything up to `place`. */
  mayStandAt(reader: ModelReader, place: Place): boolean {
    return !this.entries.some(
      (entry) =>
        reader.channels.includes(entry.channel) &&
        isAbove(entry.place, reader.place) &&
        !isAbove(entry.place, place) &&
        (entry.fate === 'held' || (entry.fate === 'trimmed' && !reader.told.has(entry))),
    );
  }

  #after(channel: string, place: Place): ModelEntry[] {
    return this.entries.filter((entry) => entry.channel === channel && isAbove(entry.place, place));
  }

  #heldOf(channel: string): ModelEntry[] {
    return this.entries.filter((entry) => entry.channel === channel && entry.fate === 'held');
  }

  #dropUnused(): void {
    for (const channel of [...this.held.keys()]) {
      if (this.#heldOf(channel).length > 0 || this.#options.readersOf(channel) > 0) continue;
      this.held.delete(channel);
      for (const entry of this.entries) {
        if (entry.channel !== channel) continue;
        if (isAbove(entry.place, this.floor)) this.floor = entry.place;
      }
    }
  }
}

/** Whether `a` is above `b`: two numbers, the first of which counts first. */
export function isAbove(a: Place, b: Place): boolean {
  return a[0] !== b[0] ? a[0] > b[0] : a[1] > b[1];
}

/** The place that follows `last` when the wall clock shows `now`, forward or not. */
export function placeAfter(last: Place, now: number): Place {
  return now > last[0] ? [now, 0] : [last[0], last[1] + 1];
}

/** The id of the entry at a place. */
export function idOf(epoch: string, [ms, seq]: Place): string {
  return `${epoch}.${String(ms)}-${String(seq)}`;
}

/** What a cursor says: digit by digit, without a regular expression. */
export function readCursor(text: string): { epoch: string; place: Place } | undefined {
  const dot = text.indexOf('.');
  const dash = text.indexOf('-', dot);
  if (dot < 0 || dash < 0) return undefined;
  const parts = [text.slice(0, dot), text.slice(dot + 1, dash), text.slice(dash + 1)] as const;
  const [epoch, ms, seq] = parts;
  const isEpoch = epoch.length >= 1 && epoch.length <= 64 && consistsOf(epoch, DIGITS + LETTERS);
  const areNumbers = [ms, seq].every(
    (digits) => digits.length >= 1 && digits.length <= 15 && consistsOf(digits, DIGITS),
  );
  return isEpoch && areNumbers ? { epoch, place: [Number(ms), Number(seq)] } : undefined;
}

/** The record of an entry, with what is unsafe in a script or on a line escaped. */
export function literalRecord(id: string, channel: string, data: unknown): string {
  let text = '';
  for (const character of JSON.stringify({ id, channel, data })) {
    if (character === '<') text += '\\u003c';
    else if (character === '\u2028') text += '\\u2028';
    else if (character === '\u2029') text += '\\u2029';
    else text += character;
  }
  return text;
}

const DIGITS = '0123456789';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function consistsOf(text: string, characters: string): boolean {
  return [...text].every((character) => characters.includes(character));
}

function sum(entries: readonly ModelEntry[]): number {
  return entries.reduce((octets, entry) => octets + entry.octets, 0);
}
