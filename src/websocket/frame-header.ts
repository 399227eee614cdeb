import { WebSocketError } from '../errors.ts';
import { isControl, isOpcode, Opcode } from './opcode.ts';

/** Which end of the connection an endpoint is. Only clients mask. @see RFC 6455 §5.1 */
export type Role = 'client' | 'server';

/** The longest payload of a Close, Ping or Pong frame. @see RFC 6455 §5.5 */
export const MAX_CONTROL_PAYLOAD = 125;

// The bits of the first two octets.
export const FIN = 0x80;
const RSV = 0x70;
export const RSV1 = 0x40;
const OPCODE = 0x0f;
export const MASK = 0x80;
const LENGTH = 0x7f;

/** What the seven bits of a length say when 16 or 64 bits follow. */
export const LENGTH_16 = 126;
export const LENGTH_64 = 127;

/**
 * A frame without its payload.
 *
 * ```text
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-------+-+-------------+-------------------------------+
 * |F|R|R|R| opcode|M| Payload len |    Extended payload length    |
 * |I|S|S|S|  (4)  |A|     (7)     |             (16/64)           |
 * |N|V|V|V|       |S|             |   (if payload len==126/127)   |
 * | |1|2|3|       |K|             |                               |
 * +-+-+-+-+-------+-+-------------+ - - - - - - - - - - - - - - - +
 * |     Extended payload length continued, if payload len == 127  |
 * + - - - - - - - - - - - - - - - +-------------------------------+
 * |                               |Masking-key, if MASK set to 1  |
 * +-------------------------------+-------------------------------+
 * | Masking-key (continued)       |          Payload Data         |
 * +-------------------------------- - - - - - - - - - - - - - - - +
 * ```
 *
 * One of these is filled again for each frame, so that a frame costs no object.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-5.2 | RFC 6455 §5.2}
 */
export class FrameHeader {
  /** Whether this is the message's last fragment. */
  fin = false;
  opcode: Opcode = Opcode.Continuation;
  payloadLength = 0;
  /** RSV1 to RSV3, each where it stood in the first octet. */
  reserved = 0;
  /** What the payload is masked with: four octets, as one number; 0, which changes nothing, when it is not. */
  maskingKey = 0;

  /**
   * Decodes the header that starts at `start`, and returns how many octets it takes: 2 to 14, or 0
   * when it is not all there by `end`.
   *
   * Each octet is judged as soon as it comes, whether or not the rest has: a frame that may not
   * come is refused before any of its payload is read.
   *
   * @param receiver - The end that receives, which decides whether frames must be masked.
   * @param fragmented - Whether a message has begun and its last fragment has not come.
   * @param room - How many octets of payload the message may still take.
   * @param extended - The reserved bits that the first frame of a message may have set.
   * @throws {@link WebSocketError} when the header breaks the protocol.
   */
  decode(
    octets: Uint8Array,
    start: number,
    end: number,
    receiver: Role,
    fragmented: boolean,
    room: number,
    extended = 0,
  ): number {
    if (end - start < 1) return 0;
    this.#takeFirst(octets[start]!, fragmented, extended);
    if (end - start < 2) return 0;
    const second = octets[start + 1]!;
    judgeSecond(second, this.opcode, receiver);

    const lengthSize = extensionSize(second & LENGTH);
    const keyStart = start + 2 + lengthSize;
    if (end < keyStart) {
      judgeLengthSoFar(octets, start + 2, end, lengthSize, room);
      return 0;
    }
    this.payloadLength =
      lengthSize === 0 ? second & LENGTH : decodeLength(octets, start + 2, lengthSize);
    if (!isControl(this.opcode) && this.payloadLength > room) {
      throw new WebSocketError('WS_MESSAGE_LIMIT');
    }

    if (second < MASK) {
      this.maskingKey = 0;
      return keyStart - start;
    }
    if (end < keyStart + 4) return 0;
    this.maskingKey = readUint32(octets, keyStart);
    return keyStart + 4 - start;
  }

