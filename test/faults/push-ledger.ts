import { epochOf, type Truth } from './push-truth.ts';

/** Why a client was told of a gap. */
export type GapCause = 'log lost' | 'session lost' | 'trimmed';

/** A gap of a channel, to be judged once all is known. */
interface ChannelGap {
  readonly channel: string;
  readonly cursor: string;
  /** The first number that is missing. */
  readonly from: number;
  /** The first number that came again. */
  until: number | undefined;
}

/** What one client was told, and whether that is what it should have been. */
export class Ledger {
  /** How the client reads: a transport, or what chooses one. */
  readonly kind: string;
  readonly channels: readonly string[];
  /** Up to where everything was told. */
  cursor: string;
  session: string | undefined;
  delivered = 0;
  repeated = 0;
  lost = 0;
  /** Entries of the inbox. */
  mail = 0;
  /** How often the client came back to a log that it did not know. */
  logsLost = 0;
  sessionsLost = 0;
  readonly gaps: Map<GapCause, number> = new Map();
  readonly faults: string[] = [];

  readonly #next: Map<string, number>;
  readonly #missing: ChannelGap[] = [];
  readonly #open = new Map<string, ChannelGap>();
  #nextMail = 1;
  #mayMailBeMissing = false;

  constructor(kind: string, channels: readonly string[], cursor: string) {
    this.kind = kind;
    this.channels = channels;
    this.cursor = cursor;
    this.#next = new Map(channels.map((channel) => [channel, 0]));
  }

  /** The client is connected: of its first session, which it may lose at once, nothing else tells. */
  opened(session: string): void {
    this.session ??= session;
  }

  /** The client has the session of this name. */
  hasSession(session: string): void {
    if (this.session === session) return;
    if (this.session !== undefined) {
      this.sessionsLost++;
      if (!this.#mayMailBeMissing) this.#fault(`session ${session} without a gap of the inbox`);
    }
    this.session = session;
    this.#nextMail = 1;
    this.#mayMailBeMissing = false;
  }

  /** It was told that entries are missing. */
  gap(channels: readonly string[], cursor: string): void {
    const isOtherLog = epochOf(cursor) !== epochOf(this.cursor);
    if (isOtherLog) this.logsLost++;
    if (channels.includes('')) {
      this.#mayMailBeMissing = true;
      this.#count('session lost');
    }
    const named = channels.filter((channel) => channel !== '');
    if (named.length > 0) this.#count(isOtherLog ? 'log lost' : 'trimmed');
    for (const channel of named) this.#gapOf(channel, cursor);
    if (isOtherLog && named.length !== this.channels.length) {
      this.#fault(`the log is lost, and only ${named} are missing`);
    }
    this.cursor = cursor;
  }

  /** It was told an entry. */
  entry(id: string, channel: string, number: number): void {
    this.cursor = id;
    if (channel === '') this.#mailed(number);
    else this.#told(channel, number);
  }

  /** Whether there is nothing more to come. */
  isComplete(truth: Truth): boolean {
    return this.channels.every((channel) => this.#reached(channel, truth) >= truth.next(channel));
  }

  /** Judges what is known once all has come. */
  close(truth: Truth): void {
    for (const channel of this.channels) {
      const open = this.#open.get(channel);
      if (open !== undefined) open.until = this.#reached(channel, truth);
      this.lost += Math.max(0, truth.next(channel) - this.#reached(channel, truth));
    }
    for (const gap of this.#missing) this.#judge(gap, truth);
  }

  #reached(channel: string, truth: Truth): number {
    const next = this.#next.get(channel)!;
    const open = this.#open.get(channel);
    return open === undefined ? next : Math.max(next, truth.reachedBy(channel, open.cursor));
  }

  #gapOf(channel: string, cursor: string): void {
    const from = this.#next.get(channel);
    if (from === undefined) {
      this.#fault(`a gap of ${channel}, which it does not read`);
      return;
    }
    const before = this.#open.get(channel);
    if (before !== undefined) before.until = from;
    const gap = { channel, cursor, from: before?.from ?? from, until: undefined };
    this.#missing.push(gap);
    this.#open.set(channel, gap);
  }

  #told(channel: string, number: number): void {
    const next = this.#next.get(channel);
    if (next === undefined) {
      this.#fault(`an entry of ${channel}, which it does not read`);
      return;
    }
    if (number < next) {
      this.repeated++;
      return;
    }
    this.delivered++;
    this.#next.set(channel, number + 1);
    const open = this.#open.get(channel);
    if (open !== undefined) {
      open.until = number;
      this.#open.delete(channel);
    } else this.lost += number - next;
  }

  #mailed(number: number): void {
    if (number < this.#nextMail) this.repeated++;
    else {
      this.mail++;
      if (!this.#mayMailBeMissing) this.lost += number - this.#nextMail;
      this.#nextMail = number + 1;
      this.#mayMailBeMissing = false;
    }
  }

  /** Nothing may be missing but what was lost with a log, or stands at or below where the gap ends. */
  #judge({ channel, cursor, from, until }: ChannelGap, truth: Truth): void {
    const mayBeMissing = truth.reachedBy(channel, cursor);
    if (until! > Math.max(from, mayBeMissing)) this.lost += until! - Math.max(from, mayBeMissing);
  }

  #count(cause: GapCause): void {
    this.gaps.set(cause, (this.gaps.get(cause) ?? 0) + 1);
  }

  #fault(text: string): void {
    if (this.faults.length < 3) this.faults.push(`${this.kind}: ${text}`);
  }
}
