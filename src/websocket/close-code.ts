import { decodeText, textLength, writeText } from '../bytes/text.ts';
import { WebSocketError } from '../errors.ts';
import { MAX_CONTROL_PAYLOAD } from './frame-header.ts';

/**
 * Why a connection is closed.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 | RFC 6455 §7.4.1}
 */
export const CloseCode = {
  Normal: 1000,
  /** Never on the wire: the Close frame held no code. */
  None: 1005,
  /** Never on the wire: there was no Close frame. */
  Abnormal: 1006,
} as const;

/** The longest close reason: a Close frame's payload without its code. */
export const MAX_CLOSE_REASON: number = MAX_CONTROL_PAYLOAD - 2;

/**
 * Whether `code` may stand in a Close frame.
 *
 * 1000 to 1003 and 1007 to 1011 are RFC 6455's, 1012 to 1014 were registered since; 1004, 1005, 1006
 * and 1015 are set aside, and everything else below 3000 is kept for later documents.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-7.4.2 | RFC 6455 §7.4.2}
 */
export function isCloseCode(code: number): boolean {
  return (
    (code >= 1000 && code <= 1003) ||
    (code >= 1007 && code <= 1014) ||
    (code >= 3000 && code <= 4999)
  );
}

/**
 * Holds what an application wants to close with against what a Close frame can say.
 *
 * @throws RangeError for a code that may not stand in a Close frame, or a reason that is too long.
 * @throws TypeError for a code that is no integer, or a reason that is no string.
 */
export function assertCloseArguments({ code, reason }: Closing): void {
  if (!Number.isInteger(code)) throw new TypeError('the close code must be an integer');
  if (typeof reason !== 'string') throw new TypeError('the close reason must be a string');
  if (!isCloseCode(code)) throw new RangeError(`close code ${code} may not be sent`);
  if (textLength(reason) > MAX_CLOSE_REASON) {
    throw new RangeError(`the close reason is longer than ${MAX_CLOSE_REASON} octets`);
  }
}

/** What a Close frame says. */
export interface Closing {
  readonly code: number;
  readonly reason: string;
}

/** What stands for the Close frame while none has come. @see RFC 6455 §7.1.5 */
export const NO_CLOSING: Closing = { code: CloseCode.Abnormal, reason: '' };

/**
 * Parses the payload of a Close frame, unmasked, from `start` to `end`: nothing, or a close code and
 * a close reason.
 *
 * @throws {@link WebSocketError} `WS_CLOSE_PAYLOAD`, `WS_CLOSE_CODE` or `WS_UTF8`.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-5.5.1 | RFC 6455 §5.5.1}
 */
export function parseClosing(octets: Uint8Array, start: number, end: number): Closing {
  if (start === end) return { code: CloseCode.None, reason: '' };
  if (end - start === 1) throw new WebSocketError('WS_CLOSE_PAYLOAD');
  const code = (octets[start]! << 8) | octets[start + 1]!;
  if (!isCloseCode(code)) throw new WebSocketError('WS_CLOSE_CODE', `${code}`);
  const reason = decodeText(octets, start + 2, end);
  if (reason === undefined) throw new WebSocketError('WS_UTF8');
  return { code, reason };
}

/** Encodes the payload of a Close frame: nothing when there is no code to say. */
export function encodeClosing({ code, reason }: Closing): Uint8Array {
  if (code === CloseCode.None) return new Uint8Array(0);
  const length = textLength(reason);
  const payload = new Uint8Array(2 + length);
  payload[0] = code >>> 8;
  payload[1] = code;
  writeText(payload, reason, 2, length);
  return payload;
}
