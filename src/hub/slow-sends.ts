import { WebSocketError } from '../errors.ts';
import { type MaskingKeys, writeFragment } from '../websocket/encode-frame.ts';
import type { WebSocketEndpoint } from '../websocket/endpoint.ts';
import type { MessageCompression } from '../websocket/message-compression.ts';
import { Opcode } from '../websocket/opcode.ts';
import type { Carrier } from './carrier.ts';
import { SendQueue } from './send-queue.ts';
import type { Message } from './socket.ts';

/** One message in pieces, all of them text or all of them octets. */
export type Pieces = AsyncIterable<Message> | Iterable<Message>;

const NOTHING = new Uint8Array(0);

/**
 * Messages that take their time on one connection, and what waits behind them: a message can't begin
 * before the one in front of it has ended, but control frames can go in between.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-5.4 | RFC 6455 §5.4}
 */
export class SlowSends {
  readonly #endpoint: WebSocketEndpoint;
  readonly #carrier: Carrier;
  readonly #keys: MaskingKeys | undefined;
  readonly #queue = new SendQueue();
  #wake = () => {};

  /** @param keys - What a client masks with. */
  constructor(endpoint: WebSocketEndpoint, carrier: Carrier, keys?: MaskingKeys | undefined) {
    this.#endpoint = endpoint;
    this.#carrier = carrier;
    this.#keys = keys;
  }

  /** Whether nothing is under way, so that there is nothing to wait for. */
  get isEmpty(): boolean {
    return this.#queue.isEmpty;
  }

  /** How many octets wait here. */
  get octets(): number {
    return this.#queue.octets;
  }

  /** Has something sent, which does not throw, when all before has been sent; so many octets wait until then. */
  add(octets: number, send: () => void | Promise<void>): void {
    this.#queue.add(octets, send);
  }

  /**
   * Sends one message, a frame for each piece, the next when the peer has taken those before. When the
   * pieces fail, so does the connection, with 1011: nobody could tell what was the end.
   *
   * @returns whether all was sent; `false` when the connection was closed before.
   */
  pieces(pieces: Pieces): Promise<boolean> {
    const sent = new Promise<boolean>((resolve, reject) => {
      this.#queue.add(0, () => this.#send(pieces).then(resolve, reject));
    });
    // Who sends need not listen: the connection has been failed, which is told by its close.
    sent.catch(() => {});
    return sent;
  }

  /** The peer has caught up, or the connection is closed. */
  wake(): void {
    this.#wake();
  }

  /** Until the peer takes more, or never will. */
  async room(): Promise<void> {
    // What was written outside of a turn leaves in a microtask: only then it shows.
    await undefined;
    while (this.#isOpen && this.#carrier.behind) await this.#woken();
  }

  get #isOpen(): boolean {
    return this.#endpoint.state === 'open';
  }

  async #send(pieces: Pieces): Promise<boolean> {
    const { compression } = this.#endpoint;
    const writer = new PieceWriter(this.#carrier, this.#keys, compression);
    try {
      const iterator = iteratorOf(pieces);
      while (this.#isOpen) {
        const next = await this.#next(iterator);
        if (!this.#isOpen || next === undefined) break;
        if (next.done === true) {
          writer.end();
          return true;
        }
        writer.write(next.value);
        await this.room();
      }
      Promise.resolve(iterator.return?.()).catch(() => {});
      return false;
    } catch (error) {
      this.#endpoint.fail(new WebSocketError('WS_UNSENT'));
      throw error;
    }
  }

  /** The next piece; nothing when the connection is closed before it is there. */
  #next(iterator: AnyIterator): Promise<IteratorResult<Message> | undefined> {
    return new Promise((resolve, reject) => {
      this.#wake = () => {
        if (!this.#isOpen) resolve(undefined);
      };
      Promise.resolve(iterator.next()).then(resolve, reject);
    });
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

type AnyIterator = AsyncIterator<Message> | Iterator<Message>;

function iteratorOf(pieces: Pieces): AnyIterator {
  if (Symbol.asyncIterator in pieces) return pieces[Symbol.asyncIterator]();
  return pieces[Symbol.iterator]();
}

/** Writes the frames of one message. */
class PieceWriter {
  readonly #carrier: Carrier;
  readonly #keys: MaskingKeys | undefined;
  readonly #compression: MessageCompression | undefined;
  #kind: 'text' | 'binary' | undefined;
  #isBegun = false;
  #isCompressed = false;
  /** A surrogate whose other half begins the next piece. */
  #half = '';

  constructor(
    carrier: Carrier,
    keys: MaskingKeys | undefined,
    compression: MessageCompression | undefined,
  ) {
    this.#carrier = carrier;
    this.#keys = keys;
    this.#compression = compression;
  }

  /** @throws TypeError when it is neither text nor octets, or not what the pieces before were. */
  write(piece: Message): void {
    const kind = typeof piece === 'string' ? 'text' : 'binary';
    const isPiece = typeof piece === 'string' || piece instanceof Uint8Array;
    this.#kind ??= kind;
    if (!isPiece || kind !== this.#kind) {
      throw new TypeError('the pieces of a message are all strings, or all of them Uint8Array');
    }
    const octets = typeof piece === 'string' ? this.#encoded(piece) : piece;
    if (octets.length > 0) this.#fragment(octets);
  }

  /** Half a pair at the end is none: it becomes U+FFFD. */
  end(): void {
    const rest = this.#half === '' ? NOTHING : Buffer.from(this.#half);
    if (!this.#isCompressed) this.#frame(rest, true);
    else {
      if (rest.length > 0) this.#fragment(rest);
      this.#compression!.endPieces(this.#carrier.output, this.#keys);
    }
  }

  #encoded(piece: string): Uint8Array {
    const text = this.#half + piece;
    const last = text.charCodeAt(text.length - 1);
    const isCut = last >= 0xd800 && last < 0xdc00;
    this.#half = isCut ? text.slice(-1) : '';
    return Buffer.from(isCut ? text.slice(0, -1) : text);
  }

  /** By the first it is decided whether the message is compressed. */
  #fragment(octets: Uint8Array): void {
    if (!this.#isBegun) this.#isCompressed = this.#compression?.compresses(octets) === true;
    if (!this.#isCompressed) this.#frame(octets, false);
    else this.#compression!.writePiece(this.#carrier.output, this.#opcode(), octets, this.#keys);
  }

  #frame(octets: Uint8Array, isLast: boolean): void {
    writeFragment(this.#carrier.output, this.#opcode(), isLast, octets, this.#keys);
  }

  /** That of the next frame. */
  #opcode(): Opcode {
    const first = this.#kind === 'binary' ? Opcode.Binary : Opcode.Text;
    const opcode = this.#isBegun ? Opcode.Continuation : first;
    this.#isBegun = true;
    return opcode;
  }
}
