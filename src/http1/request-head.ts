import { COLON, CR, DIGIT, LF, type OctetClass, oneOf, SP, skip, TCHAR } from '../bytes/ascii.ts';
import type { ByteReader } from '../bytes/byte-reader.ts';
import { HttpError, type HttpFaultCode } from '../errors.ts';
import { fieldNameFault, fieldValueFault, skipFieldContent } from './field-line.ts';
import type { Fields } from './fields.ts';
import { HeadFields } from './head-fields.ts';
import { type KnownField, KnownFields, knownField } from './known-fields.ts';
import type { HeadLimits } from './limits.ts';
import type { MessageBodyLength } from './message-body-length.ts';
import { knownMethod, MAX_METHOD } from './method.ts';
import { TARGET_OCTET } from './request-target.ts';

/** What a request says before its content, whoever has parsed it. */
export interface RequestHead {
  readonly method: string;
  /** As it stands in the request line. */
  readonly target: string;
  /** The digit behind `HTTP/1.`, where all above 1 count as 1. @see RFC 9110 §2.5 */
  readonly minorVersion: 0 | 1;
  readonly fields: Fields;
}

/** A request head as it came off the wire, and what the fields say that encke itself acts on. */
export class DecodedRequestHead implements RequestHead {
  readonly method: string;
  readonly minorVersion: 0 | 1;
  /** How long the message body is. @see RFC 9112 §6.3 */
  readonly framing: MessageBodyLength;
  /** Whether the connection may outlive this exchange, if it is for the client. @see RFC 9112 §9.3 */
  readonly persistent: boolean;
  /** Whether the client waits for 100 (Continue) before it sends content. @see RFC 9110 §10.1.1 */
  readonly expectsContinue: boolean;
  /** Whether the client asks for another protocol. @see RFC 9110 §7.8 */
  readonly upgrade: boolean;
  readonly #headFields: HeadFields;
  readonly #targetStart: number;
  readonly #targetEnd: number;

  /** @internal Only {@link RequestHeadDecoder} makes one. */
  constructor(
    method: string,
    targetStart: number,
    targetEnd: number,
    minorVersion: 0 | 1,
    fields: HeadFields,
    known: KnownFields,
  ) {
    this.method = method;
    this.#targetStart = targetStart;
    this.#targetEnd = targetEnd;
    this.minorVersion = minorVersion;
    this.#headFields = fields;
    this.framing = known.framing;
    this.persistent = known.persistent;
    this.expectsContinue = known.expectsContinue;
    this.upgrade = known.upgrade;
  }

  get target(): string {
    return this.#headFields.text(this.#targetStart, this.#targetEnd);
  }

  get fields(): Fields {
    return this.#headFields;
  }
}

/** The part of a head in which the next octet falls. */
type Part = 'empty lines' | 'method' | 'request-target' | 'HTTP-version' | 'field lines' | 'end';

/**
 * What may stand in each place from the HTTP-version to the end of the request line.
 *
 * ```abnf
 * HTTP-version = HTTP-name "/" DIGIT "." DIGIT
 * HTTP-name    = %x48.54.54.50 ; HTTP
 * ```
 *
 * @see RFC 9112 §2.3
 */
const HTTP_VERSION_CRLF: readonly OctetClass[] = [
  ...Array.from('HTTP/1.', oneOf),
  DIGIT,
  ...Array.from('\r\n', oneOf),
];
const ZERO = 0x30;
const MAJOR = 'HTTP/'.length;
const MINOR = 'HTTP/1.'.length;

/**
 * Decodes the request heads of a connection, one after the other.
 *
 * ```abnf
 * head         = *CRLF request-line CRLF *( field-line CRLF ) CRLF
 * request-line = method SP request-target SP HTTP-version
 * field-line   = field-name ":" OWS field-value OWS
 * ```
 *
 * RFC 9112 lets a recipient be lenient about whitespace, about a lone LF, and about folded lines. We
 * are not: who reads a head in another way than somebody before us reads another request.
 *
 * Every octet is looked at once, however the head is cut, and nothing is made of it but offsets.
 * That is as fast as llhttp in C (bench/request-head.bench.ts).
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-2.1 | RFC 9112 §2.1}
 */
