import type { ServerResponse } from 'node:http';
import type { Deadlines, Timed } from '../hub/deadlines.ts';
import { PORTION } from './stream-writer.ts';

/**
 * The content of a response of `node:http`, which would wait for ever for a peer that takes nothing.
 *
 * It is given the response in portions, and what has left its socket is looked at now and then: a
 * peer that takes nothing for `limits.stall` is given up, one that is slow is not.
 */
export class ResponseOutput implements Timed {
  slot: Set<Timed> | undefined = undefined;
  readonly #response: ServerResponse;
  readonly #deadlines: Deadlines;
  readonly #stall: number;
  /** The portions that wait for the response to take them. */
  #waiting: Uint8Array[] = [];
  #isBlocked = false;
  #hasEnded = false;
  /** How much had left the socket when last looked at, and since when no more has. */
  #left = 0;
  #leftSince = 0;

  /** @param stall - Milliseconds without progress after which the peer is given up. */
  constructor(response: ServerResponse, deadlines: Deadlines, stall: number) {
    this.#response = response;
    this.#deadlines = deadlines;
    this.#stall = stall;
  }

  /**
   * Adds content.
   *
   * @returns whether the peer takes more; if not, {@link drained} is to be called when it does.
   */
  write(content: string | Uint8Array): boolean {
    if (!this.#isBlocked && content.length <= PORTION) this.#give(content);
    else this.#setAside(typeof content === 'string' ? Buffer.from(content) : content);
    this.#watch();
    return !this.#isBlocked;
  }

  /** Ends the content, with some that is the last. */
  end(content?: string | Uint8Array): void {
    const isLong = content !== undefined && content.length > PORTION;
    const waits = isLong || this.#waiting.length > 0;
    if (waits && content !== undefined) this.write(content);
    this.#hasEnded = true;
    if (this.#waiting.length === 0) this.#response.end(waits ? undefined : content);
    this.#watch();
  }

  /**
   * The response takes more: goes on with what waits.
   *
   * @returns whether it has taken all, and takes more.
   */
  drained(): boolean {
    this.#isBlocked = false;
    this.#goOn();
    return !this.#isBlocked && !this.#hasEnded;
  }

  /** Gives all that waits, though the response takes no more: node:http is about to end the connection. */
  giveAll(): void {
    while (this.#waiting.length > 0) this.drained();
  }

  /** The response is closed. */
  closed(): void {
    this.#waiting = [];
    this.#deadlines.cancel(this);
  }

  /** The wheel asks whether the peer takes anything. */
  expire(now: number): number {
    const left = this.#octetsLeft();
    if (!this.#isWaiting) this.#deadlines.cancel(this);
    else if (left !== this.#left) {
      this.#left = left;
      this.#leftSince = now;
    } else if (now - this.#leftSince >= this.#stall) this.#response.destroy();
    return this.#stall / 4;
  }

  #setAside(octets: Uint8Array): void {
    for (let start = 0; start < octets.length; start += PORTION) {
      this.#waiting.push(octets.subarray(start, start + PORTION));
    }
    while (!this.#isBlocked && this.#waiting.length > 0) this.#give(this.#waiting.shift()!);
  }

  /** What an application writes too much of, or too little, is seen here too late to be told to it. */
  #goOn(): void {
    try {
      while (!this.#isBlocked && this.#waiting.length > 0) this.#give(this.#waiting.shift()!);
      const isWhole = this.#hasEnded && this.#waiting.length === 0;
      if (isWhole && !this.#response.writableEnded) this.#response.end();
    } catch {
      this.#response.destroy();
    }
  }

  #give(content: string | Uint8Array): void {
    this.#isBlocked = !this.#response.write(content);
  }

  /** Looks from now on whether the peer takes what waits for it. */
  #watch(): void {
    if (this.slot !== undefined || !this.#isWaiting) return;
    this.#deadlines.schedule(this, this.#stall / 4);
    this.#left = this.#octetsLeft();
    this.#leftSince = this.#deadlines.now;
  }

  get #isWaiting(): boolean {
    const { writableLength, writableFinished, destroyed } = this.#response;
    const isOver = writableFinished || destroyed;
    return !isOver && (this.#waiting.length > 0 || writableLength > 0);
  }

  /**
   * How much has left the socket so far. While an answer in front has it nothing is known, and NaN is
   * never as much as it was: it is the turn of that answer to be given up.
   */
  #octetsLeft(): number {
    const { socket } = this.#response;
    return socket === null ? Number.NaN : socket.bytesWritten - socket.writableLength;
  }
}
