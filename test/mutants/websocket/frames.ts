/**
 * Frames as the scripted server reads and writes them: with every bit, so that it can get any of them
 * wrong.
 *
 * @module
 */

import { FAULTS, type FaultName } from '../../../spec/models/frame-decoder.ts';
import { OPCODE_NAMES } from '../../../spec/models/frame-reader.ts';

/** A frame's header. */
export interface Header {
  readonly fin: boolean;
  /** RSV1, RSV2 and RSV3 as a number from 0 to 7. */
  readonly reserved: number;
  readonly opcode: number;
  readonly lengthBits: 7 | 16 | 64;
  readonly length: number;
  /** Absent where the payload is not masked. */
  readonly maskingKey: Uint8Array | undefined;
  /** How many octets the header takes. */
  readonly size: number;
  /** Whether all of it has come. Until then its length tells nothing. */
  readonly isWhole: boolean;
}

/** A frame to be sent: what is left out is as it has to be. */
export interface OutgoingFrame {
  readonly fin: boolean;
  readonly reserved: number;
  readonly opcode: number;
  readonly payload: Uint8Array;
  readonly isMasked?: boolean;
  readonly lengthBits?: 7 | 16 | 64;
}

/** What a header is judged by besides itself. */
export interface Situation {
  /** Whether a message has begun and its last fragment has not come. */
  readonly isBegun: boolean;
  /** How many octets the message may still have. */
  readonly room: number;
  readonly isDeflating: boolean;
}

/** Reads the header at the beginning of `octets`, as soon as its first two octets are there. */
export function readHeader(octets: Buffer): Header | undefined {
  if (octets.length < 2) return undefined;
  const [first, second] = [octets[0]!, octets[1]!];
  const lengthBits = ({ 126: 16, 127: 64 } as const)[second % 128] ?? 7;
  const lengthOctets = lengthBits === 7 ? 0 : lengthBits / 8;
  const isMasked = second >= 128;
  const size = 2 + lengthOctets + (isMasked ? 4 : 0);
  const length = octets.subarray(2, 2 + lengthOctets);
  return {
    fin: first >= 128,
    reserved: (first >> 4) % 8,
    opcode: first % 16,
    lengthBits,
    length: lengthBits === 7 ? second % 128 : length.reduce((sum, octet) => sum * 256 + octet, 0),
    maskingKey: isMasked ? octets.subarray(size - 4, size) : undefined,
    size,
    isWhole: octets.length >= size,
  };
}

/** The rules for the header of a frame that a client sends. @see RFC 6455 §5.2 to §5.5 */
const RULES: readonly (readonly [
  fault: FaultName,
  breaks: (header: Header, situation: Situation) => boolean,
])[] = [
  [
    'reserved bit',
    ({ reserved, opcode }, { isDeflating }) =>
      reserved !== 0 && !(isDeflating && reserved === 4 && [1, 2].includes(opcode)),
  ],
  ['reserved opcode', ({ opcode }) => OPCODE_NAMES[opcode] === undefined],
  ['fragment of a control frame', ({ opcode, fin }) => opcode >= 8 && !fin],
  ['continuation of nothing', ({ opcode }, { isBegun }) => opcode === 0 && !isBegun],
  ['message within a message', ({ opcode }, { isBegun }) => [1, 2].includes(opcode) && isBegun],
  ['not masked by a client', ({ maskingKey }) => maskingKey === undefined],
  ['control frame too long', ({ opcode, lengthBits }) => opcode >= 8 && lengthBits > 7],
  [
    'length not in its shortest form',
    ({ lengthBits, length, isWhole }) =>
      isWhole && (lengthBits !== fewestBits(length) || length >= 2 ** 63),
  ],
  [
    'message too long',
    ({ opcode, length, isWhole }, { room }) => isWhole && opcode < 8 && length > room,
  ],
];

/** The rules that a header breaks. */
export function faultsOf(header: Header, situation: Situation): FaultName[] {
  return RULES.filter(([, breaks]) => breaks(header, situation)).map(([fault]) => fault);
}

/** The close code that a fault calls for. */
export function codeFor(fault: FaultName): number {
  return FAULTS[fault];
}

/** The octets of a frame, however wrong it is. */
export function encodeFrame(frame: OutgoingFrame): Buffer {
  const { fin, reserved, opcode, payload, isMasked = false } = frame;
  const { lengthBits = fewestBits(payload.length) } = frame;
  const lengthOctets = lengthBits === 7 ? 0 : lengthBits / 8;
  const header = Buffer.alloc(2 + lengthOctets + (isMasked ? 4 : 0));
  header[0] = (fin ? 0x80 : 0) + (reserved << 4) + opcode;
  header[1] = (isMasked ? 0x80 : 0) + ({ 7: payload.length, 16: 126, 64: 127 }[lengthBits] & 0x7f);
  if (lengthBits === 16) header.writeUInt16BE(payload.length, 2);
  if (lengthBits === 64) header.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([header, payload]);
}

/** The payload of a Close frame. */
export function closePayload(code: number, reason = ''): Buffer {
  return Buffer.concat([Buffer.of(code >> 8, code & 0xff), Buffer.from(reason)]);
}

function fewestBits(length: number): 7 | 16 | 64 {
  if (length <= 125) return 7;
  return length <= 65_535 ? 16 : 64;
}
