/**
 * A reader of WebSocket frames, one field after the other as the figure of RFC 6455 §5.2 has them, by
 * which the probes judge what a peer sent. It takes the octets of each field when it gets there, so there
 * is no buffer and no state to get wrong.
 *
 * What breaks a rule for senders is noted under the clause that forbids it, and read on as long as the
 * frame still has one meaning, so that a probe for one clause does not fail because of another.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-5.2 | RFC 6455 §5.2}
 * @module
 */

/** One frame, with every bit that stood on the wire. */
export interface Frame {
  readonly fin: boolean;
  /** RSV1, RSV2 and RSV3 as a number from 0 to 7. */
  readonly reserved: number;
  readonly opcode: number;
  readonly masked: boolean;
  /** What the payload was masked with: four octets, or none. */
  readonly maskingKey: Buffer;
  /** How many bits the payload length was written in. */
  readonly lengthBits: 7 | 16 | 64;
  /** The payload, with its masking removed. */
  readonly payload: Buffer;
  /** The clauses for senders that it breaks. */
  readonly faults: readonly FrameFault[];
}

/** A rule that a frame breaks. */
export interface FrameFault {
  readonly clause: string;
  readonly detail: string;
}

/** Where the octets come from: the next `count` of them; fewer when there are no more. */
export type OctetSource = (count: number) => Promise<Buffer>;

/** The opcodes that are assigned. @see RFC 6455 §11.8 */
export const OPCODE_NAMES: Readonly<Record<number, string>> = {
  0: 'continuation',
  1: 'text',
  2: 'binary',
  8: 'close',
  9: 'ping',
  10: 'pong',
};

/** Reads one frame; nothing when the octets end before the frame does. */
export async function readFrame(source: OctetSource): Promise<Frame | undefined> {
  const octets = await source(2);
  if (octets.length < 2) return undefined;
  const [first, second] = [octets[0]!, octets[1]!];
  const extended = EXTENDED_LENGTHS[second % 128] ?? ({ octets: 0, bits: 7 } as const);
  const masked = second >= 128;

  const lengthOctets = await source(extended.octets);
  const maskingKey = await source(masked ? 4 : 0);
  if (lengthOctets.length < extended.octets) return undefined;
  const length = extended.octets === 0 ? second % 128 : integer(lengthOctets);
  const payload = await source(length);
  if (payload.length < length) return undefined;

  const frame = {
    fin: first >= 128,
    reserved: (first >> 4) % 8,
    opcode: first % 16,
    masked,
    maskingKey,
    lengthBits: extended.bits,
    payload: masked ? unmasked(payload, maskingKey) : payload,
  };
  return { ...frame, faults: RULES.filter(({ breaks }) => breaks(frame)) };
}

/** The values of the 7-bit length that say that the length itself follows. @see RFC 6455 §5.2 */
const EXTENDED_LENGTHS: Readonly<Record<number, { octets: number; bits: 16 | 64 }>> = {
  126: { octets: 2, bits: 16 },
  127: { octets: 8, bits: 64 },
};

/** @see RFC 6455 §5.3 */
function unmasked(payload: Buffer, maskingKey: Buffer): Buffer {
  return Buffer.from(payload.map((octet, i) => octet ^ maskingKey[i % 4]!));
}

/** An unsigned integer in network byte order. */
function integer(octets: Uint8Array): number {
  return octets.reduce((value, octet) => value * 256 + octet, 0);
}

/** Every rule for a server that sends a frame when no extension was agreed on. */
const RULES: readonly {
  readonly clause: string;
  readonly detail: string;
  readonly breaks: (frame: Omit<Frame, 'faults'>) => boolean;
}[] = [
  {
    clause: '6455-5.1-4',
    detail: 'a server masks a frame',
    breaks: ({ masked }) => masked,
  },
  {
    clause: '6455-5.2-2',
    detail: 'a reserved bit is set',
    breaks: ({ reserved }) => reserved !== 0,
  },
  {
    clause: '6455-5.2-4',
    detail: 'the opcode is reserved',
    breaks: ({ opcode }) => OPCODE_NAMES[opcode] === undefined,
  },
  {
    clause: '6455-5.2-7',
    detail: 'the length is not written in the fewest octets',
    breaks: ({ lengthBits, payload }) => lengthBits !== fewestBits(payload.length),
  },
  {
    clause: '6455-5.5-1',
    detail: 'a control frame carries more than 125 octets',
    breaks: ({ opcode, payload }) => opcode >= 8 && payload.length > 125,
  },
  {
    clause: '6455-5.5-2',
    detail: 'a control frame is a fragment',
    breaks: ({ opcode, fin }) => opcode >= 8 && !fin,
  },
  {
    clause: '6455-5.5.1-2',
    detail: 'a Close frame carries half a code',
    breaks: ({ opcode, payload }) => opcode === 8 && payload.length === 1,
  },
];

function fewestBits(length: number): 7 | 16 | 64 {
  if (length <= 125) return 7;
  return length <= 65_535 ? 16 : 64;
}
