import type { ByteReader } from '../bytes/byte-reader.ts';
import { HttpError } from '../errors.ts';
import { FieldSectionDecoder } from './field-section.ts';
import type { Fields } from './fields.ts';
import type { HeadLimits } from './limits.ts';
import {
  type MessageBodyLength,
  parseContentLength,
  requireChunked,
} from './message-body-length.ts';
import { isPersistent, parseConnectionOptions } from './persistence.ts';
import { StatusLineDecoder } from './status-line.ts';

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
 * Decodes the response heads of a connection, one after the other.
 *
 * ```abnf
 * head = status-line CRLF *( field-line CRLF ) CRLF
 * ```
 *
 * Folded field lines are unfolded, as a client has to (RFC 9112 §5.2).
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-2.1 | RFC 9112 §2.1}
 */
export class ResponseHeadDecoder {
  readonly #maxOctets: number;
  readonly #line = new StatusLineDecoder();
  readonly #section: FieldSectionDecoder;
  /** How many of the waiting octets were looked at. */
  #read = 0;

  constructor({ head, fields }: HeadLimits) {
    this.#maxOctets = head;
    this.#section = new FieldSectionDecoder(fields, { unfolds: true });
  }

  /**
   * Takes the next head from the reader; nothing as long as it is not all there.
   *
   * @throws {@link HttpError} at the first octet that proves that this is no response head.
   */
  decode(reader: ByteReader): ResponseHead | undefined {
    if (reader.available === 0) return undefined;
    const { octets, position } = reader;
    const bound = position + this.#maxOctets;
    const end = Math.min(reader.end, bound);
    const i = this.#goOn(octets, position, end);
    if (this.#line.ended && this.#section.ended) {
      reader.position = i;
      return this.#complete(octets, position);
    }
    if (end === bound) throw new HttpError('HTTP_HEAD_LIMIT');
    this.#read = i - position;
    return undefined;
  }

  #goOn(octets: Uint8Array, position: number, end: number): number {
    let i = position + this.#read;
    if (!this.#line.ended) {
      i = this.#line.decode(octets, position, i, end);
      if (!this.#line.ended) return i;
      this.#section.begin(i - position);
    }
    return this.#section.decode(octets, position, i, end);
  }

  #complete(octets: Uint8Array, position: number): ResponseHead {
    const { minorVersion, status, reason } = this.#line;
    const fields = this.#section.take(octets, position);
    const head = new ResponseHead(minorVersion, status, reason, fields);
    this.#line.begin();
    this.#read = 0;
    return head;
  }
}
