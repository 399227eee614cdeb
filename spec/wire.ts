/**
 * A TCP connection to a peer under test, as octets and nothing else, with a transcript of both
 * directions. Reading never throws and never waits longer than the timeout: what did not come is
 * missing from what is returned, and {@link Wire.ending} says how things stand.
 *
 * @module
 */

import type { Socket } from 'node:net';
import { dial, secured } from './dial.ts';
import { FairTimer, pause } from './fair-timer.ts';
import { noResponse, type Response, readResponse } from './models/response.ts';

/** Octets that went one way at one time. */
export interface Passage {
  readonly direction: 'sent' | 'received';
  /** The octets, or the first of them where there were many on this connection. */
  readonly octets: Buffer;
  /** How many octets there were. */
  readonly length: number;
  /** Milliseconds since the connection was asked for. */
  readonly at: number;
}

/** Whether the peer still can send: it can, it sent a FIN, or the connection was reset. */
export type Ending = 'open' | 'fin' | 'reset';

/** What may be sent: octets, or a string of which each character is one octet. */
export type Octets = string | Uint8Array;

/** How many octets of a connection its transcript keeps in each direction. */
const MAX_KEPT = 16 * 1_024;

/** How many pieces of a connection its transcript tells apart in each direction. */
const MAX_PASSAGES = 1_024;

/** How many octets a peer may send on one connection, and on all together, before it is cut off. */
const MAX_RECEIVED = 64 * 2 ** 20;
const MAX_HELD = 256 * 2 ** 20;

/** How many pieces are written before the peer gets a chance to read some. */
const PIECES_A_TURN = 16;

/** Where what is looked for in the octets would have come long since. */
const MAX_HEAD = 2 ** 20;

/**
 * How long a peer may take to close a connection that it is done with, in milliseconds: below the five seconds
 * for which node:http and Apache keep one that they are not done with.
 */
const LONGEST_CLOSING = 4_000;

/** What all connections hold of what they were sent. */
let held = 0;

/** A raw connection to a peer under test. */
export class Wire {
  readonly transcript: Passage[] = [];
  readonly #socket: Socket;
  /** The TCP connection under it, which is another socket inside TLS. */
  readonly #carrier: Socket;
  readonly #timeout: number;
  readonly #began = Date.now();
  readonly #kept = { sent: 0, received: 0 };
  readonly #passages = { sent: 0, received: 0 };
  #received = 0;
  #pieces: Buffer[] = [];
  #obstacle: string | undefined;
  #isFlooded = false;
  #ending: Ending = 'open';
  #wake: () => void = () => {};

