import type { WholeFormat } from '../comet/index.ts';
import type { OutgoingFields } from '../http1/outgoing-fields.ts';
import type { Deadlines, Timed } from './deadlines.ts';
import type { Exchange, ExchangeListener } from './exchange.ts';
import { type Beginning, LiveConnection } from './live-connection.ts';

const NOTHING: readonly string[] = [];

/**
 * In how many milliseconds to come back after a gap behind which there is nothing to read. Where two
 * servers share nothing and take turns, each poll comes to the one that its cursor says nothing to, and
 * is answered at once: without this, again and again, as fast as the network allows.
 */
const RETRY_AFTER_GAP = 1_000;

/** How one kind of poll is answered. */
export interface PollKind {
  readonly format: WholeFormat;
  readonly fields: OutgoingFields;
  /** Milliseconds that it may be held. */
  readonly wait: number;
}

/**
 * An answer that is held back until there is something to tell: long poll and JSONP.
 *
 * While it is held it has read nothing: all that is known of it is where it stands.
 */
export class LivePoll extends LiveConnection implements ExchangeListener, Timed {
  slot: Set<Timed> | undefined = undefined;
  readonly #exchange: Exchange;
  readonly #format: WholeFormat;
  readonly #fields: OutgoingFields;
  /** Until when it may be held. */
  readonly #until: number;
  /** Whether `authorize` has to be asked anew then. */
  readonly #expires: boolean;
  /** In how many milliseconds to come back if nothing is read; nothing while it waits for something. */
  #retry: number | undefined;
  /** What was read: nothing, while it is held. */
  #parts: readonly (Uint8Array | string)[] = NOTHING;

  constructor(beginning: Beginning, exchange: Exchange, { format, fields, wait }: PollKind) {
    super(beginning);
    const { expiresIn } = beginning;
    this.#exchange = exchange;
    this.#format = format;
    this.#fields = fields;
    // A whole number needs no memory of its own.
    this.#until = this.#deadlines.now + Math.ceil(Math.min(wait, expiresIn));
    this.#expires = expiresIn <= wait;
    exchange.listener = this;
  }

  get isPoll(): boolean {
    return true;
  }

  get #deadlines(): Deadlines {
    return this.route.terms.deadlines;
  }

  // What the reader leads to

  protected ready(): void {
    const { reader } = this;
    const hasGap = reader.gaps.some((channel) => channel !== '');
    const isNews = hasGap || reader.recovery === 'new';
    const { now } = this.#deadlines;
    if (isNews || this.#until <= now) {
      this.#retry = hasGap ? RETRY_AFTER_GAP : 0;
      return;
    }
    this.#exchange.forgetHead();
    this.#deadlines.schedule(this, this.#until - now);
  }

  protected pump(): void {
    this.#parts = this.#takeAll();
    if (this.#parts.length > 0) this.end('round');
    else if (this.#retry !== undefined) this.end('round', this.#retry);
  }

  /** The answer tells where the reader stands, whenever it comes. */
  protected subscribed(): void {}

  /** What there is to read is left to the next: this one ends where it began. */
  protected takeLeave(bye: string): void {
    const parts = [this.readyRecord(this.reader.start), ...this.#parts, this.cursorRecord, bye];
    this.#exchange.respond(200, this.#fields, this.#format.answer(parts));
  }

  protected cut(): void {
    this.#exchange.abort();
  }

  protected released(): void {
    this.#deadlines.cancel(this);
  }

  /** Answers with what there is, be it nothing. */
  #endRound(): void {
    if (this.isOpen) this.pump();
    this.end('round');
  }

  /** All that can be read now, up to what a client may lack. */
  #takeAll(): readonly (Uint8Array | string)[] {
    let parts: (Uint8Array | string)[] | undefined;
    let octets = 0;
    while (octets < this.route.terms.limits.behind) {
      const taken = this.take();
      if (taken === undefined) break;
      const part =
        taken.kind === 'gap' ? this.gapRecord(taken) : taken.encoded(this.#format.entries);
      octets += part.length;
      parts ??= [];
      parts.push(part);
    }
    return parts ?? NOTHING;
  }

  // What the exchange tells

  content(): void {}

  contentEnd(): void {}

  answered(): void {}

  drained(): void {}

  /** The peer sends no more, but may read: it gets its whole answer. */
  ended(): void {
    this.#endRound();
  }

  aborted(): void {
    this.lost();
  }

  // Deadlines

  /** It has waited for as long as it may. */
  expire(now: number): number {
    if (now < this.#until) return this.#until - now;
    if (this.#expires) this.end('expired');
    else this.#endRound();
    return Number.POSITIVE_INFINITY;
  }
}
