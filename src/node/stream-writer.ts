import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { deliverNow, deliverSoon, type Recipient, withdraw } from './delivery.ts';
import {
  type Handle,
  handleOf,
  type QueueOwner,
  queuedOctets,
  writeDirectly,
} from './direct-write.ts';

/** Who drives an output: the connection. */
export interface OutputOwner {
  /** Output was written outside of a turn: flush it soon. */
  flushSoon(): void;
  /** The stream takes no more: the endpoint should stop making output. */
  fellBehind(): void;
  /** The stream takes octets again, as {@link StreamWriter.awaitDrain} asked it to tell. */
  drained(): void;
  /** The endpoint has ended its side. */
  endRequested(): void;
  /** The endpoint has given the connection up. */
  destroyRequested(): void;
  /** The endpoint has given it up in the middle of what only its end delimits. */
  resetRequested(): void;
  /** The output has a fault of ours: it can't be trusted any more. */
  broken(error: unknown): void;
}

/** How much is handed to a stream at a time, so that it is seen to get on and memory stays bounded. */
export const PORTION = 262_144;

const NOTHING: Buffer = Buffer.alloc(0);

/**
 * Has octets leave: by a stream, or past it where that can be. Those that others are sent too leave
 * together with theirs, as long as nothing at all waits.
 *
 * Whoever extends it keeps what can't leave yet. The two are one object, since another one for each
 * connection would take memory, and time in each delivery.
 */
export abstract class StreamWriter implements QueueOwner, Recipient {
  /**
   * What the socket is written to by, known only while nothing at all waits. It stands in front with
   * what else a delivery needs: of a thousand readers, each further cache line costs a hundredth of it.
   */
  #clearWay: Handle | undefined;
  /** How many octets leave by it soon, together with what others are sent. */
  #shared = 0;
  /** How many octets the stream or the system was handed altogether. */
  #handed = 0;
  protected readonly stream: Duplex;
  protected readonly owner: OutputOwner;
  /** Whether what the stream has not sent at once shows that the system takes no more. */
  readonly #sendsAtOnce: boolean;
  /** Whether the stream was asked to say when it has sent what it holds. */
  #isAwaited = false;
  /** Whether the system has yet to take some of what was written past the stream. */
  #isQueued = false;
  /** Told when it has. */
  #written: (() => void) | undefined;
  #isCorked = false;

  constructor(stream: Duplex, owner: OutputOwner) {
    this.stream = stream;
    this.owner = owner;
    this.#sendsAtOnce = stream instanceof Socket && stream.constructor === Socket;
  }

  /** Whether the stream takes no more for now. */
  abstract get behind(): boolean;

  /** Whether what is written now may leave at once: nothing waits, and no turn keeps it together. */
  protected abstract get isVacant(): boolean;

  /** Keeps what can't leave yet. */
  abstract append(octets: Uint8Array): void;

  /** How many octets have been sent altogether. */
  get sent(): number {
    return this.#handed - this.#unsent;
  }

  share(octets: Uint8Array): boolean {
    // What has no octets would not be seen to be waiting already, and be delivered twice.
    if (octets.length === 0) return !this.behind;
    const isFree = this.#clearWay !== undefined && this.#shared === 0;
    if (!isFree || octets.length > PORTION) return this.#shareBehind(octets);
    this.#shared = octets.length;
    deliverSoon(this, octets);
    return true;
  }

