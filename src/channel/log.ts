import { type Backplane, InProcessBackplane } from './backplane.ts';
import { Channel, type ChannelHistory, type ChannelOwner } from './channel.ts';
import { type Id, isAfter, isEpoch, later, type Position, parseCursor, START } from './cursor.ts';
import { encodeRecord } from './encode-record.ts';
import { recordOctets } from './entry.ts';
import { type HistoryOptions, historyBounds, sameBounds } from './history-options.ts';
import { Inbox, type InboxOwner } from './inbox.ts';
import { ChannelLimitError, type LogLimits } from './limits.ts';
import { channelName, Reader, type ReaderListener } from './reader.ts';
import { Store } from './store.ts';

/** What a log is given: it has no clock, no timer and no randomness of its own. */
export interface LogOptions {
  /** Names this incarnation of the log: random, or the backplane's. 1 to 64 letters and digits. */
  readonly epoch: string;
  readonly limits: LogLimits;
  /** Milliseconds since 1970. Ids are made of them, and nothing else is. */
  readonly wallClock: () => number;
  /** Milliseconds that only go forward: for ages and deadlines. */
  readonly clock: () => number;
  /** Calls back in the next turn of the event loop. */
  readonly schedule: (flush: () => void) => void;
  /** Is told what went wrong where nobody waits for it. */
  readonly report: (error: unknown) => void;
  /** Where entries get their order. Default: this process. */
  readonly backplane?: Backplane | undefined;
}

/**
 * The log of a hub: its channels, and who reads them.
 *
 * Publishing appends to the log and marks readers; it calls nobody. Readers are told once a turn,
 * and take what follows their positions.
 */
