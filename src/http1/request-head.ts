import type { ByteReader } from '../bytes/byte-reader.ts';
import { RepeatedText } from '../bytes/repeated-text.ts';
import { FieldSectionDecoder } from './field-section.ts';
import type { Fields } from './fields.ts';
import { KnownFields } from './known-fields.ts';
import type { HeadLimits } from './limits.ts';
import type { MessageBodyLength } from './message-body-length.ts';
import { RequestLineDecoder } from './request-line.ts';

/** What a request says before its content, whoever has parsed it. */
export interface RequestHead {
  readonly method: string;
  /** As it stands in the request line. */
  readonly target: string;
  /** The digit behind `HTTP/1.`, where all above 1 count as 1. @see RFC 9110 §2.5 */
  readonly minorVersion: 0 | 1;
  readonly fields: Fields;
  /** 2 when the request came by HTTP/2, which has no Upgrade; then {@link minorVersion} is 1. */
  readonly majorVersion?: 2 | undefined;
  /**
   * The protocol that a CONNECT of HTTP/2 asks for.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc8441#section-4 | RFC 8441 §4}
   */
  readonly protocol?: string | undefined;
}

/** A request head as it came off the wire, and what the fields say that encke itself acts on. */
export class DecodedRequestHead implements RequestHead {
  readonly method: string;
  readonly target: string;
  readonly minorVersion: 0 | 1;
  readonly fields: Fields;
  /** The value of Host. */
  readonly host: string | undefined;
  /** How long the message body is. @see RFC 9112 §6.3 */
  readonly framing: MessageBodyLength;
  /** Whether the connection may outlive this exchange, if it is for the client. @see RFC 9112 §9.3 */
  readonly persistent: boolean;
  /** Whether the client waits for 100 (Continue) before it sends content. @see RFC 9110 §10.1.1 */
  readonly expectsContinue: boolean;
  /** Whether the client asks for another protocol. @see RFC 9110 §7.8 */
  readonly upgrade: boolean;

  /** @internal Only {@link RequestHeadDecoder} makes one. */
  constructor(target: string, line: RequestLineDecoder, fields: Fields, known: Known) {
    this.method = line.method;
    this.target = target;
    this.minorVersion = line.minorVersion;
    this.fields = fields;
    this.host = known.host;
    this.framing = known.framing;
    this.persistent = known.persistent;
    this.expectsContinue = known.expectsContinue;
    this.upgrade = known.upgrade;
  }
}

/** What the fields of a head say that encke itself acts on. */
type Known = Pick<
  DecodedRequestHead,
  'host' | 'framing' | 'persistent' | 'expectsContinue' | 'upgrade'
>;

/**
 * Decodes the request heads of a connection, one after the other.
 *
 * ```abnf
 * head = request-line CRLF *( field-line CRLF ) CRLF
 * ```
 *
 * Nothing is made of it but offsets and one string of all fields, which is as fast as llhttp in C
 * (bench/request-head.bench.ts).
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-2.1 | RFC 9112 §2.1}
 */
export class RequestHeadDecoder {
  readonly #maxOctets: number;
  readonly #line: RequestLineDecoder;
  readonly #known = new KnownFields();
  readonly #target = new RepeatedText();
  readonly #section: FieldSectionDecoder;
  /** How many of the waiting octets were looked at. */
  #read = 0;
  /** The head before, whose fields mostly come again. */
  #last: DecodedRequestHead | undefined;
  /** Whether they do. */
  #isRepeated = false;

  constructor({ head, fields, target }: HeadLimits) {
    this.#maxOctets = head;
    this.#line = new RequestLineDecoder(target);
    this.#section = new FieldSectionDecoder(fields, { known: this.#known });
  }

  /**
   * Takes the next head from the reader; nothing as long as it is not all there.
   *
   * @throws HttpError at the first octet that proves that this is no request to be served.
   */
  decode(reader: ByteReader): DecodedRequestHead | undefined {
    if (reader.available === 0) return undefined;
    const { octets, position } = reader;
    const bound = position + this.#maxOctets;
    const end = Math.min(reader.end, bound);
    const i = this.#goOn(octets, position, end);
    if (this.#line.ended && this.#section.ended) {
      reader.position = i;
      return this.#complete(octets, position);
    }
    if (end === bound) {
      throw this.#line.ended ? this.#section.limitFault(octets, position) : this.#line.limitFault();
    }
    this.#read = i - position;
    return undefined;
  }

  #goOn(octets: Uint8Array, position: number, end: number): number {
    const line = this.#line;
    let i = position + this.#read;
    if (!line.ended) {
      i = line.decode(octets, position, i, end);
      if (!line.ended) return i;
      const start = i;
      // What fields say depends on the version too.
      if (this.#last?.minorVersion === line.minorVersion) i = this.#section.repeat(octets, i, end);
      this.#isRepeated = i > start;
      if (this.#isRepeated) return i;
      this.#known.begin(line.minorVersion);
      this.#section.begin(i - position);
    }
    return this.#section.decode(octets, position, i, end);
  }

  #complete(octets: Uint8Array, position: number): DecodedRequestHead {
    const { targetStart, targetEnd } = this.#line;
    const target = this.#target.read(octets, position + targetStart, position + targetEnd);
    const head = this.#isRepeated
      ? this.#repeated(target, this.#last!)
      : new DecodedRequestHead(
          target,
          this.#line,
          this.#section.take(octets, position),
          this.#known,
        );
    this.#last = head;
    this.#line.begin();
    this.#read = 0;
    return head;
  }

  /** The head before, with another request line if need be. */
  #repeated(target: string, last: DecodedRequestHead): DecodedRequestHead {
    const isWhole = target === last.target && this.#line.method === last.method;
    return isWhole ? last : new DecodedRequestHead(target, this.#line, last.fields, last);
  }
}
