import { COLON, CR, DIGIT, FIELD_CONTENT, LF, oneOf, SP, TCHAR, VCHAR } from '../bytes/ascii.ts';
import type { ByteReader } from '../bytes/byte-reader.ts';
import { latin1 } from '../bytes/latin1.ts';
import { HttpError } from '../errors.ts';
import { fieldNameFault, fieldValueFault, skipWhitespace, trimWhitespace } from './field-line.ts';
import { parseTokenList } from './field-values.ts';
import type { Fields } from './fields.ts';
import { HeadFields } from './head-fields.ts';
import { isHost } from './host.ts';
import type { HeadLimits } from './limits.ts';
import {
  type MessageBodyLength,
  parseContentLength,
  requireChunked,
} from './message-body-length.ts';
import { ConnectionOption, isPersistent, parseConnectionOptions } from './persistence.ts';

/** What a request says before its content, whoever has parsed it. */
export interface RequestHead {
  readonly method: string;
  /** As it stood in the request line. */
  readonly target: string;
  /** The digit behind `HTTP/1.`; a higher one counts as 1. @see RFC 9110 §2.5 */
  readonly minorVersion: 0 | 1;
  readonly fields: Fields;
}

/** The methods that are known: those of RFC 9110 §9.3, and PATCH of RFC 5789. */
const METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
]);

/** A method with more octets than this is not looked at further. @see RFC 9112 §3 */
const MAX_METHOD = 32;

const HTTP_1 = 'HTTP/1.';

/** What a request target is made of. Whitespace and controls never; the rest is for its form. */
const TARGET_OCTET = VCHAR.map((member, octet) => (oneOf('"<>#')[octet] === 1 ? 0 : member));

type State = 'start' | 'method' | 'target' | 'version' | 'name' | 'value' | 'lf' | 'end';

/** A request head as it came off the wire, and what its framing fields say. */
export class DecodedRequestHead implements RequestHead {
  readonly method: string;
  readonly minorVersion: 0 | 1;
  readonly fields: Fields;
  readonly target: string;
  /** @see RFC 9112 §6.3 */
  readonly framing: MessageBodyLength;
  /** Whether the connection outlives this exchange, as far as the client is concerned. @see RFC 9112 §9.3 */
  readonly persistent: boolean;
  /** Whether the client waits for 100 (Continue) before it sends content. @see RFC 9110 §10.1.1 */
  readonly expectsContinue: boolean;
  /** Whether the client asks for another protocol. @see RFC 9110 §7.8 */
  readonly upgrade: boolean;

  constructor(facts: RequestHead & Omit<DecodedRequestHead, keyof RequestHead>) {
    this.method = facts.method;
    this.minorVersion = facts.minorVersion;
    this.fields = facts.fields;
    this.target = facts.target;
    this.framing = facts.framing;
    this.persistent = facts.persistent;
    this.expectsContinue = facts.expectsContinue;
    this.upgrade = facts.upgrade;
  }
}

/**
 * Decodes request heads, one after the other.
 *
 * ```abnf
 * head         = request-line CRLF *( field-line CRLF ) CRLF
 * request-line = method SP request-target SP HTTP-version
 * ```
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-2.1 | RFC 9112 §2.1}
 */
export class RequestHeadDecoder {
  readonly #limits: HeadLimits;
  #state: State = 'start';
  #lfThen: State = 'start';
  #read = 0;
  #start = 0;
  #method = '';
  #targetStart = 0;
  #targetEnd = 0;
  #minorVersion: 0 | 1 = 1;
  #lines: number[] = [];
  #hosts = 0;
  #contentLength = -1;
  #transferEncoding: string | undefined;
  #options = 0;
  #expectsContinue = false;
  #upgrade = false;

  constructor(limits: HeadLimits) {
    this.#limits = limits;
  }