  /** @internal What is shared leaves. A turn of its own, with its slab and flush, would cost as much again. */
  deliver(octets: Uint8Array): void {
    this.#shared = 0;
    const outcome = writeDirectly(this.#clearWay!, octets, this);
    if (outcome === 'sent') {
      this.#handed += octets.length;
      return;
    }
    this.#clearWay = undefined;
    if (outcome === 'untouched') {
      this.#shareBehind(octets);
      return;
    }
    this.#handed += octets.length;
    this.#isQueued = true;
    this.owner.fellBehind();
  }

  /** @internal What is shared could not leave, by a fault of ours. */
  broken(error: unknown): void {
    this.owner.broken(error);
  }

  /** Has the owner told when the stream, which is behind, takes octets again. */
  awaitDrain(): void {
    const { stream } = this;
    // Only from its high-water mark on does a stream tell of its own accord.
    const isTold = this.#isAwaited || this.#isQueued || stream.writableNeedDrain;
    if (isTold || !stream.writable) return;
    this.#isAwaited = true;
    stream.write(NOTHING, (error) => {
      this.#isAwaited = false;
      if (!error) this.owner.drained();
    });
  }

  /** @internal The system has taken what it had queued, or has given it up. */
  queueEmptied(error: number): void {
    this.#isQueued = false;
    this.#written?.();
    this.#written = undefined;
    if (error === 0) this.owner.drained();
    else this.stream.destroy();
  }

  /** Whether nothing at all waits, so that what is shared can leave past the stream. */
  protected get isClear(): boolean {
    return this.#clearWay !== undefined;
  }

  /** What was handed on or is shared, and has not been sent yet. */
  protected get leaving(): number {
    return this.#unsent + this.#shared;
  }

  /** Whether all that was handed on has been sent. */
  protected get isSent(): boolean {
    return this.stream.writableLength === 0 && !this.#isQueued;
  }

  /**
   * Whether the stream should not be written to. A socket is behind as soon as the system takes no
   * more: what it would keep up to its high-water mark are copies of what the log keeps, 16 KiB for
   * each peer that never reads. Any other stream says when it has enough.
   */
  protected get isBlocked(): boolean {
    if (this.#isQueued) return true;
    if (this.stream.writableLength === 0) return false;
    return this.#sendsAtOnce || this.stream.writableNeedDrain;
  }

  /** What is shared leaves: something follows it. */
  protected deliverShared(): void {
    if (this.#shared > 0) deliverNow(this);
  }

  /** What is shared leaves before anything else is written. */
  protected leaveClearWay(): void {
    this.deliverShared();
    this.#clearWay = undefined;
  }

  /** What is shared never leaves: the stream is gone. */
  protected discardShared(): void {
    this.#clearWay = undefined;
    if (this.#shared > 0) withdraw(this);
    this.#shared = 0;
  }

  /** What is written from now on leaves together, once {@link uncork} is called. */
  protected cork(): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    this.stream.cork();
  }

  protected uncork(): void {
    if (!this.#isCorked) return;
    this.#isCorked = false;
    this.stream.uncork();
  }

  /** Hands octets on. They must stay as they are until `written` is called. */
  protected write(octets: Uint8Array, written?: () => void): void {
    this.leaveClearWay();
    this.#handed += octets.length;
    if (!this.#writesDirectly(octets, written)) this.stream.write(octets, written);
  }

  /** What was handed on, and has not been sent yet. */
  get #unsent(): number {
    const queued = this.#isQueued ? queuedOctets(this.stream as Socket) : 0;
    return this.stream.writableLength + queued;
  }

  /** Shares where something may wait already. Once all has left, the next goes straight to the system. */
  #shareBehind(octets: Uint8Array): boolean {
    this.leaveClearWay();
    if (!this.isVacant || octets.length > PORTION || this.isBlocked) {
      this.append(octets);
      return !this.behind;
    }
    this.write(octets);
    const { isBlocked } = this;
    if (isBlocked) this.owner.fellBehind();
    else if (this.#sendsAtOnce) this.#clearWay = handleOf(this.stream as Socket);
    return !isBlocked;
  }

  /** Writes past the stream, if that holds nothing and can be left out. */
  #writesDirectly(octets: Uint8Array, written: (() => void) | undefined): boolean {
    if (!this.#sendsAtOnce || this.#isCorked || !this.isSent) return false;
    const handle = handleOf(this.stream as Socket);
    switch (handle && writeDirectly(handle, octets, this)) {
      case 'sent':
        written?.();
        return true;
      case 'queued':
        this.#isQueued = true;
        this.#written = written;
        return true;
      default:
        return false;
    }
  }
}
