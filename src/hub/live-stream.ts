import type { Output } from '../bytes/output.ts';
import type { Batch, EntryFormat, Gap } from '../channel/index.ts';
import type { ByeReason, StreamingFormat } from '../comet/index.ts';
import { encodeChunk } from '../http1/chunked-encoder.ts';
import type { OutgoingFields } from '../http1/outgoing-fields.ts';
import type { Deadlines, Timed } from './deadlines.ts';
import type { Exchange, ExchangeListener } from './exchange.ts';
import { type Beginning, LiveConnection } from './live-connection.ts';

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
  /** Whether the exchange said that the peer takes no more, and has not said that it does again. */
  #isBlocked = false;
  /** Where what others are sent too is written, once the answer has begun. */
  #chunks: Output | undefined;
  /** How entries are written: as chunks, if that is where they go. */
  #entries: EntryFormat;
  readonly #format: StreamingFormat;
  #octets = 0;
  #wroteAt = 0;
  /** Whether it ends after so much, because the peer keeps all that came. */
  readonly #hasRounds: boolean;
  slot: Set<Timed> | undefined = undefined;
  readonly #exchange: Exchange;
  readonly #fields: OutgoingFields;
  /** When `authorize` has to be asked anew; nothing when it need not be. */
  readonly #expiresAt: number | undefined;
  #beganAt = 0;

  constructor(beginning: Beginning, exchange: Exchange, { format, fields, hasRounds }: StreamKind) {
    super(beginning);
    const { expiresIn } = beginning;
    this.#exchange = exchange;
    this.#format = format;
    this.#entries = format.entries;
    this.#fields = fields;
    this.#hasRounds = hasRounds;
    // A whole number, or none, needs no memory of its own.
    if (Number.isFinite(expiresIn)) this.#expiresAt = this.#deadlines.now + Math.ceil(expiresIn);
    exchange.listener = this;
  }

  get isPoll(): boolean {
    return false;
  }

  get #deadlines(): Deadlines {
    return this.route.terms.deadlines;
  }

  // What the reader leads to

  protected ready(): void {
    const deadlines = this.#deadlines;
    const format = this.#format;
    const { cursor } = this.reader;
    this.#beganAt = deadlines.now;
    this.#exchange.respondHead(200, this.#fields);
    this.#exchange.forgetHead();
    this.#chunks = this.#exchange.chunks;
    if (this.#chunks !== undefined) this.#entries = chunked(format.entries);
    const ready = format.record(this.readyRecord(cursor), cursor);
    this.#write(format.prologue.length === 0 ? ready : Buffer.concat([format.prologue, ready]));
    if (this.isOpen) deadlines.schedule(this, this.#nextDeadline(deadlines.now));
  }

  protected pump(): void {
    while (this.isOpen && !this.#isBehind) {
      const taken = this.take();
      if (taken === undefined) break;
      this.#writeTaken(taken);
    }
    if (!this.isOpen) return;
    if (this.#isBehind && this.isTooSlow) this.end('slow');
    else if (this.#hasRounds && this.#octets >= this.route.terms.limits.round) this.end('round');
    else this.#follow();
  }

  /** Has what comes written past all this, where nothing else is to be seen to. */
  #follow(): void {
    const chunks = this.#chunks;
    if (chunks === undefined || this.#hasRounds || this.#isBehind) return;
    this.reader.follow(this.#entries, chunks);
  }

  protected subscribed(): void {
    const { cursor } = this.reader;
    this.#write(this.#format.record(this.cursorRecord, cursor));
  }

  protected takeLeave(bye: string, _reason: ByeReason, retry: number): void {
    this.#exchange.write(this.#format.record(bye, undefined, retry));
    this.#exchange.finish();
  }

  protected cut(): void {
    this.#exchange.abort();
  }

  protected released(): void {
    this.#deadlines.cancel(this);
  }

  /** Whether the peer takes no more for now. */
  get #isBehind(): boolean {
    return this.#isBlocked || this.#chunks?.behind === true;
  }

  #writeTaken(taken: Batch | Gap): void {
    const format = this.#format;
    if (taken.kind === 'gap') {
      this.#write(format.record(this.gapRecord(taken), taken.cursor));
      return;
    }
    if (format.opening.length > 0) this.#exchange.write(format.opening);
    this.#writeShared(taken.encoded(this.#entries));
    if (format.closing.length > 0 && this.isOpen) this.#write(format.closing);
  }

  /** Writes what others are sent too. Past the exchange where that can be: it is what a delivery costs. */
  #writeShared(octets: Uint8Array): void {
    if (this.#chunks === undefined) this.#write(octets);
    else this.#wrote(octets, this.#chunks.share(octets));
  }

  #write(octets: Uint8Array): void {
    this.#wrote(octets, this.#exchange.write(octets));
  }

  #wrote(octets: Uint8Array, takesMore: boolean): void {
    this.#octets += octets.length;
    this.#wroteAt = this.#deadlines.now;
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
    if (this.#expiresAt !== undefined && now >= this.#expiresAt) this.end('expired');
    else if (this.#hasRounds && now - this.#beganAt >= this.route.terms.limits.roundTime) {
      this.end('round');
    } else if (!this.#isBehind) this.#beat(now);
    return this.#nextDeadline(now);
  }

  get #lastWrite(): number {
    return Math.max(this.#wroteAt, this.reader.writtenAt);
  }

  /** A record now and then keeps proxies from cutting, and the client's cursor from growing old. */
  #beat(now: number): void {
    const { heartbeat } = this.route;
    if (heartbeat === 0 || now - this.#lastWrite < heartbeat) return;
    this.pump();
    if (this.isOpen && now - this.#lastWrite >= heartbeat) this.subscribed();
  }

  #nextDeadline(now: number): number {
    const { heartbeat } = this.route;
    const since = this.#isBehind ? now : this.#lastWrite;
    const beat = heartbeat === 0 ? Number.POSITIVE_INFINITY : since + heartbeat;
    const { roundTime } = this.route.terms.limits;
    const round = this.#hasRounds ? this.#beganAt + roundTime : Number.POSITIVE_INFINITY;
    return Math.min(beat, round, this.#expiresAt ?? Number.POSITIVE_INFINITY) - now;
  }
}

/** The format whose entries are a chunk, ready to be written. One for each format, so that batches know it. */
function chunked(format: EntryFormat): EntryFormat {
  let chunks = chunkedFormats.get(format);
  if (chunks === undefined) {
    chunks = { encode: (entries) => encodeChunk(format.encode(entries)) };
    chunkedFormats.set(format, chunks);
  }
  return chunks;
}

const chunkedFormats = new Map<EntryFormat, EntryFormat>();