export class Log {
  readonly #store: Store;
  readonly #backplane: Backplane;
  readonly #report: (error: unknown) => void;
  readonly #owner: ChannelOwner & InboxOwner = {
    publish: (name, data, key) => this.#publish(name, data, key),
    historyOf: (name, since) => this.#historyOf(name, since),
    readersOf: (name) => this.#store.readersOf(name),
    send: (inbox, data) => this.#send(inbox, data),
  };
  /** What was sent to inboxes and has no place in the order yet, by its mark. */
  readonly #sent = new Map<string, Sent>();
  #marks = 0;
  /** Readers whose cursors are above the head. */
  #waiting: Reader[] = [];

  /** @throws RangeError when the epoch is not 1 to 64 letters and digits. */
  constructor(options: LogOptions) {
    if (!isEpoch(options.epoch)) throw new RangeError('an epoch is 1 to 64 letters and digits');
    this.#store = new Store({ ...options, roundBegins: () => this.#positionReaders() });
    this.#report = options.report;
    this.#backplane = options.backplane ?? new InProcessBackplane(options.epoch, options.wallClock);
    this.#backplane.connect({
      deliver: (id, channel, data, key) => this.#deliver(id, channel, data, key),
      skip: (id) => this.#skip(id),
    });
  }

  /** The head: a reader that begins here is handed all that is published from now on. */
  get cursor(): string {
    return this.#store.cursor;
  }

  /**
   * The channel of this name. It begins to be held with its first entry or reader.
   *
   * @throws RangeError when its history was given other bounds before, or ones that can't be.
   */
  channel(name: string, options: { readonly history?: HistoryOptions | undefined } = {}): Channel {
    const channel = new Channel(this.#owner, channelName(name));
    if (options.history !== undefined) this.#setBounds(name, options.history);
    return channel;
  }

  /** A private log in the order of this one. */
  inbox(): Inbox {
    return new Inbox(this.#owner, this.#store.limits.inbox);
  }

  /**
   * Begins to read `channels` after `cursor`, or at the head when there is none.
   *
   * @throws ChannelLimitError when more than `limits.channels` would have to be held.
   */
  read(
    channels: Iterable<string>,
    cursor: string | undefined,
    listener: ReaderListener,
    inbox?: Inbox | undefined,
  ): Reader {
    const audience = this.#store.audienceOf(Array.from(channels, channelName));
    const reader = new Reader(this.#store, audience, cursor, listener, inbox);
    if (!reader.isPositioned) this.#waiting.push(reader);
    return reader;
  }

  /** Lets go what has grown too old, and ends what has waited too long. To be called now and then. */
  expire(): void {
    this.#store.expire();
    this.#positionReaders();
  }

  #setBounds(name: string, given: HistoryOptions): void {
    const bounds = historyBounds(given);
    const before = this.#store.bounds.get(name);
    if (before === undefined) this.#store.setBounds(name, bounds);
    else if (!sameBounds(before, bounds)) {
      throw new RangeError(`the history of channel ${JSON.stringify(name)} has other bounds`);
    }
  }

  #publish(name: string, data: unknown, key: string | undefined): Promise<Id> {
    const json = encodeRecord(data);
    if (key !== undefined && typeof key !== 'string') throw new TypeError('a key is a string');
    const { octets } = this.#store.boundsOf(name);
    this.#judgeSize(name, json, Math.min(octets, this.#store.limits.history), 'history.octets');
    if (this.#store.held(name) === undefined && !this.#store.hasRoomFor(1)) {
      return this.#watched(Promise.reject(new ChannelLimitError(this.#store.limits.channels)));
    }
    return this.#append(name, json, key);
  }

  #send(inbox: Inbox, data: unknown): Promise<Id> {
    const json = encodeRecord(data);
    this.#judgeSize('', json, this.#store.limits.inbox, 'limits.inbox');
    const mark = `${this.#backplane.hub}.${++this.#marks}`;
    this.#sent.set(mark, { inbox, data: json, position: undefined });
    const id = this.#append('', mark);
    if (this.#sent.has(mark)) this.#await(mark, id);
    return id;
  }

  /** What was sent has its place once the feed comes to its mark, unless it skips it. */
  #await(mark: string, id: Promise<Id>): void {
    const placed = (id: Id) => {
      const sent = this.#sent.get(mark);
      if (sent === undefined) return;
      sent.position = this.#positionOf(id);
      this.#loseSkipped();
    };
    id.then(placed, () => this.#sent.delete(mark)).catch(this.#report);
  }

  /** What was sent and has its place at or below the head will not be delivered any more. */
  #loseSkipped(): void {
    for (const [mark, { inbox, position }] of this.#sent) {
      if (position === undefined || isAfter(position, this.#store.head)) continue;
      this.#sent.delete(mark);
      inbox.comes();
      this.#store.loseFrom(inbox.history, position);
    }
  }

  #judgeSize(name: string, json: string, most: number, limit: string): void {
    const octets = recordOctets(this.#store.epoch, name, json);
    if (octets > most)
      throw new RangeError(`an entry of ${octets} octets exceeds ${limit} (${most})`);
  }

  #append(channel: string, data: string, key?: string | undefined): Promise<Id> {
    try {
      return this.#watched(this.#backplane.append(channel, data, key));
    } catch (error) {
      return this.#watched(Promise.reject(error));
    }
  }

  /** The promise, whose rejection is reported and thereby handled. */
  #watched(id: Promise<Id>): Promise<Id> {
    id.catch(this.#report);
    return id;
  }

  #deliver(id: Id, channel: string, data: string, key: string | undefined): void {
    const position = this.#positionOf(id);
    if (!isAfter(position, this.#store.head)) return;
    this.#store.head = position;
    if (this.#waiting.length > 0) this.#store.flush.schedule();
    if (channel !== '') {
      this.#store.append(channel, data, key);
      return;
    }
    const sent = this.#sent.get(data);
    this.#sent.delete(data);
    if (sent !== undefined && !sent.inbox.isClosed) {
      sent.inbox.comes();
      this.#store.appendTo(sent.inbox.history, sent.data);
    }
  }

  #skip(id: Id): void {
    const position = this.#positionOf(id);
    this.#store.head = later(this.#store.head, position);
    this.#store.lose(position);
    this.#loseSkipped();
    if (this.#waiting.length > 0) this.#store.flush.schedule();
  }

  #positionOf(id: Id): Position {
    const cursor = parseCursor(id);
    if (cursor?.epoch === this.#store.epoch) return cursor.position;
    throw new RangeError(`${JSON.stringify(id)} is no id of this log`);
  }

  #positionReaders(): void {
    const now = this.#store.clock();
    this.#waiting = this.#waiting.filter((reader) => reader.keepsWaiting(now));
  }

  #historyOf(name: string, since: string | undefined): ChannelHistory {
    const cursor = parseCursor(since ?? '');
    const { head, epoch } = this.#store;
    const history = this.#store.held(name);
    const isOurs = cursor?.epoch === epoch && !isAfter(cursor.position, head);
    const position = isOurs ? cursor.position : START;
    const entries = Array.from(history?.after(position) ?? [], ({ id, record }) => ({
      id,
      data: (JSON.parse(TEXT.decode(record)) as { data: unknown }).data,
    }));
    const floor = history?.floor ?? this.#store.floor;
    const isAsked = since !== undefined && since !== '';
    return { entries, gap: isAsked && (!isOurs || isAfter(floor, position)) };
  }
}

/** What was sent to an inbox. */
interface Sent {
  readonly inbox: Inbox;
  /** The data as JSON. */
  readonly data: string;
  /** Its place in the order, once it is known. */
  position: Position | undefined;
}

const TEXT = new TextDecoder();
