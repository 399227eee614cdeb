import { Duplex } from 'node:stream';

/** What watches a connection, and may disturb it. */
export interface Watch {
  /** The client has sent something. */
  received(octets: Buffer): void;
  /** What becomes of octets that the server sends: they go, they are held back, or break off. */
  sending(octets: Buffer): Passage;
  /** The connection is gone. */
  gone(): void;
}

/** How octets pass: all of them, none for now, or only so many before the connection is cut. */
export type Passage = 'pass' | 'hold' | { readonly cutAfter: number };

/** The address of a connection, as `net.Socket` tells it. */
interface Addressed extends Duplex {
  readonly localAddress?: string | undefined;
  readonly remoteAddress?: string | undefined;
}

/**
 * A connection that can be cut, stalled and buffered: a bad network between encke and the browser,
 * on demand.
 */
export class FaultySocket extends Duplex {
  readonly #inner: Addressed;
  readonly #watch: Watch;
  #held: Buffer[] = [];
  #isStalled = false;
  /** Whether the server has ended its side while octets were held back. */
  #isEnding = false;

  constructor(inner: Addressed, watch: (socket: FaultySocket) => Watch) {
    super({ allowHalfOpen: true });
    this.#inner = inner;
    this.#watch = watch(this);
    inner.on('data', (octets: Buffer) => {
      this.#watch.received(octets);
      if (!this.push(octets)) inner.pause();
    });
    inner.on('end', () => this.push(null));
    inner.on('error', (error) => this.destroy(error));
    inner.on('close', () => this.destroy());
  }

  get localAddress(): string | undefined {
    return this.#inner.localAddress;
  }

  get remoteAddress(): string | undefined {
    return this.#inner.remoteAddress;
  }

  /** Lets nothing in, either. What is to go out, {@link Watch.sending} decides. */
  stall(): void {
    this.#isStalled = true;
    this.#inner.pause();
  }

  /** Lets go what was held back. */
  flush(): void {
    for (const octets of this.#held.splice(0)) this.#inner.write(octets);
    if (this.#isEnding) this.#inner.end();
  }

  override _read(): void {
    if (!this.#isStalled) this.#inner.resume();
  }

  override _write(octets: Buffer, _encoding: BufferEncoding, done: Done): void {
    const passage = this.#watch.sending(octets);
    if (passage === 'pass') {
      this.#inner.write(octets, done);
    } else if (passage === 'hold') {
      this.#held.push(octets);
      done();
    } else {
      this.#inner.write(octets.subarray(0, passage.cutAfter), () => this.destroy());
      done();
    }
  }

  override _final(done: Done): void {
    this.#isEnding = this.#held.length > 0;
    if (this.#isEnding) done();
    else this.#inner.end(done);
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#held = [];
    this.#watch.gone();
    this.#inner.destroy();
    done(error);
  }
}

type Done = (error?: Error | null) => void;
