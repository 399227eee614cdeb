import { ByteReader } from '../bytes/byte-reader.ts';
import { copyOf } from '../bytes/copy.ts';

/**
 * What both ends of a connection have in common: octets come in, and what they mean is worked off
 * one step after the other, until octets are missing or somebody needs time.
 */
export abstract class Endpoint {
  /** The octets that have come and are not understood yet. */
  protected readonly reader: ByteReader = new ByteReader();
  /** Whether the peer has ended its side. */
  protected peerEnded = false;
  /** Whether somebody asked to stop for now. */
  protected paused = false;
  #running = false;

  /** How many octets are kept that have not been looked at yet. */
  get waiting(): number {
    return this.reader.available;
  }

  /**
   * Takes the first `length` of `octets` from the peer, which are lent for the time of this call.
   * What a peer does wrong is not thrown.
   *
   * @throws Error when it is called from within a call of the listener.
   */
  receive(octets: Uint8Array, length: number = octets.length): void {
    if (this.#running) throw new Error('receive was called by the listener');
    if (this.isClosed()) return;
    this.reader.feed(octets, length);
    this.run();
  }

  /** Stops between this call of the listener and the next, and keeps what comes. */
  pause(): void {
    this.paused = true;
  }

  /** Goes on where {@link pause} stopped. */
  resume(): void {
    this.paused = false;
    this.run();
  }

  /**
   * Goes on until that is not possible any more. Inside a call of the listener it does nothing:
   * the loop that made the call goes on by itself.
   */
  protected run(): void {
    if (this.#running) return;
    this.#running = true;
    try {
      while (!this.paused && this.advance());
    } finally {
      this.#running = false;
      this.reader.settle();
    }
  }

  /** Takes out a copy of the octets that wait, whatever they are. */
  protected takeRest(): Uint8Array {
    const { octets, position, end } = this.reader;
    const rest = copyOf(octets, position, end);
    this.dropRest();
    return rest;
  }

  /** Lets go of the octets that wait. */
  protected dropRest(): void {
    this.reader.position = this.reader.end;
    this.reader.settle();
  }

  /** Goes on by one call of the listener at most; false when that is not possible now. */
  protected abstract advance(): boolean;

  /** Whether nothing is taken from the peer any more. */
  protected abstract isClosed(): boolean;
}