  /** FIN, RSV1 to RSV3 and the opcode. */
  #takeFirst(first: number, fragmented: boolean, extended: number): void {
    const opcode = first & OPCODE;
    this.reserved = first & RSV;
    if (this.reserved !== 0) judgeReserved(this.reserved, opcode, extended);
    if (!isOpcode(opcode)) throw new WebSocketError('WS_OPCODE', `0x${opcode.toString(16)}`);
    this.fin = (first & FIN) !== 0;
    this.opcode = opcode;
    if (isControl(opcode)) {
      if (!this.fin) throw new WebSocketError('WS_CONTROL_FRAGMENTED');
    } else if (opcode === Opcode.Continuation) {
      if (!fragmented) throw new WebSocketError('WS_CONTINUATION');
    } else if (fragmented) {
      throw new WebSocketError('WS_INTERLEAVED');
    }
  }
}

/** Only the first frame of a message may have reserved bits set. @see RFC 7692 §6.1 */
function judgeReserved(reserved: number, opcode: number, extended: number): void {
  const isFirst = opcode === Opcode.Text || opcode === Opcode.Binary;
  if (!isFirst || (reserved & ~extended) !== 0) throw new WebSocketError('WS_RSV');
}

/** MASK, and whether the length that begins here may be a control frame's. */
function judgeSecond(second: number, opcode: Opcode, receiver: Role): void {
  const masked = second >= MASK;
  if (masked && receiver === 'client') throw new WebSocketError('WS_MASKED');
  if (!masked && receiver === 'server') throw new WebSocketError('WS_UNMASKED');
  if (isControl(opcode) && (second & LENGTH) > MAX_CONTROL_PAYLOAD) {
    throw new WebSocketError('WS_CONTROL_TOO_LONG');
  }
}

/** How many octets of extended payload length follow. */
function extensionSize(shortLength: number): number {
  if (shortLength < LENGTH_16) return 0;
  return shortLength === LENGTH_16 ? 2 : 8;
}

/** Decodes an extended payload length, an unsigned integer in network byte order. */
function decodeLength(octets: Uint8Array, start: number, size: number): number {
  const length =
    size === 2
      ? readUint16(octets, start)
      : readUint32(octets, start) * 2 ** 32 + readUint32(octets, start + 4);
  judgeLength(octets[start]!, length, size);
  return length;
}

/**
 * Judges the octets of an extended payload length that have come: it lies between what it is when
 * all others are zeros and what it is when they are all ones.
 */
function judgeLengthSoFar(
  octets: Uint8Array,
  start: number,
  end: number,
  size: number,
  room: number,
): void {
  let least = 0;
  let most = 0;
  for (let i = start; i < start + size; i++) {
    least = least * 256 + (i < end ? octets[i]! : 0x00);
    most = most * 256 + (i < end ? octets[i]! : 0xff);
  }
  judgeLength(start < end ? octets[start]! : 0x00, most, size);
  if (least > room) throw new WebSocketError('WS_MESSAGE_LIMIT');
}

/**
 * Judges a length by its first octet and by the most that it can be: it must need the octets it is
 * written in, and the highest of its 64 bits must be 0. That bit is looked at by itself, since the
 * lengths just below 2^63 are numbers that can't be told from 2^63.
 */
function judgeLength(first: number, most: number, size: number): void {
  const shortest = size === 2 ? LENGTH_16 : 2 ** 16;
  const isTooLarge = size === 8 && first >= 0x80;
  if (most < shortest || isTooLarge) throw new WebSocketError('WS_LENGTH_ENCODING');
}

function readUint16(octets: Uint8Array, start: number): number {
  return (octets[start]! << 8) | octets[start + 1]!;
}

function readUint32(octets: Uint8Array, start: number): number {
  return readUint16(octets, start) * 2 ** 16 + readUint16(octets, start + 2);
}
