import { CR, HEX_VALUE, LF, SEMICOLON, WHITESPACE } from '../bytes/ascii.ts';
import type { ByteReader } from '../bytes/byte-reader.ts';
import { HttpError, type HttpFaultCode } from '../errors.ts';
import { type ChunkExtPlace, mayEnd, nextPlace } from './chunk-ext.ts';
import { FieldSectionDecoder } from './field-section.ts';
import { type Fields, NO_FIELDS } from './fields.ts';
import type { HeadLimits } from './limits.ts';

/** Who is told the content of a message, piece by piece. */
export interface ContentSink {
  /** Content. The octets are valid only during the call. */
  content(octets: Uint8Array): void;
  /** Whether no more is wanted for now. Asked behind each piece. */
  readonly paused?: boolean;
}

/**
 * Where in the grammar the next octet falls.
 *
 * ```abnf
 * chunked-body    = *chunk last-chunk trailer-section CRLF
 * chunk           = chunk-size [ chunk-ext ] CRLF chunk-data CRLF
 * chunk-size      = 1*HEXDIG
 * last-chunk      = 1*("0") [ chunk-ext ] CRLF
 * trailer-section = *( field-line CRLF )
 * ```
 */
type State =
  | 'chunk-size'
  | 'chunk-ext'
  | 'LF before chunk-data'
  | 'chunk-data'
  | 'CR behind chunk-data'
  | 'LF behind chunk-data'
  | 'trailer-section'
  | 'end';

/**
 * Decodes the chunked transfer coding.
 *
 * Content is told as soon as it comes, in views of the memory it came in. Framing is looked at octet
 * by octet, and a fault is thrown at the first that proves it: where a chunk ends is where somebody
 * else could see a request begin.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-7.1 | RFC 9112 §7.1}
 */
export class ChunkedDecoder {
  /** The trailer section, once {@link decode} has said `end`. */
  trailers: Fields = NO_FIELDS;
  readonly #limit: number;
  readonly #section: FieldSectionDecoder;
  #state: State = 'chunk-size';
  /** The chunk-size as far as it was read, then how much of the chunk-data is to come. */
  #remaining = 0;
  #hasDigit = false;
  #place: ChunkExtPlace = 'complete';
  /** How many more octets of chunk lines this message may have that say nothing. */
  #allowance: number;
  /** How many of the waiting octets were looked at, of a trailer section that is not all there. */
  #read = 0;

  /**
   * @param limits - `head` bounds the trailer section, and what the chunk lines of one message hold
   * besides sizes: extensions and zeros. `fields` bounds the lines of the trailer section.
   */
  constructor({ head, fields }: HeadLimits) {
    this.#limit = head;
    this.#allowance = head;
    this.#section = new FieldSectionDecoder(fields);
  }

  /** Begins with the body of another message, behind one that has ended. */
  reset(): void {
    this.trailers = NO_FIELDS;
    this.#allowance = this.#limit;
    this.#state = 'chunk-size';
  }

  /**
   * Tells `sink` the content that has come: `end` when that was all of it, else `more`, also when
   * the sink is paused.
   *
   * @throws {@link HttpError} at the first octet that proves that this is no chunked body.
   */
  decode(reader: ByteReader, sink: ContentSink): 'more' | 'end' {
    while (this.#state !== 'end') {
      const { octets, position, end } = reader;
      if (position === end) return 'more';
      switch (this.#state) {
        case 'chunk-size':
          reader.position = this.#decodeSize(octets, position, end);
          break;
        case 'chunk-ext':
          reader.position = this.#decodeExt(octets, position, end);
          break;
        case 'LF before chunk-data':
          if (octets[position] !== LF) throw new HttpError('HTTP_BARE_CR');
          reader.position++;
          this.#beginData();
          break;
        case 'chunk-data': {
          const last = Math.min(end, position + this.#remaining);
          this.#remaining -= last - position;
          if (this.#remaining === 0) this.#state = 'CR behind chunk-data';
          reader.position = last;
          sink.content(octets.subarray(position, last));
          if (sink.paused === true) return 'more';
          break;
        }
        case 'CR behind chunk-data':
          if (octets[position] !== CR) throw new HttpError('HTTP_CHUNK_DATA');
          reader.position++;
          this.#state = 'LF behind chunk-data';
          break;
        case 'LF behind chunk-data':
          if (octets[position] !== LF) throw new HttpError('HTTP_CHUNK_DATA');
          reader.position++;
          this.#state = 'chunk-size';
          break;
        case 'trailer-section':
          if (!this.#decodeTrailers(reader)) return 'more';
          break;
      }
    }
    return 'end';
  }

  /** A size larger than can be counted is refused: cut short, it would be another size. */
  #decodeSize(octets: Uint8Array, start: number, end: number): number {
    for (let i = start; i < end; i++) {
      const digit = HEX_VALUE[octets[i]!]!;
      if (digit === -1) return this.#endSize(octets[i]!, i);
      const isPadding = this.#hasDigit && this.#remaining === 0;
      if (isPadding) this.#spend();
      this.#remaining = this.#remaining * 16 + digit;
      if (!Number.isSafeInteger(this.#remaining)) throw new HttpError('HTTP_CHUNK_SIZE');
      this.#hasDigit = true;
    }
    return end;
  }

  /** The octet at `i` is no digit: an extension begins, or the line ends. */
  #endSize(octet: number, i: number): number {
    const isExt = octet === SEMICOLON || WHITESPACE[octet] === 1;
    const isEnd = this.#hasDigit && (isExt || octet === CR);
    if (!isEnd) throw faultAt(octet, 'HTTP_CHUNK_SIZE');
    this.#hasDigit = false;
    this.#state = isExt ? 'chunk-ext' : 'LF before chunk-data';
    return isExt ? i : i + 1;
  }

  #decodeExt(octets: Uint8Array, start: number, end: number): number {
    for (let i = start; i < end; i++) {
      const octet = octets[i]!;
      if (octet === CR && mayEnd(this.#place)) {
        this.#place = 'complete';
        this.#state = 'LF before chunk-data';
        return i + 1;
      }
      this.#spend();
      const place = nextPlace(this.#place, octet);
      if (place === undefined) throw faultAt(octet, 'HTTP_CHUNK_EXT');
      this.#place = place;
    }
    return end;
  }

  /** Without a bound, a peer could send octets for ever that are content for nobody. */
  #spend(): void {
    if (this.#allowance-- === 0) throw new HttpError('HTTP_CHUNK_LINE_LIMIT');
  }

  /** The chunk line has ended; that of the last chunk when its size is 0. */
  #beginData(): void {
    if (this.#remaining > 0) {
      this.#state = 'chunk-data';
    } else {
      this.#state = 'trailer-section';
      this.#section.begin(0);
    }
  }

  /** Whether all of the trailer section is there, with its empty line. Until then it waits. */
  #decodeTrailers(reader: ByteReader): boolean {
    const { octets, position } = reader;
    const bound = position + this.#limit;
    const end = Math.min(reader.end, bound);
    const i = this.#section.decode(octets, position, position + this.#read, end);
    if (!this.#section.ended) {
      if (end === bound) throw new HttpError('HTTP_TRAILER_LIMIT');
      this.#read = i - position;
      return false;
    }
    const trailers = this.#section.take(octets, position);
    this.trailers = trailers.size === 0 ? NO_FIELDS : trailers;
    reader.position = i;
    this.#read = 0;
    this.#state = 'end';
    return true;
  }
}

function faultAt(octet: number, code: HttpFaultCode): HttpError {
  return new HttpError(octet === LF ? 'HTTP_BARE_LF' : code);
}
