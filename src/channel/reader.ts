import type { Audience } from './audience.ts';
import type { Batch, EntryFormat, Gap } from './batch.ts';
import { batchAfter } from './batch-after.ts';
import type { Cohort, Outlet } from './cohort.ts';
import { formatCursor, isAfter, type Position, parseCursor, START } from './cursor.ts';
import type { History } from './history.ts';
import type { Inbox } from './inbox.ts';
import type { Store } from './store.ts';
import { ToldGaps } from './told-gaps.ts';

/** Who is told that there is something to take. */
export interface ReaderListener {
  /** There is something to take, or the reader was positioned. Called at most once a turn. */
  readable(): void;
}

/** Whether a reader has everything from its cursor on: `'new'` is one that had no cursor. */
export type Recovery = 'new' | 'full' | 'gap';

/**
 * A place in the log, and the channels that are read from there.
 *
 * Nothing is queued for a reader: it takes from the log what follows its position, when it can. So
 * a slow one costs no more than this object.
 */
export class Reader {
  // What telling looks at stands together, in front: of a thousand readers none is in a near cache.
  readonly #listener: ReaderListener;
  /** The round in which it was told last. */
  #round = 0;
  /** Whether it has to be told that it was positioned. */
  #isNews = false;
  #state: 'waiting' | 'positioned' | 'closed' = 'positioned';
  #position: Position;
  /** Who takes for it, if somebody does. */
  #cohort: Cohort | undefined;
  #channels: Audience;
  /** Who reads its inbox, once that has an audience. */
  #mail: Audience | undefined;
  readonly #store: Store;
  /** When those were written to that it followed before. */
  #writtenAt = 0;
  /** What it was told that it has missed, while that still lies before it. */
  #told: ToldGaps | undefined;
  readonly #inbox: Inbox | undefined;
  #start: Position;
  #recovery: Recovery = 'full';
  #gaps: readonly string[] = NONE;
  /** Until when it waits for the log to reach its position, if it does. */
  #deadline: number | undefined;

  /** @internal */
  constructor(
    store: Store,
    channels: Audience,
    cursor: string | undefined,
    listener: ReaderListener,
    inbox: Inbox | undefined,
  ) {
    this.#store = store;
    this.#channels = channels;
    this.#listener = listener;
    this.#inbox = inbox;
    this.#position = this.#start = store.head;
    channels.readers.add(this);
    this.#mail = inbox?.join(this);
    this.#begin(cursor);
  }

  /** Whether it has a place. `false` while it waits for a server that lags behind its cursor. */
  get isPositioned(): boolean {
    return this.#state !== 'waiting';
  }

  /** Whether it has everything from its cursor on. To be asked once it is positioned. */
  get recovery(): Recovery {
    return this.#recovery;
  }

  /** The channels of which it has missed something before it began; `''` is the inbox. */
  get gaps(): readonly string[] {
    return this.#gaps;
  }