  /**
   * The next head, or `undefined` until all of it is there: then nothing is consumed.
   *
   * @throws {@link HttpError} at the first octet that proves that this is no request to be served.
   */
  decode(reader: ByteReader): DecodedRequestHead | undefined {
    const { octets, position } = reader;
    const bound = position + this.#limits.head;
    const end = Math.min(reader.end, bound);
    const index = this.#advance(octets, position, end);
    if (this.#state === 'end') return this.#complete(reader, index);
    if (end === bound) throw this.#limitFault();
    this.#read = end - position;
    return undefined;
  }

  #limitFault(): HttpError {
    return new HttpError(this.#state === 'target' ? 'HTTP_TARGET_LIMIT' : 'HTTP_HEAD_LIMIT');
  }

  #advance(octets: Uint8Array, position: number, end: number): number {
    let i = position + this.#read;
    while (i < end && this.#state !== 'end') {
      switch (this.#state) {
        case 'start':
          i = this.#startOfHead(octets, i, position);
          break;
        case 'method':
          i = this.#decodeMethod(octets, i, end, position);
          break;
        case 'target':
          i = this.#decodeTarget(octets, i, end, position);
          break;
        case 'version':
          i = this.#decodeVersion(octets, i, position);
          break;
        case 'name':
          i = this.#decodeName(octets, i, end, position);
          break;
        case 'value':
          i = this.#decodeValue(octets, i, end);
          break;
        case 'lf':
          i = this.#decodeLf(octets, i, position);
          break;
      }
    }
    return i;
  }

