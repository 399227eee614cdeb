import { ByteReader } from '../bytes/byte-reader.ts';
import { copyOf } from '../bytes/copy.ts';
import { mask } from '../bytes/mask.ts';
import { decodeText } from '../bytes/text.ts';
import { WebSocketError } from '../errors.ts';
import { type Closing, NO_CLOSING, parseClosing } from './close-code.ts';
import { FrameHeader, type Role, RSV1 } from './frame-header.ts';
import { MessageAssembly } from './message-assembly.ts';
import type { MessageCompression } from './message-compression.ts';
import { isControl, Opcode } from './opcode.ts';

/**
 * What {@link MessageDecoder.next} took: a whole message or control frame, a piece of a message that
 * is nothing to tell of yet, or, when there is `more` to come first, nothing.
 */
export type Taken = 'message' | 'ping' | 'pong' | 'close' | 'piece' | 'more';

/** The longest string that V8 can hold: no message may be longer, whatever the limit. */
const MAX_STRING = 2 ** 29 - 24;

/**
 * The header of the frame at hand, of whichever connection: nothing of it is used once a listener
 * has been called or other octets are looked at.
 */
const header = new FrameHeader();

/**
 * Decodes messages and control frames from the octets of one connection, in place.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-6.2 | RFC 6455 §6.2}
 */
export class MessageDecoder {
  /** The octets that have come; to be fed by the endpoint. */
  readonly reader: ByteReader = new ByteReader();
  /** What the Close frame said, once it has come. */
  closing: Closing = NO_CLOSING;
  readonly #role: Role;
  readonly #limit: number;
  /** How messages are compressed, if that was agreed on, and the reserved bit that says so of one. */
  readonly #compression: MessageCompression | undefined;
  readonly #extended: number;
  /** The message that has begun and is not complete. */
  #message: MessageAssembly | undefined;
  #isDiscarding = false;
  #data: string | Uint8Array = '';

  /** @param limit - How many octets of payload a message may have, compressed and inflated. */
  constructor(receiver: Role, limit: number, compression?: MessageCompression | undefined) {
    this.#role = receiver;
    this.#limit = Math.min(limit, MAX_STRING);
    this.#compression = compression;
    this.#extended = compression === undefined ? 0 : RSV1;
  }

  /** Whether a payload has begun and the rest of it has not come. */
  get isInPayload(): boolean {
    return this.#message !== undefined && this.#message.remaining > 0;
  }

  /**
   * Takes the next frame, or as much of its payload as there is.
   *
   * @throws {@link WebSocketError} at the first octet that the protocol does not allow.
   * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-10.7 | RFC 6455 §10.7}
   */
  next(): Taken {
    if (this.isInPayload) return this.#takePayload();

    const { reader } = this;
    const { octets, position, end } = reader;
    const room = this.#limit - (this.#message?.length ?? 0);
    const isFragmented = this.#message !== undefined;
    const size = header.decode(
      octets,
      position,
      end,
      this.#role,
      isFragmented,
      room,
      this.#extended,
    );
    if (size === 0) return 'more';

    const start = position + size;
    const isWhole = end - start >= header.payloadLength;
    if (isControl(header.opcode)) return isWhole ? this.#takeControl(start) : 'more';
    if (isWhole && header.fin && !isFragmented) return this.#takeMessage(start);
    reader.position = start;
    this.#beginFrame();
    return this.#takePayload();
  }

  /** The message of the last `message` taken, or the payload of the last `ping` or `pong`; once. */
  takeData(): string | Uint8Array {
    const data = this.#data;
    this.#data = '';
    return data;
  }

  /** Forgets the messages that have not been taken, and those to come. */
  discard(): void {
    this.#isDiscarding = true;
    this.#message?.discard();
  }

  /** Lets go of everything: nothing will be taken any more. */
  release(): void {
    this.#message = undefined;
    this.reader.position = this.reader.end;
    this.reader.settle();
  }

  /** A message that is all there, in one frame: it is made straight from the received octets. */
  #takeMessage(start: number): Taken {
    const { opcode, maskingKey, payloadLength } = header;
    const { reader } = this;
    const { octets } = reader;
    const end = start + payloadLength;
    reader.position = end;
    if (this.#isDiscarding) return 'piece';
    const all = mask(octets, start, end, maskingKey);
    const isText = opcode === Opcode.Text;
    if (header.reserved !== 0) this.#data = this.#inflate(octets, start, end, isText);
    else this.#data = isText ? textOf(octets, start, end, all) : copyOf(octets, start, end);
    return 'message';
  }

  #inflate(octets: Uint8Array, start: number, end: number, isText: boolean): string | Uint8Array {
    return this.#compression!.inflate(octets, start, end, isText, this.#limit);
  }

  #takeControl(start: number): Taken {
    const { opcode, maskingKey, payloadLength } = header;
    const { reader } = this;
    const { octets } = reader;
    const end = start + payloadLength;
    reader.position = end;
    mask(octets, start, end, maskingKey);
    if (opcode === Opcode.Close) {
      this.closing = parseClosing(octets, start, end);
      return 'close';
    }
    this.#data = copyOf(octets, start, end);
    return opcode === Opcode.Ping ? 'ping' : 'pong';
  }

  #beginFrame(): void {
    if (this.#message === undefined) {
      this.#message = new MessageAssembly(header.opcode === Opcode.Text, header.reserved !== 0);
      if (this.#isDiscarding) this.#message.discard();
    }
    this.#message.beginFrame(header);
  }

  /** As much of the current fragment's payload as has come. */
  #takePayload(): Taken {
    const { reader } = this;
    const message = this.#message!;
    const start = reader.position;
    const end = Math.min(reader.end, start + message.remaining);
    if (start === end && message.remaining > 0) return 'more';
    reader.position = end;
    message.append(reader.octets, start, end);
    if (!message.isComplete) return 'piece';
    this.#message = undefined;
    if (this.#isDiscarding) return 'piece';
    this.#data = message.isCompressed
      ? this.#inflate(message.octets, 0, message.length, message.isText)
      : message.take();
    return 'message';
  }
}

/** A message is UTF-8 as a whole. @see RFC 6455 §5.6 */
function textOf(octets: Uint8Array, start: number, end: number, all: number): string {
  const text = decodeText(octets, start, end, all);
  if (text === undefined) throw new WebSocketError('WS_UTF8');
  return text;
}
