import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { COPY_LIMIT, type Output } from '../bytes/output.ts';
import { SLAB_SIZE, type Slab, type SlabPool } from './slab.ts';
import { type OutputOwner, PORTION, StreamWriter } from './stream-writer.ts';

const NOTHING: Buffer = Buffer.alloc(0);

/**
 * The output of an endpoint, on a stream.
 *
 * What is written in a turn, while the endpoint is being driven, goes into a slab and leaves in one
 * write. What is written at any other time, or to a stream that is behind, or to one that is not a
 * socket, is gathered in memory of its own: streams other than sockets hold what they were given for
 * as long as they like, and a slab is soon written to again.
 */
export class StreamOutput extends StreamWriter implements Output {
  octets: Buffer = NOTHING;
  readonly #slabs: SlabPool;
  /** Whether the stream lets go of memory once its `writableLength` is 0. */
  readonly #takesSlabs: boolean;
  #inTurn = false;
  /** The slab that `octets` is. */
  #slab: Slab | undefined;
  /** Where in `octets` what has not been handed on begins and ends. */
  #start = 0;
  #end = 0;
  /** Output that waits for the stream, oldest first, and how many octets it is; no list where none does. */
  #parts: Uint8Array[] | undefined;
  #partsOctets = 0;

  constructor(stream: Duplex, slabs: SlabPool, owner: OutputOwner) {
    super(stream, owner);
    this.#slabs = slabs;
    this.#takesSlabs = stream instanceof Socket;
  }

  /** Octets that have not been sent yet. */
  get bufferedAmount(): number {
    return this.leaving + this.#partsOctets + (this.#end - this.#start);
  }

  /** Whether the stream takes no more for now; what is written all the same waits here. */
  get behind(): boolean {
    if (this.isClear) return false;
    // A slab is only written to while the stream takes what it is handed.
    return this.#slab === undefined && this.isBlocked;
  }

  protected get isVacant(): boolean {
    return !this.#inTurn && this.#end === 0 && this.#partsOctets === 0;
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
      if (!this.#inTurn) this.owner.flushSoon();
    } else {
      this.#appendBehindSlab(octets);
    }
  }

  end(): void {
    this.owner.endRequested();
  }

  /** What was written before leaves, as far as the system takes it at once. */
  destroy(): void {
    this.#leaveSlab();
    this.flush();
    this.owner.destroyRequested();
  }

  reset(): void {
    this.deliverShared();
    this.owner.resetRequested();
  }

  /** Begins a turn: until {@link endTurn}, what is written is kept together. */
  beginTurn(): void {
    this.leaveClearWay();
    this.#inTurn = true;
    const isEmpty = this.#end === 0 && this.#partsOctets === 0 && this.isSent;
    if (!isEmpty || !this.#takesSlabs || !this.#slabs.mayPin || this.stream.destroyed) return;
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
    this.deliverShared();
    this.#gather();
    if (this.#partsOctets > 0) this.#writeParts();
  }

  /** Lets go of what waits: the stream is gone. */
  discard(): void {
    this.#leaveSlab();
    this.discardShared();
    this.#parts = undefined;
    this.#partsOctets = 0;
    this.octets = NOTHING;
    this.#start = this.#end = 0;
  }

  /** Makes room for `count` octets where there is none left. */
  #makeRoom(count: number): number {
    this.leaveClearWay();
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
    if (!this.#inTurn) this.owner.flushSoon();
    return 0;
  }

  /** Writes a payload as it is right behind what the slab holds; both leave in one system call. */
  #appendBehindSlab(octets: Uint8Array): void {
    this.cork();
    this.#writeSlab();
    this.write(octets);
    if (this.stream.writableLength > PORTION) this.#handOver();
  }

  /** Hands the slab's octets to the stream, and keeps the slab only if the stream took them. */
  #handOver(): void {
    this.#writeSlab();
    this.uncork();
    if (this.isSent) {
      this.#start = this.#end = 0;
      return;
    }
    this.#slabs.pin(this.#slab!);
    this.#forgetSlab();
    if (this.isBlocked) this.owner.fellBehind();
  }

  #writeSlab(): void {
    if (this.#end === this.#start) return;
    const slab = this.#slab!;
    this.write(slab.view(this.#start, this.#end), slab.written);
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
    this.leaveClearWay();
    this.#partsOctets += octets.length;
    for (let start = 0; start < octets.length; start += PORTION) {
      const isWhole = octets.length <= PORTION;
      this.#parts ??= [];
      this.#parts.push(isWhole ? octets : octets.subarray(start, start + PORTION));
    }
    if (this.#partsOctets < PORTION) return;
    this.#writeParts();
    if (this.behind) this.owner.fellBehind();
  }

  #writeParts(): void {
    while (this.#partsOctets > 0 && !this.isBlocked) {
      const portion = this.#takePortion();
      if (portion.length === 1) this.write(portion[0]!);
      else this.#writeTogether(portion);
    }
  }

  #writeTogether(portion: readonly Uint8Array[]): void {
    this.cork();
    for (const part of portion) this.write(part);
    this.uncork();
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
}