  #startOfHead(octets: Uint8Array, i: number, position: number): number {
    if (octets[i] === CR) return this.#expectLf(i, 'start');
    this.#start = i - position;
    this.#state = 'method';
    return i;
  }

  #expectLf(i: number, then: State): number {
    this.#state = 'lf';
    this.#lfThen = then;
    return i + 1;
  }

  #decodeMethod(octets: Uint8Array, start: number, end: number, position: number): number {
    let i = start;
    while (i < end && TCHAR[octets[i]!] === 1) i++;
    const from = position + this.#start;
    if (i - from > MAX_METHOD) throw new HttpError('HTTP_METHOD_UNSUPPORTED');
    if (i === end) return i;
    if (octets[i] !== SP || i === from) throw faultOf(octets[i]!, 'HTTP_METHOD');
    this.#method = latin1(octets, from, i);
    if (!METHODS.has(this.#method)) throw new HttpError('HTTP_METHOD_UNSUPPORTED', this.#method);
    this.#targetStart = i + 1 - position;
    this.#state = 'target';
    return i + 1;
  }

  #decodeTarget(octets: Uint8Array, start: number, end: number, position: number): number {
    let i = start;
    while (i < end && TARGET_OCTET[octets[i]!] === 1) i++;
    const length = i - position - this.#targetStart;
    if (length > this.#limits.target) throw new HttpError('HTTP_TARGET_LIMIT');
    if (i === end) return i;
    if (octets[i] === CR) throw new HttpError('HTTP_VERSION', 'HTTP/0.9');
    if (octets[i] !== SP || length === 0) throw faultOf(octets[i]!, 'HTTP_TARGET');
    this.#targetEnd = i - position;
    this.#state = 'version';
    return i + 1;
  }

  #decodeVersion(octets: Uint8Array, i: number, position: number): number {
    const octet = octets[i]!;
    const place = i - position - this.#targetEnd - 1;
    if (place < HTTP_1.length) {
      if (octet === HTTP_1.charCodeAt(place)) return i + 1;
      const isMajor = place === 5 && DIGIT[octet] === 1;
      throw isMajor ? new HttpError('HTTP_VERSION_UNSUPPORTED') : faultOf(octet, 'HTTP_VERSION');
    }
    if (place === HTTP_1.length) {
      if (DIGIT[octet] === 0) throw faultOf(octet, 'HTTP_VERSION');
      this.#minorVersion = octet === 0x30 ? 0 : 1;
      return i + 1;
    }
    if (octet !== CR) throw faultOf(octet, 'HTTP_VERSION');
    return this.#expectLf(i, 'name');
  }

  #decodeName(octets: Uint8Array, start: number, end: number, position: number): number {
    const lines = this.#lines;
    const from = position + lines[lines.length - 1]!;
    let i = start;
    while (i < end && TCHAR[octets[i]!] === 1) i++;
    if (i > from && (lines.length - 1) / 2 === this.#limits.fields) {
      throw new HttpError('HTTP_FIELDS_LIMIT');
    }
    if (i === end) return i;
    const octet = octets[i]!;
    if (i === from && octet === CR) return this.#expectLf(i, 'end');
    if (octet !== COLON || i === from) throw fieldNameFault(octet, i === from);
    lines.push(i - position);
    this.#state = 'value';
    return i + 1;
  }

  #decodeValue(octets: Uint8Array, start: number, end: number): number {
    let i = start;
    while (i < end && FIELD_CONTENT[octets[i]!] === 1) i++;
    if (i === end) return i;
    if (octets[i] !== CR) throw fieldValueFault(octets[i]!);
    return this.#expectLf(i, 'name');
  }

  #decodeLf(octets: Uint8Array, i: number, position: number): number {
    if (octets[i] !== LF) throw new HttpError('HTTP_BARE_CR');
    this.#state = this.#lfThen;
    if (this.#state === 'name') {
      if (this.#lines.length > 0) this.#judgeLine(octets, position, i - 1);
      this.#lines.push(i + 1 - position);
    }
    return i + 1;
  }

  #judgeLine(octets: Uint8Array, position: number, end: number): void {
    const colon = position + this.#lines.at(-1)!;
    const name = latin1(octets, position + this.#lines.at(-2)!, colon).toLowerCase();
    const first = skipWhitespace(octets, colon + 1, end);
    this.#judgeField(name, latin1(octets, first, trimWhitespace(octets, first, end)));
  }

  #judgeField(name: string, value: string): void {
    switch (name) {
      case 'host':
        if (++this.#hosts > 1 || !isHost(value)) throw new HttpError('HTTP_HOST');
        break;
      case 'content-length':
        if (this.#contentLength !== -1) throw new HttpError('HTTP_CONTENT_LENGTH');
        this.#contentLength = parseContentLength(value);
        if (this.#transferEncoding !== undefined) throw new HttpError('HTTP_LENGTH_CONFLICT');
        break;
      case 'transfer-encoding':
        if (this.#contentLength !== -1) throw new HttpError('HTTP_LENGTH_CONFLICT');
        if (this.#minorVersion === 0) throw new HttpError('HTTP_TRANSFER_ENCODING_VERSION');
        this.#transferEncoding =
          this.#transferEncoding === undefined ? value : `${this.#transferEncoding}, ${value}`;
        break;
      case 'connection': {
        const options = parseConnectionOptions(value);
        if (options === undefined) throw new HttpError('HTTP_FIELD_VALUE', 'Connection');
        this.#options |= options;
        break;
      }
      case 'expect':
        if (this.#minorVersion === 1) this.#judgeExpect(value);
        break;
      case 'upgrade':
        this.#upgrade = true;
        break;
    }
  }

  #judgeExpect(value: string): void {
    const expectations = parseTokenList(value) ?? [value];
    for (const expectation of expectations) {
      if (expectation.toLowerCase() !== '100-continue') throw new HttpError('HTTP_EXPECTATION');
      this.#expectsContinue = true;
    }
  }

  #complete(reader: ByteReader, index: number): DecodedRequestHead {
    const { octets, position } = reader;
    if (this.#minorVersion === 1 && this.#hosts === 0) throw new HttpError('HTTP_HOST');
    if (this.#transferEncoding !== undefined) requireChunked(this.#transferEncoding);
    const head = new DecodedRequestHead({
      method: this.#method,
      target: latin1(octets, position + this.#targetStart, position + this.#targetEnd),
      minorVersion: this.#minorVersion,
      fields: new HeadFields(octets, position, this.#lines),
      framing: this.#transferEncoding === undefined ? Math.max(0, this.#contentLength) : 'chunked',
      persistent: isPersistent(this.#minorVersion, this.#options),
      expectsContinue: this.#expectsContinue,
      upgrade:
        this.#upgrade &&
        this.#minorVersion === 1 &&
        (this.#options & ConnectionOption.Upgrade) !== 0,
    });
    reader.position = index;
    this.#reset();
    return head;
  }

  #reset(): void {
    this.#state = 'start';
    this.#read = 0;
    this.#lines = [];
    this.#hosts = 0;
    this.#contentLength = -1;
    this.#transferEncoding = undefined;
    this.#options = 0;
    this.#expectsContinue = false;
    this.#upgrade = false;
  }
}

function faultOf(octet: number, code: 'HTTP_METHOD' | 'HTTP_TARGET' | 'HTTP_VERSION'): HttpError {
  return new HttpError(octet === LF ? 'HTTP_BARE_LF' : code);
}
