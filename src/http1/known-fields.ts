import {
  DIGIT,
  FIELD_CONTENT,
  type OctetClass,
  skip,
  trim,
  union,
  WHITESPACE,
} from '../bytes/ascii.ts';
import { latin1 } from '../bytes/latin1.ts';
import { RepeatedText } from '../bytes/repeated-text.ts';
import { HttpError, type HttpFaultCode } from '../errors.ts';
import { isNamed } from './field-line.ts';
import { parseTokenList } from './field-values.ts';
import { HOST_OCTET, isHost, isPlainHost } from './host.ts';
import {
  type MessageBodyLength,
  parseContentLength,
  requireChunked,
} from './message-body-length.ts';
import {
  ConnectionOption,
  isPersistent,
  parseConnectionOptions,
  singleConnectionOption,
} from './persistence.ts';

/** A field of a request that encke itself acts on. */
export interface KnownField {
  readonly name:
    | 'host'
    | 'connection'
    | 'content-length'
    | 'transfer-encoding'
    | 'expect'
    | 'upgrade';
  /** What its value is made of, with the whitespace around it. */
  readonly octets: OctetClass;
  /** What is wrong with a value that holds anything else that a field value may. */
  readonly fault: HttpFaultCode;
}

const KNOWN_FIELDS: readonly KnownField[] = [
  { name: 'host', octets: union(HOST_OCTET, WHITESPACE), fault: 'HTTP_HOST' },
  { name: 'connection', octets: FIELD_CONTENT, fault: 'HTTP_FIELD_VALUE' },
  { name: 'content-length', octets: union(DIGIT, WHITESPACE), fault: 'HTTP_CONTENT_LENGTH' },
  { name: 'transfer-encoding', octets: FIELD_CONTENT, fault: 'HTTP_FIELD_VALUE' },
  { name: 'expect', octets: FIELD_CONTENT, fault: 'HTTP_FIELD_VALUE' },
  { name: 'upgrade', octets: FIELD_CONTENT, fault: 'HTTP_FIELD_VALUE' },
];

/** The known fields by the length of their names. No two are equally long: one comparison tells. */
const BY_LENGTH: readonly (KnownField | undefined)[] = Array.from({ length: 18 }, (_, length) =>
  KNOWN_FIELDS.find(({ name }) => name.length === length),
);

/** The known field whose name stands from `start` to `end`. */
export function knownField(octets: Uint8Array, start: number, end: number): KnownField | undefined {
  const length = end - start;
  const field = length < BY_LENGTH.length ? BY_LENGTH[length] : undefined;
  return field !== undefined && isNamed(octets, start, field.name) ? field : undefined;
}

/**
 * What the known fields of a request say, gathered line by line and judged as soon as they can be.
 */
export class KnownFields {
  /** The value of Host. */
  host: string | undefined;
  readonly #hostText = new RepeatedText();
  /** The last value of Host that was judged right. */
  #judgedHost: string | undefined;
  #minorVersion: 0 | 1 = 1;
  #hosts = 0;
  #contentLength = -1;
  #transferEncoding: string | undefined;
  #connectionOptions = 0;
  #expectsContinue = false;
  #hasUpgrade = false;

  /** Forgets the request before and begins another. */
  begin(minorVersion: 0 | 1): void {
    this.#minorVersion = minorVersion;
    this.host = undefined;
    this.#hosts = 0;
    this.#contentLength = -1;
    this.#transferEncoding = undefined;
    this.#connectionOptions = 0;
    this.#expectsContinue = false;
    this.#hasUpgrade = false;
  }

  /** Judges that a line of this field has come, before its value has. */
  beginLine({ name }: KnownField): void {
    switch (name) {
      case 'host':
        if (++this.#hosts > 1) throw new HttpError('HTTP_HOST');
        break;
      case 'content-length':
        if (this.#contentLength !== -1) throw new HttpError('HTTP_CONTENT_LENGTH');
        if (this.#transferEncoding !== undefined) throw new HttpError('HTTP_LENGTH_CONFLICT');
        break;
      case 'transfer-encoding':
        if (this.#minorVersion === 0) throw new HttpError('HTTP_TRANSFER_ENCODING_VERSION');
        if (this.#contentLength !== -1) throw new HttpError('HTTP_LENGTH_CONFLICT');
        break;
      case 'upgrade':
        this.#hasUpgrade = true;
        break;
    }
  }

  /** Judges the value of the line, which stands from `start` to `end` with whitespace around it. */
  endLine({ name }: KnownField, octets: Uint8Array, start: number, end: number): void {
    const first = skip(WHITESPACE, octets, start, end);
    const last = trim(WHITESPACE, octets, first, end);
    switch (name) {
      case 'host':
        this.host = this.#hostText.read(octets, first, last);
        if (this.host !== this.#judgedHost) this.#judgeHost(octets, first, last, this.host);
        break;
      case 'connection':
        this.#connectionOptions |=
          singleConnectionOption(octets, first, last) ||
          connectionOptions(latin1(octets, first, last));
        break;
      case 'content-length':
        this.#contentLength = parseContentLength(latin1(octets, first, last));
        break;
      case 'transfer-encoding':
        this.#addTransferCodings(latin1(octets, first, last));
        break;
      case 'expect':
        if (this.#minorVersion === 1) this.#addExpectations(latin1(octets, first, last));
        break;
    }
  }

  /** Judges what could not be judged before all lines had come. @see RFC 9112 §3.2, §6.3 */
  end(): void {
    if (this.#minorVersion === 1 && this.#hosts === 0) throw new HttpError('HTTP_HOST');
    if (this.#transferEncoding !== undefined) requireChunked(this.#transferEncoding);
  }

  /** @see RFC 9112 §6.3 */
  get framing(): MessageBodyLength {
    if (this.#transferEncoding !== undefined) return 'chunked';
    return this.#contentLength === -1 ? 0 : this.#contentLength;
  }

  /** @see RFC 9112 §9.3 */
  get persistent(): boolean {
    return isPersistent(this.#minorVersion, this.#connectionOptions);
  }

  /** @see RFC 9110 §10.1.1 */
  get expectsContinue(): boolean {
    return this.#expectsContinue;
  }

  /** Only HTTP/1.1 can be upgraded, and only when Connection says so too. @see RFC 9110 §7.8 */
  get upgrade(): boolean {
    const isListed = (this.#connectionOptions & ConnectionOption.Upgrade) !== 0;
    return this.#hasUpgrade && isListed && this.#minorVersion === 1;
  }

  #judgeHost(octets: Uint8Array, first: number, last: number, host: string): void {
    if (!isPlainHost(octets, first, last) && !isHost(host)) throw new HttpError('HTTP_HOST');
    this.#judgedHost = host;
  }

  /** Its lines are one list. @see RFC 9110 §5.3 */
  #addTransferCodings(value: string): void {
    const before = this.#transferEncoding;
    this.#transferEncoding = before === undefined ? value : `${before}, ${value}`;
  }

  /** Only one expectation is known, and those of HTTP/1.0 are ignored. @see RFC 9110 §10.1.1 */
  #addExpectations(value: string): void {
    for (const expectation of parseTokenList(value) ?? [value]) {
      if (expectation.toLowerCase() !== '100-continue') throw new HttpError('HTTP_EXPECTATION');
      this.#expectsContinue = true;
    }
  }
}

function connectionOptions(value: string): number {
  const options = parseConnectionOptions(value);
  if (options === undefined) throw new HttpError('HTTP_FIELD_VALUE', 'Connection');
  return options;
}
