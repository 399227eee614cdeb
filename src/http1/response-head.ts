import { CR, DIGIT, FIELD_CONTENT, HTAB, LF, SP } from '../bytes/ascii.ts';
import type { ByteReader } from '../bytes/byte-reader.ts';
import { latin1 } from '../bytes/latin1.ts';
import { HttpError } from '../errors.ts';
import { type FieldLine, parseFieldLine } from './field-line.ts';
import { FieldList, type Fields } from './fields.ts';
import type { HeadLimits } from './limits.ts';
import {
  type MessageBodyLength,
  parseContentLength,
  requireChunked,
} from './message-body-length.ts';
import { isPersistent, parseConnectionOptions } from './persistence.ts';

/** `HTTP/1.x NNN `: every octet of a status line but the reason phrase. */
const STATUS_LINE = /^HTTP\/1\.([0-9]) ([0-9]{3}) /;
const STATUS_LINE_LENGTH = 13;

/** A response as it came off the wire, up to its content. */
export class ResponseHead {
  readonly minorVersion: 0 | 1;
  readonly status: number;
  /** The reason phrase. It means nothing. @see RFC 9112 §4 */
  readonly reason: string;
  readonly fields: Fields;

  constructor(minorVersion: 0 | 1, status: number, reason: string, fields: Fields) {
    this.minorVersion = minorVersion;
    this.status = status;
    this.reason = reason;
    this.fields = fields;
  }

  /**
   * Whether the connection outlives this response, as far as the server is concerned.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-9.3 | RFC 9112 §9.3}
   */
  get persistent(): boolean {
    const options = parseConnectionOptions(this.fields.get('connection') ?? '');
    return options !== undefined && isPersistent(this.minorVersion, options);
  }

  /**
   * How the length of the body of this response to a `requestMethod` is known.
   *
   * @throws {@link HttpError} when it is not known for certain.
   * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-6.3 | RFC 9112 §6.3}
   */
  framing(requestMethod: string): MessageBodyLength {
    if (requestMethod === 'HEAD' || this.status < 200) return 0;
    if (this.status === 204 || this.status === 304) return 0;
    if (requestMethod === 'CONNECT' && this.status < 300) return 0;

    const codings = this.fields.get('transfer-encoding');
    const lengths = this.fields.all('content-length');
    if (codings !== undefined) {
      if (lengths.length > 0) throw new HttpError('HTTP_LENGTH_CONFLICT');
      if (this.minorVersion === 0) throw new HttpError('HTTP_TRANSFER_ENCODING_VERSION');
      requireChunked(codings);
      return 'chunked';
    }
    if (lengths.length > 1) throw new HttpError('HTTP_CONTENT_LENGTH');
    return lengths[0] === undefined ? 'close' : parseContentLength(lengths[0]);
  }
}

/**
 * Decodes response heads, one after the other.
 *
 * ```abnf
 * head        = status-line CRLF *( field-line CRLF ) CRLF
 * status-line = HTTP-version SP status-code SP [ reason-phrase ]
 * ```
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-4 | RFC 9112 §4}
 */
export class ResponseHeadDecoder {
  readonly #limits: HeadLimits;
  /** How many of the waiting octets were searched for an LF. */
  #read = 0;
  /** Where the lines that have come begin, counted from the head's first octet. */
  #lines: number[] = [0];

  constructor(limits: HeadLimits) {
    this.#limits = limits;
  }

  /**
   * The next head, or `undefined` until all of it is there: then nothing is consumed.
   *
   * @throws {@link HttpError} when the octets are not a response head, or more than the limits allow.
   */
  decode(reader: ByteReader): ResponseHead | undefined {
    const { octets, position } = reader;
    const bound = position + this.#limits.head;
    const end = Math.min(reader.end, bound);
    for (let i = position + this.#read; i < end; i++) {
      if (octets[i] !== LF) continue;
      if (octets[i - 1] !== CR || i === position) throw new HttpError('HTTP_BARE_LF');
      const isEmpty = i - 1 === position + this.#lines.at(-1)!;
      this.#lines.push(i + 1 - position);
      if (isEmpty) return this.#complete(reader, i + 1);
    }
    if (end === bound) throw new HttpError('HTTP_HEAD_LIMIT');
    this.#read = end - position;
    return undefined;
  }

  #complete(reader: ByteReader, index: number): ResponseHead {
    const { octets, position } = reader;
    const starts = this.#lines.map((start) => start + position);
    this.#lines = [0];
    this.#read = 0;
    reader.position = index;

    const fields: FieldLine[] = [];
    for (let i = 1; i < starts.length - 2; i++) {
      const isFolded = octets[starts[i]!] === SP || octets[starts[i]!] === HTAB;
      const end = starts[i + 1]! - 2;
      if (isFolded) unfold(fields, octets, starts[i]!, end);
      else fields.push(parseFieldLine(octets, starts[i]!, end));
    }
    if (fields.length > this.#limits.fields) throw new HttpError('HTTP_FIELDS_LIMIT');
    return parseStatusLine(octets, position, starts[1]! - 2, new FieldList(fields));
  }
}

function parseStatusLine(
  octets: Uint8Array,
  start: number,
  end: number,
  fields: Fields,
): ResponseHead {
  const text = latin1(octets, start, end);
  const [, minor, status] = STATUS_LINE.exec(text) ?? [];
  if (minor === undefined || status === undefined || DIGIT[status.charCodeAt(0)] === 0) {
    throw new HttpError('HTTP_STATUS_LINE');
  }
  for (let i = start + STATUS_LINE_LENGTH; i < end; i++) {
    if (FIELD_CONTENT[octets[i]!] === 0) throw new HttpError('HTTP_STATUS_LINE');
  }
  return new ResponseHead(
    minor === '0' ? 0 : 1,
    Number(status),
    text.slice(STATUS_LINE_LENGTH),
    fields,
  );
}

/**
 * Adds a folded line to the value of the line before it, with a space between.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-5.2 | RFC 9112 §5.2}
 */
function unfold(fields: FieldLine[], octets: Uint8Array, start: number, end: number): void {
  const last = fields.pop();
  if (last === undefined) throw new HttpError('HTTP_OBS_FOLD');
  for (let i = start; i < end; i++) {
    if (FIELD_CONTENT[octets[i]!] === 0) throw new HttpError('HTTP_FIELD_VALUE');
  }
  const more = latin1(octets, start, end).replace(/^[ \t]+|[ \t]+$/g, '');
  fields.push({ name: last.name, value: `${last.value} ${more}` });
}
