import { copyOctets } from '../bytes/copy.ts';
import { mask } from '../bytes/mask.ts';
import { COPY_LIMIT, type Output } from '../bytes/output.ts';
import { textLength, writeText } from '../bytes/text.ts';
import { FIN, LENGTH_16, LENGTH_64, MASK, RSV1 } from './frame-header.ts';
import { Opcode } from './opcode.ts';

/**
 * Gives fresh masking keys: 32 bits from a strong source of entropy, each.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-10.3 | RFC 6455 §10.3}
 */
export type MaskingKeys = () => number;

/** How many octets the masking key takes. */
const KEY_SIZE = 4;

/** Writes `text` as a message of one frame, masked when there are `keys`. */
export function writeTextFrame(output: Output, text: string, keys: MaskingKeys | undefined): void {
  const length = textLength(text);
  if (length > COPY_LIMIT) {
    const octets = Buffer.allocUnsafeSlow(length);
    writeText(octets, text, 0, length);
    appendFrame(output, FIN | Opcode.Text, octets, keys);
    return;
  }
  const key = keys?.();
  const start = reserveFrame(output, FIN | Opcode.Text, length, length, key);
  writeText(output.octets, text, start, length);
  if (key !== undefined) mask(output.octets, start, start + length, key);
}

/** Writes `payload` as a frame of its own, masked when there are `keys`; `payload` stays as it is. */
export function writeFrame(
  output: Output,
  opcode: Opcode,
  payload: Uint8Array,
  keys: MaskingKeys | undefined,
): void {
  writeOctets(output, FIN | opcode, payload, keys);
}

/**
 * Writes `payload` as a fragment of a message, the last one or not, like {@link writeFrame}.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-5.4 | RFC 6455 §5.4}
 */
export function writeFragment(
  output: Output,
  opcode: Opcode,
  isLast: boolean,
  payload: Uint8Array,
  keys: MaskingKeys | undefined,
): void {
  writeOctets(output, isLast ? FIN | opcode : opcode, payload, keys);
}

function writeOctets(
  output: Output,
  first: number,
  payload: Uint8Array,
  keys: MaskingKeys | undefined,
): void {
  const { length } = payload;
  if (length > COPY_LIMIT) {
    // A client may not mask the caller's memory; a server sends it as it is.
    appendFrame(output, first, keys === undefined ? payload : Buffer.from(payload), keys);
    return;
  }
  const key = keys?.();
  const start = reserveFrame(output, first, length, length, key);
  copyOctets(payload, 0, length, output.octets, start);
  if (key !== undefined) mask(output.octets, start, start + length, key);
}

/**
 * Writes the first `length` octets of `payload`, which are lent, as a compressed message of one frame.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7692#section-6.1 | RFC 7692 §6.1}
 */
export function writeCompressedFrame(
  output: Output,
  opcode: Opcode,
  payload: Uint8Array,
  length: number,
  keys: MaskingKeys | undefined,
): void {
  writeLent(output, FIN | RSV1 | opcode, payload, length, keys);
}

/**
 * Writes the first `length` octets of `payload`, which are lent, as a fragment of a compressed message
 * that is not its last. Only the first one says that the message is compressed.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7692#section-6.1 | RFC 7692 §6.1}
 */
export function writeCompressedFragment(
  output: Output,
  opcode: Opcode,
  payload: Uint8Array,
  length: number,
  keys: MaskingKeys | undefined,
): void {
  const first = opcode === Opcode.Continuation ? opcode : RSV1 | opcode;
  writeLent(output, first, payload, length, keys);
}

function writeLent(
  output: Output,
  first: number,
  payload: Uint8Array,
  length: number,
  keys: MaskingKeys | undefined,
): void {
  if (length > COPY_LIMIT) {
    appendFrame(output, first, payload.slice(0, length), keys);
    return;
  }
  const key = keys?.();
  const start = reserveFrame(output, first, length, length, key);
  copyOctets(payload, 0, length, output.octets, start);
  if (key !== undefined) mask(output.octets, start, start + length, key);
}

/** Writes the header into the output and hands it `payload`, masked in place when there are `keys`. */
function appendFrame(
  output: Output,
  first: number,
  payload: Uint8Array,
  keys: MaskingKeys | undefined,
): void {
  const key = keys?.();
  reserveFrame(output, first, payload.length, 0, key);
  if (key !== undefined) mask(payload, 0, payload.length, key);
  output.append(payload);
}

/**
 * Makes room for a header, with its first octet, and `room` octets behind it, writes the header, and
 * returns where its payload begins. Lengths are written in their shortest form.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-5.2 | RFC 6455 §5.2}
 */
function reserveFrame(
  output: Output,
  first: number,
  payloadLength: number,
  room: number,
  maskingKey: number | undefined,
): number {
  const isMasked = maskingKey !== undefined;
  const size = headerSize(payloadLength) + (isMasked ? KEY_SIZE : 0);
  const start = output.reserve(size + room);
  const { octets } = output;
  octets[start] = first;
  writeLength(octets, start + 1, payloadLength, isMasked ? MASK : 0);
  if (isMasked) writeUint32(octets, start + size - KEY_SIZE, maskingKey);
  return start + size;
}

function headerSize(payloadLength: number): number {
  if (payloadLength < LENGTH_16) return 2;
  return payloadLength < 2 ** 16 ? 4 : 10;
}

function writeLength(octets: Uint8Array, start: number, length: number, maskBit: number): void {
  if (length < LENGTH_16) {
    octets[start] = maskBit | length;
  } else if (length < 2 ** 16) {
    octets[start] = maskBit | LENGTH_16;
    octets[start + 1] = length >>> 8;
    octets[start + 2] = length;
  } else {
    octets[start] = maskBit | LENGTH_64;
    writeUint32(octets, start + 1, Math.floor(length / 2 ** 32));
    writeUint32(octets, start + 5, length);
  }
}

function writeUint32(octets: Uint8Array, start: number, value: number): void {
  octets[start] = value >>> 24;
  octets[start + 1] = value >>> 16;
  octets[start + 2] = value >>> 8;
  octets[start + 3] = value;
}
