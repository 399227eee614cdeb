import {
  CR,
  DIGIT,
  FIELD_CONTENT,
  LF,
  type OctetClass,
  oneOf,
  range,
  skip,
} from '../bytes/ascii.ts';
import { latin1 } from '../bytes/latin1.ts';
import { HttpError } from '../errors.ts';

/**
 * What may stand in each place of a status line up to the reason phrase.
 *
 * ```abnf
 * status-line  = HTTP-version SP status-code SP [ reason-phrase ]
 * HTTP-version = HTTP-name "/" DIGIT "." DIGIT
 * status-code  = 3DIGIT
 * ```
 *
 * The first digit is the class of the status code, and there is no class 0.
 */
const UP_TO_REASON: readonly OctetClass[] = [
  ...Array.from('HTTP/1.', oneOf),
  DIGIT,
  oneOf(' '),
  range(0x31, 0x39),
  DIGIT,
  DIGIT,
  oneOf(' '),
];
const MINOR = 7;
const STATUS_CODE = 9;

const ZERO = 0x30;

/**
 * Decodes status lines.
 *
 * RFC 9112 lets a client be lenient about whitespace. We are not, nor about a lone LF.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-4 | RFC 9112 §4}
 */
export class StatusLineDecoder {
  /** Whether all of the line is there. */
  ended = false;
  minorVersion: 0 | 1 = 1;
  status = 0;
  reason = '';

  /** Begins with another line. */
  begin(): void {
    this.ended = false;
  }

  /**
   * Looks at the octets from `start` to `end`, and returns where to go on: behind the line when it
   * has {@link ended}, or where it wants to be called again with more.
   *
   * @param position - The index of the line's first octet.
   * @throws {@link HttpError} at the first octet that proves a fault.
   */
  decode(octets: Uint8Array, position: number, start: number, end: number): number {
    const reason = position + UP_TO_REASON.length;
    let i = start;
    for (; i < reason; i++) {
      if (i === end) return i;
      if (UP_TO_REASON[i - position]![octets[i]!] === 0) throw faultAt(octets[i]!);
    }
    i = skip(FIELD_CONTENT, octets, i, end);
    if (i === end) return i;
    if (octets[i] !== CR) throw faultAt(octets[i]!);
    if (i + 1 === end) return i;
    if (octets[i + 1] !== LF) throw new HttpError('HTTP_BARE_CR');
    this.#take(octets, position, i);
    return i + 2;
  }

  #take(octets: Uint8Array, position: number, end: number): void {
    const digit = (place: number): number => octets[position + place]! - ZERO;
    this.minorVersion = digit(MINOR) === 0 ? 0 : 1;
    this.status = 100 * digit(STATUS_CODE) + 10 * digit(STATUS_CODE + 1) + digit(STATUS_CODE + 2);
    this.reason = latin1(octets, position + UP_TO_REASON.length, end);
    this.ended = true;
  }
}

function faultAt(octet: number): HttpError {
  return new HttpError(octet === LF ? 'HTTP_BARE_LF' : 'HTTP_STATUS_LINE');
}
