import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { COPY_LIMIT, type Output } from '../bytes/output.ts';
import { deliverNow, deliverSoon, type Recipient, withdraw } from './delivery.ts';
import {
  type Handle,
  handleOf,
  type QueueOwner,
  queuedOctets,
  writeDirectly,
} from './direct-write.ts';
import { SLAB_SIZE, type Slab, type SlabPool } from './slab.ts';

/** Who drives an output: the connection. */
export interface OutputOwner {
  /** Output was written outside of a turn: flush it soon. */
  flushSoon(): void;
  /** The stream takes no more: the endpoint should stop making output. */
  fellBehind(): void;
  /** The stream takes octets again, as {@link StreamOutput.awaitDrain} asked it to tell. */
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
 * The output of an endpoint, on a stream.
 *
 * What is written in a turn, while the endpoint is being driven, goes into a slab and leaves in one
 * write. What is written at any other time, or to a stream that is behind, or to one that is not a
 * socket, is gathered in memory of its own: streams other than sockets hold what they were given for
 * as long as they like, and a slab is soon written to again.
 */
export class StreamOutput implements Output, QueueOwner, Recipient {
  octets: Buffer = NOTHING;
  /**
   * What the socket is written to by, known only while nothing at all waits. It stands in front with
   * what else a delivery needs: of a thousand readers, each further cache line costs a hundredth of it.
   */
  #clearWay: Handle | undefined;
  /** How many octets leave by it soon, together with what others are sent. */
  #shared = 0;
  /** How many octets the stream or the system was handed altogether. */
  #handed = 0;
  readonly #stream: Duplex;
  readonly #slabs: SlabPool;
  readonly #owner: OutputOwner;
  /** Whether the stream lets go of memory once its `writableLength` is 0. */
  readonly #takesSlabs: boolean;
  /** Whether what the stream has not sent at once shows that the system takes no more. */
  readonly #sendsAtOnce: boolean;
  /** Whether the stream was asked to say when it has sent what it holds. */
  #isAwaited = false;
  /** Whether the system has yet to take some of what was written past the stream. */
  #isQueued = false;
  /** Told when it has. */
  #written: (() => void) | undefined;
  #inTurn = false;
  /** The slab that `octets` is. */
  #slab: Slab | undefined;
  /** Where in `octets` what has not been handed on begins and ends. */
  #start = 0;
  #end = 0;
  #corked = false;
  /** Output that waits for the stream, oldest first, and how many octets it is; no list where none does. */
  #parts: Uint8Array[] | undefined;
  #partsOctets = 0;

  constructor(stream: Duplex, slabs: SlabPool, owner: OutputOwner) {
    this.#stream = stream;
    this.#slabs = slabs;
    this.#owner = owner;
    this.#takesSlabs = stream instanceof Socket;
    this.#sendsAtOnce = this.#takesSlabs && stream.constructor === Socket;
  }

  /** Octets that have not been sent yet. */
  get bufferedAmount(): number {
    return this.#unsent + this.#shared + this.#partsOctets + (this.#end - this.#start);
  }

  /** How many octets have been sent altogether. */
  get sent(): number {
    return this.#handed - this.#unsent;
  }

  /** What was handed on, and has not been sent yet. */
  get #unsent(): number {
    const queued = this.#isQueued ? queuedOctets(this.#stream as Socket) : 0;
    return this.#stream.writableLength + queued;
  }

