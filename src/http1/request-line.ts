import { CR, DIGIT, LF, type OctetClass, oneOf, SP, skip, TCHAR } from '../bytes/ascii.ts';
import { HttpError, type HttpFaultCode } from '../errors.ts';
import { knownMethod, MAX_METHOD } from './method.ts';
import { TARGET_OCTET } from './request-target.ts';

/** The part of the line in which the next octet falls. */
type Part = 'empty lines' | 'method' | 'request-target' | 'HTTP-version' | 'end';

/**
 * What may stand in each place from the HTTP-version to the end of the line.
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
const MAJOR = 5;
const MINOR = 7;
const LAST = 9;

const ZERO = 0x30;

/**
 * Decodes request lines, and the empty lines that some clients send before them.
 *
 * ```abnf
 * request-line = method SP request-target SP HTTP-version
 * ```
 *
 * RFC 9112 lets a recipient take any whitespace for SP, and a lone LF for the end of the line. We do
 * not: who reads a line in another way than somebody before us reads another request.
 *
 * Every octet is looked at once, however the line is cut.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-3 | RFC 9112 §3}
 */
export class RequestLineDecoder {
  /** Where the target is, in octets from offset 0. */
  targetStart = 0;
  targetEnd = 0;
  method = '';
  minorVersion: 0 | 1 = 1;
  readonly #maxTarget: number;
  #part: Part = 'empty lines';
  #methodStart = 0;

  /** @param maxTarget - How many octets a request target may have. */
  constructor(maxTarget: number) {
    this.#maxTarget = maxTarget;
  }

  /** Whether all of the line is there. */
  get ended(): boolean {
    return this.#part === 'end';
  }

  /** Begins with another line. */
  begin(): void {
    this.#part = 'empty lines';
  }

  /**
   * Looks at the octets from `start` to `end`, and returns where to go on: behind the line when it
   * has {@link ended}, or where it wants to be called again with more.
   *
   * @param position - The index of offset 0.
   * @throws {@link HttpError} at the first octet that proves a fault.
   */
  decode(octets: Uint8Array, position: number, start: number, end: number): number {
    let i = start;
    if (this.#part === 'empty lines') i = this.#skipEmptyLines(octets, position, i, end);
    if (this.#part === 'method') i = this.#decodeMethod(octets, position, i, end);
    if (this.#part === 'request-target') i = this.#decodeTarget(octets, position, i, end);
    if (this.#part === 'HTTP-version') i = this.#decodeVersion(octets, position, i, end);
    return i;
  }

  /** The fault of a line that goes on beyond the limit of the head. @see RFC 9112 §3 */
  limitFault(): HttpError {
    return new HttpError(this.#part === 'request-target' ? 'HTTP_TARGET_LIMIT' : 'HTTP_HEAD_LIMIT');
  }

  /** `*CRLF` @see RFC 9112 §2.2 */
  #skipEmptyLines(octets: Uint8Array, position: number, start: number, end: number): number {
    let i = start;
    while (i < end && octets[i] === CR) {
      if (i + 1 === end) return i;
      if (octets[i + 1] !== LF) throw new HttpError('HTTP_BARE_CR');
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
    if (octets[i] !== SP || i === first) throw faultAt(octets[i]!, 'HTTP_METHOD');
    this.method = knownMethod(octets, first, i);
    this.targetStart = i + 1 - position;
    this.#part = 'request-target';
    return i + 1;
  }

  /** `request-target SP`. A line that ends behind it is one of HTTP/0.9. @see RFC 9112 §3.2 */
  #decodeTarget(octets: Uint8Array, position: number, start: number, end: number): number {
    const first = position + this.targetStart;
    const i = skip(TARGET_OCTET, octets, start, end);
    if (i - first > this.#maxTarget) throw new HttpError('HTTP_TARGET_LIMIT');
    if (i === end) return i;
    if (octets[i] === CR && i > first) throw new HttpError('HTTP_VERSION');
    if (octets[i] !== SP || i === first) throw faultAt(octets[i]!, 'HTTP_TARGET');
    this.targetEnd = i - position;
    this.#part = 'HTTP-version';
    return i + 1;
  }

  /** `HTTP-version CRLF` @see RFC 9112 §2.3 */
  #decodeVersion(octets: Uint8Array, position: number, start: number, end: number): number {
    const first = position + this.targetEnd + 1;
    const behind = first + HTTP_VERSION_CRLF.length;
    for (let i = start; i < behind; i++) {
      if (i === end) return i;
      const isInPlace = HTTP_VERSION_CRLF[i - first]![octets[i]!] === 1;
      if (!isInPlace) throw versionFault(octets[i]!, i - first);
    }
    this.minorVersion = octets[first + MINOR] === ZERO ? 0 : 1;
    this.#part = 'end';
    return behind;
  }
}

/** What is wrong when `octet` comes in this place of {@link HTTP_VERSION_CRLF}. */
function versionFault(octet: number, place: number): HttpError {
  if (place === LAST) return new HttpError('HTTP_BARE_CR');
  if (place === MAJOR && DIGIT[octet] === 1) return new HttpError('HTTP_VERSION_UNSUPPORTED');
  return faultAt(octet, 'HTTP_VERSION');
}

function faultAt(octet: number, code: HttpFaultCode): HttpError {
  return new HttpError(octet === LF ? 'HTTP_BARE_LF' : code);
}