  /** The position that it began to read from. To be asked once it is positioned. */
  get start(): string {
    return formatCursor(this.#store.epoch, this.#start);
  }

  /**
   * The position it has reached. It moves by {@link take}, and by what it {@link follow}s: one that
   * has not taken for a while does so before it tells its client this, so that the cursor does not
   * grow old.
   */
  get cursor(): string {
    return formatCursor(this.#store.epoch, this.position);
  }

  /** @internal */
  get position(): Position {
    return this.#cohort?.positionOf(this) ?? this.#position;
  }

  /** When it was last written something that it {@link follow}ed, in milliseconds of the log's clock. */
  get writtenAt(): number {
    return Math.max(this.#writtenAt, this.#cohort?.writtenAt ?? 0);
  }

  /** The octets that it lacks. */
  get behind(): number {
    if (!this.isLacking) return 0;
    const { position } = this;
    let octets = 0;
    for (const history of this.#histories()) {
      if (!isAfter(history.last, position)) continue;
      for (const { record } of history.after(position)) octets += record.length;
    }
    return octets;
  }

  /**
   * What follows, about `octets` at most (`limits.behind` unless given), or what is missing there.
   * Nothing when it has caught up: its position is then the head.
   */
  take(octets: number = this.#store.limits.behind): Batch | Gap | undefined {
    if (this.#state !== 'positioned') return undefined;
    if (!this.isLacking) {
      this.#cohort?.toHead();
      this.#position = this.#store.head;
      return undefined;
    }
    this.standAlone();
    const missed = this.#missed();
    if (missed.length > 0) {
      this.#remember(missed);
      return { kind: 'gap', channels: missed.map(({ name }) => name), cursor: this.cursor };
    }
    const batch = batchAfter(this.#position, octets, this.#store, this.#channels, this.#mail);
    this.#position = batch === undefined ? this.#store.head : batch.end;
    if (this.#told?.forget(this.#position)) this.#told = undefined;
    return batch;
  }

  /**
   * Has what comes from now on written to `outlet`, in the turn in which it comes and together with
   * others that read the same. This goes on until the outlet takes no more, something is missing or
   * comes for this reader alone, or {@link take} finds something: then the listener is told as ever.
   * Nothing is done for one that has not taken all there is, or where few read the same.
   */
  follow(format: EntryFormat, outlet: Outlet): void {
    const isReady = this.#state === 'positioned' && !this.#isNews && !this.isLacking;
    if (!isReady || this.#cohort !== undefined) return;
    this.#cohort = this.#store.cohortOf(this.#channels, format);
    if (this.#cohort === undefined) return;
    this.#cohort.join(this, outlet);
    this.#channels.readers.delete(this);
  }

  /** Reads by itself again, from where its cohort is. @internal */
  standAlone(): void {
    const cohort = this.#cohort;
    if (cohort === undefined) return;
    this.#position = this.position;
    this.#writtenAt = this.writtenAt;
    this.#cohort = undefined;
    // Last, so that it is told in this round still if it has to be.
    this.#channels.readers.add(this);
    cohort.leave(this);
  }

  /**
   * Reads this channel too, from its own position on.
   *
   * @throws ChannelLimitError when there are too many channels.
   */
  subscribe(name: string): void {
    if (this.#state === 'closed') return;
    this.#move([...this.#names(), channelName(name)]);
  }

  /** Reads this channel no longer. */
  unsubscribe(name: string): void {
    if (this.#state === 'closed') return;
    this.#move(this.#names().filter((other) => other !== name));
  }

  /** Reads no longer. */
  close(): void {
    if (this.#state === 'closed') return;
    this.standAlone();
    this.#state = 'closed';
    this.#inbox?.leave(this);
    this.#channels.readers.delete(this);
    this.#store.release(this.#channels);
  }

  /** Its inbox has an audience now, which it is among. @internal */
  hasMail(audience: Audience): void {
    this.#mail = audience;
  }

  /** Tells the listener, once a round, when there is something to take. @internal */
  tell(round: number): void {
    if (this.#round === round || !this.#hasNews) return;
    this.#round = round;
    this.#isNews = false;
    this.#listener.readable();
  }

  /** Whether it still waits: for the log to come as far as its cursor, but not forever. @internal */
  keepsWaiting(now: number): boolean {
    if (this.#state !== 'waiting') return false;
    const isReached = !isAfter(this.#position, this.#store.head);
    if (!isReached && now < this.#deadline!) return true;
    this.#state = 'positioned';
    this.#isNews = true;
    if (isReached) this.#resume();
    else this.#startOver();
    this.#store.flush.mark(this.#channels);
    return false;
  }

  /** Finds the place that the cursor names. */
  #begin(text: string | undefined): void {
    if (text === undefined || text === '') {
      this.#recovery = 'new';
      return;
    }
    const cursor = parseCursor(text);
    if (cursor === undefined || cursor.epoch !== this.#store.epoch) {
      this.#startOver();
      return;
    }
    const { head } = this.#store;
    const isAhead = isAfter(cursor.position, head);
    // Most are at the head, and need no object of their own to say so.
    const isAtHead = !isAhead && !isAfter(head, cursor.position);
    this.#position = this.#start = isAtHead ? head : cursor.position;
    if (isAhead) this.#wait();
    else this.#resume();
  }

  /** Waits for a server that lags behind its cursor. */
  #wait(): void {
    this.#state = 'waiting';
    this.#deadline = this.#store.clock() + this.#store.limits.catchUp;
  }

  /** Reads on from its cursor, as far as that is still there. */
  #resume(): void {
    const missed = this.#missed();
    if (missed.length === 0) return;
    this.#remember(missed);
    this.#recovery = 'gap';
    this.#gaps = missed.map(({ name }) => name);
  }

  /** Its cursor says nothing here: whatever was published may have been missed. */
  #startOver(): void {
    this.#position = this.#start = this.#store.head;
    this.#recovery = 'gap';
    const mail = this.#mail;
    const hasInbox = mail !== undefined && isAfter(mail.last, START);
    this.#gaps = hasInbox ? [...this.#names(), ''] : this.#names();
  }

  get #hasNews(): boolean {
    return this.#state === 'positioned' && (this.#isNews || this.isLacking);
  }

  /** Whether there is something that it has not taken. @internal */
  get isLacking(): boolean {
    const { position } = this;
    if (isAfter(this.#channels.last, position)) return true;
    const mail = this.#mail;
    return mail !== undefined && isAfter(mail.last, position);
  }

  /** The histories that have lost entries after its position, of which it has not been told. */
  #missed(): readonly History[] {
    if (!this.#hasLost(this.#channels)) {
      const mail = this.#mail;
      if (mail === undefined || !this.#hasLost(mail)) return NONE;
    }
    return this.#histories().filter((history) => this.#isMissing(history));
  }

  #hasLost({ histories }: Audience): boolean {
    for (const history of histories) if (this.#isMissing(history)) return true;
    return false;
  }

  #isMissing(history: History): boolean {
    return isAfter(history.floor, this.#position) && this.#told?.knows(history) !== true;
  }

  #remember(missed: readonly History[]): void {
    this.#told ??= new ToldGaps();
    this.#told.add(missed);
  }

  #move(names: readonly string[]): void {
    this.standAlone();
    const left = this.#channels;
    const joined = this.#store.audienceOf(names);
    if (joined === left) return;
    joined.readers.add(this);
    left.readers.delete(this);
    this.#channels = joined;
    this.#store.release(left);
    if (this.#hasNews) this.#store.flush.mark(joined);
    this.#told?.keepTo(this.#histories());
  }

  #names(): string[] {
    return this.#channels.histories.map(({ name }) => name);
  }

  #histories(): readonly History[] {
    const { histories } = this.#channels;
    const mail = this.#mail;
    return mail === undefined ? histories : [...histories, ...mail.histories];
  }
}

const NONE: readonly never[] = [];

/** The name, if a channel can be called so. @throws TypeError when not. */
export function channelName(name: string): string {
  if (typeof name !== 'string' || name === '') {
    throw new TypeError('the name of a channel is a string that is not empty');
  }
  return name;
}