  /** Whether all that was handed on has been sent. */
  get #isSent(): boolean {
    return this.#stream.writableLength === 0 && !this.#isQueued;
  }

  /** Whether the stream takes no more for now; what is written all the same waits here. */
  get behind(): boolean {
    if (this.#clearWay !== undefined) return false;
    // A slab is only written to while the stream takes what it is handed.
    return this.#slab === undefined && this.#isBlocked();
  }

  reserve(count: number): number {
    const start = this.#end;
    if (start + count > this.octets.length) return this.#makeRoom(count);
    this.#end = start + count;
    return start;
  }

  append(octets: Uint8Array): void {
    if (octets.length <= COPY_LIMIT) {
      const start = this.reserve(octets.length);
      this.octets.set(octets, start);
    } else if (this.#slab === undefined || octets.length > PORTION) {
      this.#leaveSlab();
      this.#gather();
      this.#setAside(octets);
      if (!this.#inTurn) this.#owner.flushSoon();
    } else {
      this.#appendBehindSlab(octets);
    }
  }

  share(octets: Uint8Array): boolean {
    // What has no octets would not be seen to be waiting already, and be delivered twice.
    if (octets.length === 0) return !this.behind;
    const isClear = this.#clearWay !== undefined && this.#shared === 0;
    if (!isClear || octets.length > PORTION) return this.#shareBehind(octets);
    this.#shared = octets.length;
    deliverSoon(this, octets);
    return true;
  }

  /** What is shared leaves. A turn of its own, with its slab and flush, would cost as much again. */
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
    this.#owner.fellBehind();
  }

  /** @internal What is shared could not leave, by a fault of ours. */
  broken(error: unknown): void {
    this.#owner.broken(error);
  }

  end(): void {
    this.#owner.endRequested();
  }

  destroy(): void {
    if (this.#shared > 0) deliverNow(this);
    this.#owner.destroyRequested();
  }

  reset(): void {
    if (this.#shared > 0) deliverNow(this);
    this.#owner.resetRequested();
  }

  /** Begins a turn: until {@link endTurn}, what is written is kept together. */
  beginTurn(): void {
    this.#leaveClearWay();
    this.#inTurn = true;
    const isClear = this.#end === 0 && this.#partsOctets === 0 && this.#isSent;
    if (!isClear || !this.#takesSlabs || !this.#slabs.mayPin || this.#stream.destroyed) return;
    this.#slab = this.#slabs.take();
    this.octets = this.#slab.octets;
  }

  /** Ends a turn: what was written is handed to the stream. */
  endTurn(): void {
    this.#inTurn = false;
    this.#leaveSlab();
    this.flush();
  }

  /** Hands the stream what waits, as far as it takes it. */
  flush(): void {
    if (this.#shared > 0) deliverNow(this);
    this.#gather();
    if (this.#partsOctets > 0) this.#writeParts();
  }

  /** Has the owner told when the stream, which is behind, takes octets again. */
  awaitDrain(): void {
    const stream = this.#stream;
    // Only from its high-water mark on does a stream tell of its own accord.
    const isTold = this.#isAwaited || this.#isQueued || stream.writableNeedDrain;
    if (isTold || !stream.writable) return;
    this.#isAwaited = true;
    stream.write(NOTHING, (error) => {
      this.#isAwaited = false;
      if (!error) this.#owner.drained();
    });
  }

  /** @internal The system has taken what it had queued, or has given it up. */
  queueEmptied(error: number): void {
    this.#isQueued = false;
    this.#written?.();
    this.#written = undefined;
    if (error === 0) this.#owner.drained();
    else this.#stream.destroy();
  }

  /** Lets go of what waits: the stream is gone. */
  discard(): void {
    this.#leaveSlab();
    this.#clearWay = undefined;
    if (this.#shared > 0) withdraw(this);
    this.#shared = 0;
    this.#parts = undefined;
    this.#partsOctets = 0;
    this.octets = NOTHING;
    this.#start = this.#end = 0;
  }

  /**
   * Whether the stream should not be written to. A socket is behind as soon as the system takes no
   * more: what it would keep up to its high-water mark are copies of what the log keeps, 16 KiB for
   * each peer that never reads. Any other stream says when it has enough.
   */
  #isBlocked(): boolean {
    if (this.#isQueued) return true;
    if (this.#stream.writableLength === 0) return false;
    return this.#sendsAtOnce || this.#stream.writableNeedDrain;
  }

  /** What is shared leaves before anything else is written. */
  #leaveClearWay(): void {
    if (this.#shared > 0) deliverNow(this);
    this.#clearWay = undefined;
  }

  /** Shares where something may wait already. Once all has left, the next goes straight to the system. */
  #shareBehind(octets: Uint8Array): boolean {
    this.#leaveClearWay();
    const isClear = !this.#inTurn && this.#end === 0 && this.#partsOctets === 0;
    if (!isClear || octets.length > PORTION || this.#isBlocked()) {
      this.append(octets);
      return !this.behind;
    }
    this.#write(octets);
    const isBlocked = this.#isBlocked();
    if (isBlocked) this.#owner.fellBehind();
    else if (this.#sendsAtOnce) this.#clearWay = handleOf(this.#stream as Socket);
    return !isBlocked;
  }

  /** Makes room for `count` octets where there is none left. */
  #makeRoom(count: number): number {
    this.#leaveClearWay();
    if (this.#slab !== undefined) this.#handOver();
    if (this.#slab !== undefined && count <= SLAB_SIZE) {
      this.#end = count;
      return 0;
    }
    this.#leaveSlab();
    const before = this.octets.length;
    this.#gather();
    this.octets = Buffer.allocUnsafe(Math.max(count, Math.min(2 * before, COPY_LIMIT)));
    this.#end = count;
    if (!this.#inTurn) this.#owner.flushSoon();
    return 0;
  }

  /** Writes a payload as it is right behind what the slab holds; both leave in one system call. */
  #appendBehindSlab(octets: Uint8Array): void {
    if (!this.#corked) {
      this.#corked = true;
      this.#stream.cork();
    }
    this.#writeSlab();
    this.#write(octets);
    if (this.#stream.writableLength > PORTION) this.#handOver();
  }

  /** Hands the slab's octets to the stream, and keeps the slab only if the stream took them. */
  #handOver(): void {
    this.#writeSlab();
    if (this.#corked) {
      this.#corked = false;
      this.#stream.uncork();
    }
    if (this.#isSent) {
      this.#start = this.#end = 0;
      return;
    }
    this.#slabs.pin(this.#slab!);
    this.#forgetSlab();
    if (this.#isBlocked()) this.#owner.fellBehind();
  }

  #writeSlab(): void {
    if (this.#end === this.#start) return;
    const slab = this.#slab!;
    this.#write(slab.view(this.#start, this.#end), slab.written);
    this.#start = this.#end;
  }

  /** Hands the slab's octets over and gives the slab back. */
  #leaveSlab(): void {
    if (this.#slab === undefined) return;
    this.#handOver();
    if (this.#slab === undefined) return;
    this.#slabs.giveBack(this.#slab);
    this.#forgetSlab();
  }

  #forgetSlab(): void {
    this.#slab = undefined;
    this.octets = NOTHING;
    this.#start = this.#end = 0;
  }

  /** Puts what was written to memory of its own among the parts. */
  #gather(): void {
    if (this.#end === 0) return;
    const part = this.octets.subarray(0, this.#end);
    this.octets = NOTHING;
    this.#end = 0;
    this.#setAside(part);
  }

  /**
   * Adds to the parts, in portions. The stream gets what is many octets at once: only then it can
   * say that it takes no more, to a loop that sends until it does.
   */
  #setAside(octets: Uint8Array): void {
    this.#leaveClearWay();
    this.#partsOctets += octets.length;
    for (let start = 0; start < octets.length; start += PORTION) {
      const isWhole = octets.length <= PORTION;
      this.#parts ??= [];
      this.#parts.push(isWhole ? octets : octets.subarray(start, start + PORTION));
    }
    if (this.#partsOctets < PORTION) return;
    this.#writeParts();
    if (this.behind) this.#owner.fellBehind();
  }

  #writeParts(): void {
    while (this.#partsOctets > 0 && !this.#isBlocked()) {
      const portion = this.#takePortion();
      if (portion.length === 1) this.#write(portion[0]!);
      else this.#writeTogether(portion);
    }
  }

  #writeTogether(portion: readonly Uint8Array[]): void {
    this.#corked = true;
    this.#stream.cork();
    for (const part of portion) this.#write(part);
    this.#corked = false;
    this.#stream.uncork();
  }

  /** Takes parts out before they are written: the peer of a stream in memory may answer meanwhile. */
  #takePortion(): Uint8Array[] {
    const parts = this.#parts!;
    let count = 0;
    let octets = 0;
    while (count < parts.length && octets < PORTION) octets += parts[count++]!.length;
    this.#partsOctets -= octets;
    if (count < parts.length) return parts.splice(0, count);
    this.#parts = undefined;
    return parts;
  }

  #write(octets: Uint8Array, written?: () => void): void {
    this.#leaveClearWay();
    this.#handed += octets.length;
    if (!this.#writesDirectly(octets, written)) this.#stream.write(octets, written);
  }

  /** Writes past the stream, if that holds nothing and can be left out. */
  #writesDirectly(octets: Uint8Array, written: (() => void) | undefined): boolean {
    if (!this.#sendsAtOnce || this.#corked || !this.#isSent) return false;
    const handle = handleOf(this.#stream as Socket);
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
