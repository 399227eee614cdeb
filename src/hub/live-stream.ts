import type { Batch, Gap } from '../channel/index.ts';
import type { ByeReason, StreamingFormat } from '../comet/index.ts';
import type { OutgoingFields } from '../http1/outgoing-fields.ts';
import type { Deadlines, Timed } from './deadlines.ts';
import type { Exchange, ExchangeListener } from './exchange.ts';
import { type Beginning, LiveConnection } from './live-connection.ts';

/** What streams have in common. */
export interface StreamTerms {
  readonly deadlines: Deadlines;
  readonly limits: {
    readonly round: number;
    readonly roundTime: number;
  };
}

/** How one kind of stream is written. */
export interface StreamKind {
  readonly format: StreamingFormat;
  readonly fields: OutgoingFields;
  /** Whether it ends after so much, because the peer keeps all that came. */
  readonly hasRounds: boolean;
}

/**
 * An answer that is held open: event stream, stream and forever frame.
 *
 * What does not leave for a peer that is slow is not written: it is read from the log later.
 */
export class LiveStream extends LiveConnection implements ExchangeListener, Timed {
  slot: Set<Timed> | undefined = undefined;
  readonly isPoll = false;
  readonly #exchange: Exchange;
  readonly #terms: StreamTerms;
  readonly #kind: StreamKind;
  /** When `authorize` has to be asked anew. */
  readonly #expiresAt: number;
  #beganAt = 0;
  #octets = 0;
  #wroteAt = 0;
  /** Whether the peer takes no more for now. */
  #isBlocked = false;

  constructor(beginning: Beginning, exchange: Exchange, terms: StreamTerms, kind: StreamKind) {
    super(beginning);
    this.#exchange = exchange;
    this.#terms = terms;
    this.#kind = kind;
    this.#expiresAt = terms.deadlines.now + beginning.expiresIn;
    exchange.listener = this;
  }

  // What the reader leads to

  protected ready(): void {
    const { deadlines } = this.#terms;
    const { fields, format } = this.#kind;
    const { cursor } = this.reader;
    this.#beganAt = deadlines.now;
    this.#exchange.respondHead(200, fields);
    this.#exchange.forgetHead();
    const ready = format.record(this.readyRecord(cursor), cursor);
    this.#write(format.prologue.length === 0 ? ready : Buffer.concat([format.prologue, ready]));
    if (this.isOpen) deadlines.schedule(this, this.#nextDeadline(deadlines.now));
  }

  protected pump(): void {
    while (this.isOpen && !this.#isBlocked) {
      const taken = this.take();
      if (taken === undefined) break;
      this.#writeTaken(taken);
    }
    if (!this.isOpen) return;
    if (this.#isBlocked && this.isTooSlow) this.end('slow');
    else if (this.#octets >= this.#terms.limits.round && this.#kind.hasRounds) this.end('round');
  }

  protected subscribed(): void {
    const { cursor } = this.reader;
    this.#write(this.#kind.format.record(this.cursorRecord, cursor));
  }

  protected takeLeave(bye: string, _reason: ByeReason, retry: number): void {
    this.#exchange.write(this.#kind.format.record(bye, undefined, retry));
    this.#exchange.finish();
  }

  protected cut(): void {
    this.#exchange.abort();
  }

  protected released(): void {
    this.#terms.deadlines.cancel(this);
  }

  #writeTaken(taken: Batch | Gap): void {
    const { format } = this.#kind;
    if (taken.kind === 'gap') {
      this.#write(format.record(this.gapRecord(taken), taken.cursor));
      return;
    }
    if (format.opening.length > 0) this.#exchange.write(format.opening);
    const octets = taken.encoded(format.entries);
    this.#wrote(octets, this.#exchange.share(octets));
    if (format.closing.length > 0 && this.isOpen) this.#write(format.closing);
  }

  #write(octets: Uint8Array): void {
    this.#wrote(octets, this.#exchange.write(octets));
  }

  #wrote(octets: Uint8Array, takesMore: boolean): void {
    this.#octets += octets.length;
    this.#wroteAt = this.#terms.deadlines.now;
    if (!takesMore) this.#isBlocked = true;
  }

  // What the exchange tells

  content(): void {}

  contentEnd(): void {}

  answered(): void {}

  drained(): void {
    this.#isBlocked = false;
    if (this.isOpen) this.pump();
  }

  /** The peer sends no more, but may read: it gets its whole answer. */
  ended(): void {
    if (this.isOpen) this.pump();
    this.end('round');
  }

  aborted(): void {
    this.lost();
  }

  // Deadlines

  expire(now: number): number {
    if (now >= this.#expiresAt) this.end('expired');
    else if (this.#kind.hasRounds && now - this.#beganAt >= this.#terms.limits.roundTime) {
      this.end('round');
    } else if (!this.#isBlocked) this.#beat(now);
    return this.#nextDeadline(now);
  }

  /** A record now and then keeps proxies from cutting, and the client's cursor from growing old. */
  #beat(now: number): void {
    const { heartbeat } = this.route;
    if (heartbeat === 0 || now - this.#wroteAt < heartbeat) return;
    this.pump();
    if (this.isOpen && now - this.#wroteAt >= heartbeat) this.subscribed();
  }

  #nextDeadline(now: number): number {
    const { heartbeat } = this.route;
    const since = this.#isBlocked ? now : this.#wroteAt;
    const beat = heartbeat === 0 ? Number.POSITIVE_INFINITY : since + heartbeat;
    const { roundTime } = this.#terms.limits;
    const round = this.#kind.hasRounds ? this.#beganAt + roundTime : Number.POSITIVE_INFINITY;
    return Math.min(beat, round, this.#expiresAt) - now;
  }
}
