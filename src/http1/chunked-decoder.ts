import { CR, EQUALS, FIELD_CONTENT, HEX_VALUE, HTAB, LF, SEMICOLON, SP } from '../bytes/ascii.ts';
import type { ByteReader } from '../bytes/byte-reader.ts';
import { latin1 } from '../bytes/latin1.ts';
import { HttpError } from '../errors.ts';
import { type FieldLine, parseFieldLine } from './field-line.ts';
import { parseParameterisedList } from './field-values.ts';
import { FieldList, type Fields, NO_FIELDS } from './fields.ts';
import type { HeadLimits } from './limits.ts';

/** Who is told the content of a message, piece by piece. */
export interface ContentSink {
  /** Content, which stays as it is. */
  content(octets: Uint8Array): void;
  /** Whether no more is wanted for now. */
  readonly paused?: boolean;
}

/**
 * Where in the grammar the next octet falls.
 *
 * ```abnf
 * chunked-body    = *chunk last-chunk trailer-section CRLF
 * chunk           = chunk-size [ chunk-ext ] CRLF chunk-data CRLF
 * last-chunk      = 1*("0") [ chunk-ext ] CRLF
 * trailer-section = *( field-line CRLF )
 * ```
 */
type State = 'chunk-size' | 'chunk-data' | 'chunk-end' | 'trailer-section' | 'complete';

/**
 * Decodes the chunked transfer coding.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-7.1 | RFC 9112 §7.1}
 */
export class ChunkedDecoder {
  /** The trailer section, once `decode` said `end`. */
  trailers: Fields = NO_FIELDS;
  readonly #limits: HeadLimits;
  readonly #lines: FieldLine[] = [];
  #state: State = 'chunk-size';
  #remaining = 0;
  #allowance: number;
  #trailerAllowance: number;

  constructor(limits: HeadLimits) {
    this.#limits = limits;
    this.#allowance = limits.head;
    this.#trailerAllowance = limits.head;
  }

  /** Makes it ready for the body of another message. */
  reset(): void {
    this.trailers = NO_FIELDS;
    this.#lines.length = 0;
    this.#state = 'chunk-size';
    this.#allowance = this.#trailerAllowance = this.#limits.head;
  }

  /**
   * Tells `sink` the content that has come: `end` when that was all of it, else `more`, also when
   * the sink is paused.
   *
   * @throws {@link HttpError} when the octets are not a chunked body.
   */
  decode(reader: ByteReader, sink: ContentSink): 'more' | 'end' {
    for (;;) {
      const { octets, position, end } = reader;
      switch (this.#state) {
        case 'chunk-size': {
          const line = endOfLine(reader, this.#allowance + 16);
          if (line === -1) return 'more';
          this.#chunkSize(octets, position, line);
          reader.position = line + 2;
          break;
        }
        case 'chunk-data': {
          if (position === end) return 'more';
          const last = Math.min(position + this.#remaining, end);
          this.#remaining -= last - position;
          reader.position = last;
          if (this.#remaining === 0) this.#state = 'chunk-end';
          sink.content(octets.subarray(position, last));
          if (sink.paused === true) return 'more';
          break;
        }
        case 'chunk-end':
          if (position < end && octets[position] !== CR) throw new HttpError('HTTP_CHUNK_DATA');
          if (end - position < 2) return 'more';
          if (octets[position + 1] !== LF) throw new HttpError('HTTP_CHUNK_DATA');
          reader.position = position + 2;
          this.#state = 'chunk-size';
          break;
        case 'trailer-section': {
          const line = endOfLine(reader, this.#trailerAllowance);
          if (line === -1) return 'more';
          this.#trailerAllowance -= line + 2 - position;
          reader.position = line + 2;
          if (line === position) {
            this.#state = 'complete';
            this.trailers = new FieldList(this.#lines.slice());
            return 'end';
          }
          if (this.#lines.length === this.#limits.fields) throw new HttpError('HTTP_FIELDS_LIMIT');
          this.#lines.push(parseFieldLine(octets, position, line));
          break;
        }
        case 'complete':
          return 'end';
      }
    }
  }

  #chunkSize(octets: Uint8Array, start: number, end: number): void {
    let size = 0;
    let i = start;
    for (; i < end; i++) {
      const digit = HEX_VALUE[octets[i]!]!;
      if (digit === -1) break;
      size = size * 16 + digit;
    }
    if (i === start || !Number.isSafeInteger(size)) throw new HttpError('HTTP_CHUNK_SIZE');
    if (i < end) this.#chunkExt(octets, i, end);
    this.#remaining = size;
    this.#state = size === 0 ? 'trailer-section' : 'chunk-data';
  }

  #chunkExt(octets: Uint8Array, start: number, end: number): void {
    this.#allowance -= end - start;
    const first = octets[start]!;
    if (first !== SEMICOLON && first !== SP && first !== HTAB)
      throw new HttpError('HTTP_CHUNK_SIZE');
    for (let i = start; i < end; i++) {
      if (FIELD_CONTENT[octets[i]!] === 0) throw new HttpError('HTTP_CHUNK_EXT');
    }
    const last = octets[end - 1]!;
    const isParsed = parseParameterisedList(`a${latin1(octets, start, end)}`)?.length === 1;
    if (!isParsed || last === SP || last === HTAB || last === EQUALS) {
      throw new HttpError('HTTP_CHUNK_EXT');
    }
  }
}

function endOfLine(reader: ByteReader, limit: number): number {
  const { octets, position, end } = reader;
  const lf = octets.subarray(position, end).indexOf(LF) + position;
  const isThere = lf >= position;
  if ((isThere ? lf + 1 : end) - position > limit + 2) throw new HttpError('HTTP_CHUNK_LINE_LIMIT');
  if (!isThere) return -1;
  if (lf === position || octets[lf - 1] !== CR) throw new HttpError('HTTP_BARE_LF');
  return lf - 1;
}
