import type { ByteReader } from '../bytes/byte-reader.ts';
import { HttpError } from '../errors.ts';
import { ChunkedDecoder, type ContentSink } from './chunked-decoder.ts';
import { type Fields, NO_FIELDS } from './fields.ts';
import type { HeadLimits } from './limits.ts';
import type { MessageBodyLength } from './message-body-length.ts';

/**
 * Takes the content of one message after the other out of the octets received, whatever frames it.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-6 | RFC 9112 §6}
 */
export class ContentDecoder implements ContentSink {
  /** The chunked decoder stops behind each piece, so that nobody is told anything while it runs. */
  readonly paused = true;
  /** Whether all of the content has been taken. */
  ended = true;
  readonly #headLimits: HeadLimits;
  readonly #limit: number;
  #framing: MessageBodyLength = 0;
  /** How many octets are still to come; endless where the message did not say. */
  #remaining = 0;
  /** How many more octets are within the limit. */
  #allowance = 0;
  /** Made for the first message in chunks: most connections never see one. */
  #chunks: ChunkedDecoder | undefined;
  #piece: Uint8Array | undefined;

  /** @param limit - How many octets of content a message may have. */
  constructor(headLimits: HeadLimits, limit: number) {
    this.#headLimits = headLimits;
    this.#limit = limit;
  }

  /** How many octets of content are still to come; `Infinity` where the message did not say. */
  get remaining(): number {
    return this.#remaining;
  }

  /** The trailer section of content that has ended. */
  get trailers(): Fields {
    return this.#framing === 'chunked' ? this.#chunks!.trailers : NO_FIELDS;
  }

  /**
   * Begins with the content of another message.
   *
   * @throws {@link HttpError} `HTTP_BODY_LIMIT` when it is announced to be too long.
   */
  begin(framing: MessageBodyLength): void {
    this.#framing = framing;
    this.#remaining = typeof framing === 'number' ? framing : Number.POSITIVE_INFINITY;
    this.#allowance = this.#limit;
    this.ended = framing === 0;
    if (framing === 'chunked') {
      this.#chunks ??= new ChunkedDecoder(this.#headLimits);
      this.#chunks.reset();
    } else if (typeof framing === 'number' && framing > this.#limit) {
      throw new HttpError('HTTP_BODY_LIMIT');
    }
  }

  /**
   * The next piece of content; nothing when the content has ended or more octets are needed.
   *
   * @throws {@link HttpError} when the octets are not what the framing asks for, or too many.
   */
  next(reader: ByteReader): Uint8Array | undefined {
    if (this.ended) return undefined;
    if (this.#allowance < 0) throw new HttpError('HTTP_BODY_LIMIT');
    const piece = this.#framing === 'chunked' ? this.#nextOfChunks(reader) : this.#take(reader);
    return piece === undefined ? undefined : this.#allow(piece);
  }

  /** The connection has ended, and with it content that nothing else delimits. */
  end(): void {
    if (this.#framing === 'close' && this.#allowance >= 0) this.ended = true;
  }

  /** Takes a piece of a chunk. @internal */
  content(octets: Uint8Array): void {
    this.#piece = octets;
  }

  #take(reader: ByteReader): Uint8Array | undefined {
    const { octets, position, end } = reader;
    if (position === end) return undefined;
    const last = Math.min(end, position + this.#remaining);
    this.#remaining -= last - position;
    this.ended = this.#remaining === 0;
    reader.position = last;
    return octets.subarray(position, last);
  }

  #nextOfChunks(reader: ByteReader): Uint8Array | undefined {
    this.#piece = undefined;
    this.ended = this.#chunks!.decode(reader, this) === 'end';
    return this.#piece;
  }

  /**
   * The part of `piece` that is within the limit. What is beyond shows at the next call, so that it
   * makes no difference how TCP cut the content.
   */
  #allow(piece: Uint8Array): Uint8Array {
    const allowance = this.#allowance;
    if (allowance === 0) throw new HttpError('HTTP_BODY_LIMIT');
    this.#allowance -= piece.length;
    return this.#allowance < 0 ? piece.subarray(0, allowance) : piece;
  }
}