  private constructor(socket: Socket, timeout: number, carrier: Socket = socket) {
    this.#socket = socket;
    this.#carrier = carrier;
    this.#timeout = timeout;
    carrier.setNoDelay(true);
    socket.on('data', (octets: Buffer) => this.#receive(octets));
    socket.on('end', () => this.#end('fin'));
    socket.on('error', () => this.#end('reset'));
    socket.on('close', () => this.#end('reset'));
    socket.once('close', () => this.#release());
  }

  /** Connects. A connection that is refused or not answered in time is `reset` from the start. */
  static async connect(host: string, port: number, timeout: number): Promise<Wire> {
    const wire = new Wire(dial(host, port), timeout);
    await wire.#connected('connect');
    return wire;
  }

  /** Connects, to talk inside TLS: the transcript has what is said there. */
  static async connectSecurely(host: string, port: number, timeout: number): Promise<Wire> {
    const carrier = dial(host, port);
    const wire = new Wire(secured(carrier, host), timeout, carrier);
    await wire.#connected('secureConnect');
    return wire;
  }

  /** A connection that a client under test has made. */
  static over(socket: Socket, timeout: number): Wire {
    return new Wire(socket, timeout);
  }

  /** Why there never was a connection; nothing when there was one. */
  get obstacle(): string | undefined {
    return this.#obstacle;
  }

  /** Whether the peer sent more than anybody could want, and was cut off. */
  get isFlooded(): boolean {
    return this.#isFlooded;
  }

  /** How the peer left, if it did. */
  get ending(): Ending {
    return this.#ending;
  }

  /** What has been received and not been read. */
  get waiting(): Buffer {
    if (this.#pieces.length > 1) this.#pieces = [Buffer.concat(this.#pieces)];
    return this.#pieces[0] ?? Buffer.alloc(0);
  }

  /**
   * Sends each argument as a segment of its own, so that a probe can choose where octets are split.
   */
  async send(...segments: readonly Octets[]): Promise<void> {
    for (const [index, segment] of segments.entries()) {
      if (index > 0) await pause(5);
      const octets = typeof segment === 'string' ? Buffer.from(segment, 'latin1') : segment;
      if (!this.#socket.writable) return;
      this.#record('sent', octets);
      this.#socket.write(octets);
    }
  }

  /**
   * Sends octets in pieces of `size`, as fast as it goes: TCP may put some of them together, and so they
   * come in segments of many lengths.
   */
  async sendInPieces(octets: Uint8Array, size: number): Promise<void> {
    this.#record('sent', octets);
    for (let at = 0, count = 1; at < octets.length && this.#socket.writable; at += size, count++) {
      this.#socket.write(octets.subarray(at, at + size));
      if (count % PIECES_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** The next `count` octets; fewer when no more came. */
  async read(count: number): Promise<Buffer> {
    await this.#until(() => this.#available() >= count);
    return this.#take(count);
  }

  /** Whatever comes next; nothing when nothing does. */
  async readSome(): Promise<Buffer> {
    await this.#until(() => this.#available() > 0);
    return this.#take(this.#available());
  }

  /** The octets up to and with `delimiter`; all that came, when it did not. */
  async readUntil(delimiter: string): Promise<Buffer> {
    await this.#until(
      () => this.#available() > MAX_HEAD || this.waiting.includes(delimiter, 0, 'latin1'),
    );
    const index = this.waiting.indexOf(delimiter, 0, 'latin1');
    return this.#take(index === -1 ? this.#available() : index + delimiter.length);
  }

  /** The octets of a whole response head, with the empty line that ends it. */
  readHead(): Promise<Buffer> {
    return this.readUntil('\r\n\r\n');
  }

  /**
   * The next response, interim or final, read strictly. One that did not come, or can't be read,
   * has status 0 and says why among its faults.
   *
   * @param method - the method of the request that it answers.
   */
  async readResponse(method = 'GET'): Promise<Response> {
    let response: Response | undefined;
    await this.#until(() => {
      response = readResponse(this.waiting, method, this.#ending !== 'open');
      return response !== undefined || this.#isHeadless();
    });
    if (response === undefined) return noResponse('', this.#shortfall());
    this.#take(response.length);
    return response;
  }

  /** The next response that is final, or a 101; the interim ones before it are left out. */
  async readFinalResponse(method = 'GET'): Promise<Response> {
    for (;;) {
      const response = await this.readResponse(method);
      const isInterim = response.status >= 100 && response.status < 200;
      if (!isInterim || response.status === 101) return response;
    }
  }

  /** All that comes until the peer closes its side, or until the timeout. */
  async readToEnd(): Promise<Buffer> {
    await this.#until(() => false);
    return this.#take(this.#available());
  }

  /**
   * Whether the peer closes its side, with nothing more to read before it does. Who is done with a connection
   * closes it soon; who closes much later had waited for another request.
   */
  async endsHere(): Promise<boolean> {
    await this.#until(() => this.#available() > 0, Math.min(this.#timeout, LONGEST_CLOSING));
    return this.#available() === 0 && this.#ending === 'fin';
  }

  /** Whether nothing comes, neither octet nor end, for so many milliseconds. */
  async isQuiet(milliseconds: number): Promise<boolean> {
    await this.#until(() => this.#available() > 0, milliseconds);
    return this.#available() === 0 && this.#ending === 'open';
  }

  /** Closes this side: a FIN behind what was sent. The peer can still be read. */
  end(): void {
    this.#socket.end();
  }

  /** Cuts the connection with a RST. */
  reset(): void {
    this.#carrier.resetAndDestroy();
    this.#socket.destroy();
  }

  /** Stops reading, so that the peer's window fills, until {@link resume}. */
  pause(): void {
    this.#socket.pause();
  }

  /** Reads on. */
  resume(): void {
    this.#socket.resume();
  }

  /** Lets go of a peer that sends more than anybody could want. */
  cutOff(): void {
    this.#isFlooded = true;
    this.#end('reset');
    this.close();
  }

  /** Calls back once the connection is closed, whoever closes it. */
  whenClosed(told: () => void): void {
    if (this.#carrier.closed) told();
    else this.#carrier.once('close', told);
  }

  /** Lets go of the connection. */
  close(): void {
    this.#socket.destroy();
    this.#carrier.destroy();
    this.#release();
  }

  /** Waits until the connection is there. One that is not in time is given up. */
  async #connected(event: 'connect' | 'secureConnect'): Promise<void> {
    let isThere = false;
    const failed = (error: Error & { code?: string }) => {
      if (!isThere) this.#obstacle ??= error.code ?? error.message;
    };
    for (const socket of new Set([this.#socket, this.#carrier])) {
      socket.once('error', failed);
      socket.once('error', () => this.#end('reset'));
    }
    this.#socket.once(event, () => {
      isThere = true;
      this.#wake();
    });
    await this.#until(() => isThere);
    if (isThere) return;
    this.#obstacle ??= `no connection within ${this.#timeout} ms`;
    this.reset();
  }

  #receive(octets: Buffer): void {
    this.#record('received', octets);
    if (this.#isFlooded) return;
    this.#received += octets.length;
    held += octets.length;
    this.#pieces.push(octets);
    if (this.#received > MAX_RECEIVED || held > MAX_HELD) this.cutOff();
    this.#wake();
  }

  /** What was received and is let go of no longer counts. */
  #release(): void {
    held -= this.#received;
    this.#received = 0;
  }

  /** Whether what has come is no response, as far as it will be looked at. */
  #isHeadless(): boolean {
    return this.#available() > MAX_HEAD && !this.waiting.subarray(0, MAX_HEAD).includes('\r\n\r\n');
  }

  #available(): number {
    return this.#pieces.reduce((sum, piece) => sum + piece.length, 0);
  }

  #take(count: number): Buffer {
    const waiting = this.waiting;
    this.#pieces = count < waiting.length ? [waiting.subarray(count)] : [];
    return waiting.subarray(0, count);
  }

  /** Keeps a copy, so that what many connections were sent is not held for the sake of its beginning. */
  #record(direction: Passage['direction'], octets: Uint8Array): void {
    const { length } = octets;
    const at = Date.now() - this.#began;
    if (this.#passages[direction]++ >= MAX_PASSAGES) return;
    const kept = Buffer.from(octets.subarray(0, MAX_KEPT - this.#kept[direction]));
    this.#kept[direction] += kept.length;
    this.transcript.push({ direction, octets: kept, length, at });
  }

  #end(ending: Ending): void {
    if (this.#ending === 'open') this.#ending = ending;
    this.#wake();
  }

  #shortfall(): string {
    if (this.#obstacle !== undefined) return `no connection: ${this.#obstacle}`;
    if (this.#isFlooded) return 'more octets than anybody could want';
    const came =
      this.#available() === 0 ? 'nothing' : JSON.stringify(this.waiting.toString('latin1', 0, 80));
    if (this.#ending === 'open') return `${came} within ${this.#timeout} ms`;
    return `${came}, then ${this.#ending === 'fin' ? 'the end' : 'a reset'}`;
  }

  /** Waits until the condition holds, the peer has gone, or the time is over. */
  async #until(condition: () => boolean, milliseconds: number = this.#timeout): Promise<void> {
    if (condition() || this.#ending !== 'open') return;
    await new Promise<void>((resolve) => {
      const timer = new FairTimer(resolve, milliseconds);
      this.#wake = () => {
        if (!condition() && this.#ending === 'open') return;
        timer.stop();
        resolve();
      };
    });
    this.#wake = () => {};
  }
}

/** What a peer has sent so far, however it was read since. */
export function heardOn({ transcript }: Wire): Buffer {
  const received = transcript.filter(({ direction }) => direction === 'received');
  return Buffer.concat(received.map(({ octets }) => octets));
}