export class RequestHeadDecoder {
  readonly #limits: HeadLimits;
  readonly #known = new KnownFields();
  #part: Part = 'empty lines';
  /** How many octets of the head were looked at. Like all offsets here, from its first octet. */
  #read = 0;
  #methodStart = 0;
  #targetStart = 0;
  #versionStart = 0;
  #method = '';
  #minorVersion: 0 | 1 = 1;
  /** Where a field line begins, where its colon is, where the next begins, and so on. */
  readonly #marks: number[] = [];
  #markCount = 0;
  /** The known field whose value the next octet belongs to. */
  #field: KnownField | undefined;

  constructor(limits: HeadLimits) {
    this.#limits = limits;
  }

  /**
   * Takes the next head from the reader; nothing as long as it is not all there.
   *
   * @throws {@link HttpError} at the first octet that proves that this is no request to be served.
   */
  decode(reader: ByteReader): DecodedRequestHead | undefined {
    const { octets, position } = reader;
    const bound = position + this.#limits.head;
    const end = Math.min(reader.end, bound);
    const i = this.#decodeParts(octets, position, end);
    if (this.#part === 'end') {
      reader.position = i;
      return this.#complete(octets, position);
    }
    if (end === bound) throw this.#limitFault();
    this.#read = i - position;
    return undefined;
  }

