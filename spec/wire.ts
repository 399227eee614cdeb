/**
 * A TCP connection to a peer under test, as octets and nothing else, with a transcript of both
 * directions. Reading never throws and never waits longer than the timeout: what did not come is
 * missing from what is returned, and {@link Wire.ending} says how things stand.
 *
 * @module
 */

import { connect, type Socket } from 'node:net';
import { noResponse, type Response, readResponse } from './models/response.ts';

/** Octets that went one way at one time. */
export interface Passage {
  readonly direction: 'sent' | 'received';
  readonly octets: Buffer;
  /** Milliseconds since the connection was asked for. */
  readonly at: number;
}

/** Whether the peer still can send: it can, it sent a FIN, or the connection was reset. */
export type Ending = 'open' | 'fin' | 'reset';

/** What may be sent: octets, or a string of which each character is one octet. */
export type Octets = string | Uint8Array;

/** A raw connection to a peer under test. */
export class Wire {
  readonly transcript: Passage[] = [];
  readonly #socket: Socket;
  readonly #timeout: number;
  readonly #began = Date.now();
  #pieces: Buffer[] = [];
  #ending: Ending = 'open';
  #wake: () => void = () => {};

  private constructor(socket: Socket, timeout: number) {
    this.#socket = socket;
    this.#timeout = timeout;
    socket.setNoDelay(true);
    socket.on('data', (octets: Buffer) => {
      this.#record('received', octets);
      this.#pieces.push(octets);
      this.#wake();
    });
    socket.on('end', () => this.#end('fin'));
    socket.on('error', () => this.#end('reset'));
    socket.on('close', () => this.#end('reset'));
  }

  /** Connects. A connection that is refused or not answered in time is `reset` from the start. */
  static async connect(host: string, port: number, timeout: number): Promise<Wire> {
    const wire = new Wire(connect({ host, port, allowHalfOpen: true }), timeout);
    await wire.#until(() => !wire.#socket.connecting, timeout, 'connect');
    if (wire.#socket.connecting) wire.reset();
    return wire;
  }

  /** A connection that a client under test has made. */
  static over(socket: Socket, timeout: number): Wire {
    return new Wire(socket, timeout);
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
      this.#record('sent', Buffer.from(octets));
      this.#socket.write(octets);
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
    await this.#until(() => this.waiting.includes(delimiter, 0, 'latin1'));
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
      return response !== undefined;
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

  /** Whether the peer closes its side, with nothing more to read before it does. */
  async endsHere(): Promise<boolean> {
    await this.#until(() => this.#available() > 0);
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
    this.#socket.resetAndDestroy();
  }

  /** Stops reading, so that the peer's window fills, until {@link resume}. */
  pause(): void {
    this.#socket.pause();
  }

  /** Reads on. */
  resume(): void {
    this.#socket.resume();
  }

  /** Lets go of the connection. */
  close(): void {
    this.#socket.destroy();
  }

  #available(): number {
    return this.#pieces.reduce((sum, piece) => sum + piece.length, 0);
  }

  #take(count: number): Buffer {
    const waiting = this.waiting;
    this.#pieces = count < waiting.length ? [waiting.subarray(count)] : [];
    return waiting.subarray(0, count);
  }

  #record(direction: Passage['direction'], octets: Buffer): void {
    this.transcript.push({ direction, octets, at: Date.now() - this.#began });
  }

  #end(ending: Ending): void {
    if (this.#ending === 'open') this.#ending = ending;
    this.#wake();
  }

  #shortfall(): string {
    const came =
      this.#available() === 0 ? 'nothing' : JSON.stringify(this.waiting.toString('latin1', 0, 80));
    if (this.#ending === 'open') return `${came} within ${this.#timeout} ms`;
    return `${came}, then ${this.#ending === 'fin' ? 'the end' : 'a reset'}`;
  }

  /** Waits until the condition holds, the peer has gone, or the time is over. */
  async #until(
    condition: () => boolean,
    milliseconds: number = this.#timeout,
    event?: 'connect',
  ): Promise<void> {
    if (condition() || this.#ending !== 'open') return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        if (!condition() && this.#ending === 'open') return;
        clearTimeout(timer);
        resolve();
      };
      if (event !== undefined) this.#socket.once(event, () => this.#wake());
    });
    this.#wake = () => {};
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