  /** Goes on to `end`, or to the end of the head. Each part moves on to the next when it is done. */
  #decodeParts(octets: Uint8Array, position: number, end: number): number {
    let i = position + this.#read;
    if (this.#part === 'empty lines') i = this.#skipEmptyLines(octets, position, i, end);
    if (this.#part === 'method') i = this.#decodeMethod(octets, position, i, end);
    if (this.#part === 'request-target') i = this.#decodeTarget(octets, position, i, end);
    if (this.#part === 'HTTP-version') i = this.#decodeVersion(octets, position, i, end);
    if (this.#part === 'field lines') i = this.#decodeFieldLines(octets, position, i, end);
    return i;
  }

  /** Some clients send a CRLF too many behind a request. @see RFC 9112 §2.2 */
  #skipEmptyLines(octets: Uint8Array, position: number, start: number, end: number): number {
    let i = start;
    while (i < end && octets[i] === CR) {
      if (!isCrlf(octets, i, end)) return i;
      i += 2;
    }
    if (i === end) return i;
    this.#methodStart = i - position;
    this.#part = 'method';
    return i;
  }

  /** `method SP` @see RFC 9112 §3.1 */
  #decodeMethod(octets: Uint8Array, position: number, start: number, end: number): number {
    const first = position + this.#methodStart;
    const i = skip(TCHAR, octets, start, end);
    if (i - first > MAX_METHOD) throw new HttpError('HTTP_METHOD_UNSUPPORTED');
    if (i === end) return i;
    if (octets[i] !== SP || i === first) throw requestLineFault(octets[i]!, 'HTTP_METHOD');
    this.#method = knownMethod(octets, first, i);
    this.#targetStart = i + 1 - position;
    this.#part = 'request-target';
    return i + 1;
  }

  /** `request-target SP` @see RFC 9112 §3.2 */
  #decodeTarget(octets: Uint8Array, position: number, start: number, end: number): number {
    const first = position + this.#targetStart;
    const i = skip(TARGET_OCTET, octets, start, end);
    if (i - first > this.#limits.target) throw new HttpError('HTTP_TARGET_LIMIT');
    if (i === end) return i;
    if (octets[i] !== SP || i === first) throw targetFault(octets[i]!);
    this.#versionStart = i + 1 - position;
    this.#part = 'HTTP-version';
    return i + 1;
  }

  /** `HTTP-version CRLF` @see RFC 9112 §2.3 */
  #decodeVersion(octets: Uint8Array, position: number, start: number, end: number): number {
    const first = position + this.#versionStart;
    const behind = first + HTTP_VERSION_CRLF.length;
    for (let i = start; i < behind; i++) {
      if (i === end) return i;
      if (HTTP_VERSION_CRLF[i - first]![octets[i]!] === 0)
        throw versionFault(octets[i]!, i - first);
    }
    this.#minorVersion = octets[first + MINOR] === ZERO ? 0 : 1;
    this.#known.begin(this.#minorVersion);
    this.#marks[0] = behind - position;
    this.#markCount = 1;
    this.#part = 'field lines';
    return behind;
  }

  /**
   * `*( field-line CRLF ) CRLF`, half a line a turn: here is where the time goes.
   *
   * @see RFC 9112 §5
   */
  #decodeFieldLines(octets: Uint8Array, position: number, start: number, end: number): number {
    const marks = this.#marks;
    let count = this.#markCount;
    let i = start;
    while (i < end) {
      const last = position + marks[count - 1]!;
      const isInName = count % 2 === 1;
      if (isInName) {
        i = skip(TCHAR, octets, i, end);
        if (i > last && count > 2 * this.#limits.fields) throw new HttpError('HTTP_FIELDS_LIMIT');
        if (i === end) break;
        if (octets[i] !== COLON || i === last) {
          this.#markCount = count;
          return this.#decodeEmptyLine(octets, last, i, end);
        }
        this.#field = knownField(octets, last, i);
        if (this.#field !== undefined) this.#known.beginLine(this.#field);
        marks[count++] = i - position;
        i++;
      } else {
        const field = this.#field;
        i =
          field === undefined
            ? skipFieldContent(octets, i, end)
            : skip(field.octets, octets, i, end);
        if (i === end) break;
        if (octets[i] !== CR) throw fieldValueFault(octets[i]!, field?.fault);
        if (!isCrlf(octets, i, end)) break;
        if (field !== undefined) this.#known.endLine(field, octets, last + 1, i);
        i += 2;
        marks[count++] = i - position;
      }
    }
    this.#markCount = count;
    return i;
  }

  /** The `CRLF` behind the field lines, or else what is wrong at `i` with the line from `first`. */
  #decodeEmptyLine(octets: Uint8Array, first: number, i: number, end: number): number {
    if (octets[i] !== CR || i !== first) throw fieldNameFault(octets[i]!, i === first);
    if (!isCrlf(octets, i, end)) return i;
    this.#known.end();
    this.#part = 'end';
    return i + 2;
  }

  #complete(octets: Uint8Array, position: number): DecodedRequestHead {
    this.#part = 'empty lines';
    this.#read = 0;
    return new DecodedRequestHead(
      this.#method,
      this.#targetStart,
      this.#versionStart - 1,
      this.#minorVersion,
      new HeadFields(octets, position, this.#marks.slice(0, this.#markCount)),
      this.#known,
    );
  }

  /** The answer is what the line was: 414 for a target, else 431. */
  #limitFault(): HttpError {
    return new HttpError(this.#part === 'request-target' ? 'HTTP_TARGET_LIMIT' : 'HTTP_HEAD_LIMIT');
  }
}

/** Whether the CR at `i` has its LF. Not yet, as long as nothing comes behind it. */
function isCrlf(octets: Uint8Array, i: number, end: number): boolean {
  if (i + 1 === end) return false;
  if (octets[i + 1] !== LF) throw new HttpError('HTTP_BARE_CR');
  return true;
}

function requestLineFault(octet: number, code: HttpFaultCode): HttpError {
  return new HttpError(octet === LF ? 'HTTP_BARE_LF' : code);
}

/** A line that ends behind its target is a request of HTTP/0.9. @see RFC 9112 §2.3 */
function targetFault(octet: number): HttpError {
  return requestLineFault(octet, octet === CR ? 'HTTP_VERSION' : 'HTTP_TARGET');
}

function versionFault(octet: number, place: number): HttpError {
  if (place === MAJOR && DIGIT[octet] === 1) return new HttpError('HTTP_VERSION_UNSUPPORTED');
  const isLf = place === HTTP_VERSION_CRLF.length - 1;
  return isLf ? new HttpError('HTTP_BARE_CR') : requestLineFault(octet, 'HTTP_VERSION');
}
