/**
 * What an endpoint makes of the octets of its peer, one octet at a time, with each rule of RFC 6455 where
 * it first can be seen to be broken. Slow: it looks at all bits of a header anew with each octet.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-5 | RFC 6455 §5 to §8}, and RFC 7692 §6 and
 * §7.2.2 where messages may be compressed
 * @module
 */

import { inflate } from './deflate.ts';
import { readUtf8, Utf8Reader } from './utf8.ts';

/** What is to be told of a frame or a message; payloads that are no text with a character an octet. */
export type Told =
  | readonly ['text' | 'binary' | 'ping' | 'pong', string]
  | readonly ['close', number, string]
  | readonly ['fault', FaultName];

/** Every way to break the protocol, and the close code to fail the connection with. */
export const FAULTS = {
  'reserved bit': 1002,
  'reserved opcode': 1002,
  'fragment of a control frame': 1002,
  'continuation of nothing': 1002,
  'message within a message': 1002,
  'masked by a server': 1002,
  'not masked by a client': 1002,
  'control frame too long': 1002,
  'length not in its shortest form': 1002,
  'message too long': 1009,
  'text not UTF-8': 1007,
  'message not DEFLATE': 1007,
  'half a close code': 1002,
  'close code not to be sent': 1002,
} as const;

/** Names a way to break the protocol. */
export type FaultName = keyof typeof FAULTS;

/** A frame's header, as far as it has come, and what matters to it of what came before. */
interface Header {
  /** Its octets, eight characters each: the figure of RFC 6455 §5.2, in one line. */
  readonly bits: string;
  /** Whether a message has begun and its last fragment has not come. */
  readonly isBegun: boolean;
  readonly receiver: 'client' | 'server';
  /** How many octets the message may still have. */
  readonly room: bigint;
  /** Whether permessage-deflate was agreed on. */
  readonly isDeflating?: boolean | undefined;
}

const [CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG] = [0x0n, 0x1n, 0x2n, 0x8n, 0x9n, 0xan];

/** What the figure calls the fields, by the bits they take; `undefined` while they have not come. */
const opcode = ({ bits }: Header) => uint(bits.slice(4, 8));
const isControl = (header: Header) => opcode(header) >= CLOSE;
const isMasked = ({ bits }: Header) => bits[8] === '1';
const payloadLen = ({ bits }: Header) => (bits.length < 16 ? undefined : uint(bits.slice(9, 16)));

/** Whether RSV1 alone is set, on a frame that may have it. @see RFC 7692 §6.1 */
function isCompressed(header: Header): boolean {
  const isFirst = [TEXT, BINARY].includes(opcode(header));
  return header.isDeflating === true && header.bits.slice(1, 4) === '100' && isFirst;
}

/** How many bits of extended payload length there are. */
function extendedBits(header: Header): number {
  const length = payloadLen(header);
  if (length === 126n) return 16;
  return length === 127n ? 64 : 0;
}

/** The least and the most that the extended payload length can be, whatever bits are to come. */
function extendedLength(header: Header): { least: bigint; most: bigint } {
  const size = extendedBits(header);
  const bits = header.bits.slice(16, 16 + size);
  return { least: uint(bits.padEnd(size, '0')), most: uint(bits.padEnd(size, '1')) };
}

/** The payload length; while octets of it are to come, the least that it can be. */
function payloadLength(header: Header): bigint {
  return extendedBits(header) === 0 ? (payloadLen(header) ?? 0n) : extendedLength(header).least;
}

/** How many bits the header has; at least 16. */
function size(header: Header): number {
  return 16 + extendedBits(header) + (isMasked(header) ? 32 : 0);
}

/** The rules for headers, in the order in which the octets show them. */
const HEADER_RULES: readonly (readonly [FaultName, (header: Header) => boolean])[] = [
  ['reserved bit', (header) => header.bits.slice(1, 4) !== '000' && !isCompressed(header)],
  [
    'reserved opcode',
    (header) => ![CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG].includes(opcode(header)),
  ],
  ['fragment of a control frame', (header) => isControl(header) && header.bits[0] === '0'],
  ['continuation of nothing', (header) => opcode(header) === CONTINUATION && !header.isBegun],
  [
    'message within a message',
    (header) => [TEXT, BINARY].includes(opcode(header)) && header.isBegun,
  ],
  ['masked by a server', (header) => header.receiver === 'client' && isMasked(header)],
  [
    'not masked by a client',
    (header) => header.receiver === 'server' && header.bits.length >= 16 && !isMasked(header),
  ],
  ['control frame too long', (header) => isControl(header) && (payloadLen(header) ?? 0n) > 125n],
  [
    'length not in its shortest form',
    (header) => {
      if (extendedBits(header) === 0) return false;
      const { least, most } = extendedLength(header);
      return most < (extendedBits(header) === 16 ? 126n : 65_536n) || least >= 2n ** 63n;
    },
  ],
  ['message too long', (header) => !isControl(header) && payloadLength(header) > header.room],
];

/** Whether a Close frame may say so. @see RFC 6455 §7.4, and IANA for 1012 to 1014 */
function isCloseCode(code: number): boolean {
  if (code >= 3000) return code <= 4999;
  return code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code);
}

/** What the octets of a header say. */
export interface HeaderReading {
  readonly fin: boolean;
  readonly opcode: number;
  readonly payloadLength: bigint;
  /** Four octets, as one number; 0 when the payload is not masked. */
  readonly maskingKey: number;
  /** How many octets it takes. */
  readonly size: number;
}

/**
 * Reads the header at the beginning of `octets`, or names the first rule that it can be seen to
 * break; nothing when it is not all there.
 */
export function readHeader(
  octets: Uint8Array,
  context: Omit<Header, 'bits'>,
): HeaderReading | FaultName | undefined {
  const header = { ...context, bits: '' };
  for (const octet of octets) {
    header.bits += bitsOf(octet);
    const broken = HEADER_RULES.find(([, breaks]) => breaks(header));
    if (broken !== undefined) return broken[0];
    if (isWhole(header)) return readingOf(header);
  }
  return undefined;
}

function isWhole(header: Header): boolean {
  return header.bits.length >= 16 && header.bits.length === size(header);
}

function readingOf(header: Header): HeaderReading {
  return {
    fin: header.bits[0] === '1',
    opcode: Number(opcode(header)),
    payloadLength: payloadLength(header),
    maskingKey: isMasked(header) ? Number(uint(header.bits.slice(-32))) : 0,
    size: header.bits.length / 8,
  };
}

/** An octet as eight bits, the highest first. */
function bitsOf(octet: number): string {
  return octet.toString(2).padStart(8, '0');
}

/** A message whose first fragment has begun, as far as it has come. */
class Message {
  readonly type: 'text' | 'binary';
  readonly isCompressed: boolean;
  readonly octets: number[] = [];
  readonly reader = new Utf8Reader();

  constructor(type: 'text' | 'binary', isCompressed: boolean) {
    this.type = type;
    this.isCompressed = isCompressed;
  }

  /** Takes an octet, and returns whether the message may go on with it. */
  take(octet: number): boolean {
    this.octets.push(octet);
    return this.isCompressed || this.type === 'binary' || this.reader.read(octet);
  }

  /** The message that this one is when inflated, or what is wrong. @see RFC 7692 §7.2.2 */
  inflated({ before, bits }: Takeover, limit: number): Message | FaultName {
    const octets = Uint8Array.of(...this.octets, 0x00, 0x00, 0xff, 0xff);
    const { content, outcome } = inflate(octets, before, 2 ** bits, limit);
    if (outcome === 'too much content') return 'message too long';
    if (outcome !== 'complete') return 'message not DEFLATE';
    const message = new Message(this.type, false);
    const isRight = content.every((octet) => message.take(octet));
    return isRight ? message : 'text not UTF-8';
  }

  tell(): Told {
    if (this.type === 'binary') return ['binary', latin1(this.octets)];
    return this.reader.isCut ? ['fault', 'text not UTF-8'] : ['text', this.reader.text];
  }
}

/** What compressed messages may refer to: all octets of those before, as far back as a window. */
interface Takeover {
  readonly before: number[];
  /** The window is 2 to the power of this. */
  readonly bits: number;
}

/** One end's view of what the other sends. */
export class FrameDecoderModel {
  readonly #receiver: 'client' | 'server';
  readonly #limit: number;
  #bits = '';
  /** The payload of the current frame, once its header is complete. */
  #payload: number[] | undefined;
  #message: Message | undefined;
  #isOver = false;
  readonly #takeover: Takeover | undefined;

  /**
   * @param limit - How many octets of payload a message may have, compressed or not.
   * @param windowBits - The window of compressed messages, if there are such.
   */
  constructor(receiver: 'client' | 'server', limit: number, windowBits?: number) {
    this.#receiver = receiver;
    this.#limit = limit;
    this.#takeover = windowBits === undefined ? undefined : { before: [], bits: windowBits };
  }

  /** Takes one octet, and returns what can be told by it; nothing behind a fault or a Close frame. */
  take(octet: number): Told | undefined {
    if (this.#isOver) return undefined;
    const told = this.#payload === undefined ? this.#takeHeader(octet) : this.#takePayload(octet);
    this.#isOver = told?.[0] === 'fault' || told?.[0] === 'close';
    return told;
  }

  get #header(): Header {
    const room = BigInt(this.#limit - (this.#message?.octets.length ?? 0));
    const isBegun = this.#message !== undefined;
    const isDeflating = this.#takeover !== undefined;
    return { bits: this.#bits, isBegun, receiver: this.#receiver, room, isDeflating };
  }

  #takeHeader(octet: number): Told | undefined {
    this.#bits += bitsOf(octet);
    const header = this.#header;
    const broken = HEADER_RULES.find(([, breaks]) => breaks(header));
    if (broken !== undefined) return ['fault', broken[0]];
    if (!isWhole(header)) return undefined;

    this.#payload = [];
    if (opcode(header) === TEXT) this.#message = new Message('text', isCompressed(header));
    if (opcode(header) === BINARY) this.#message = new Message('binary', isCompressed(header));
    return this.#tellIfComplete();
  }

  #takePayload(transformed: number): Told | undefined {
    const payload = this.#payload!;
    const octet = transformed ^ this.#keyOctet(payload.length % 4);
    payload.push(octet);
    const isRight = isControl(this.#header) || this.#message!.take(octet);
    return isRight ? this.#tellIfComplete() : ['fault', 'text not UTF-8'];
  }

  /** Octet j of the masking key, which the header ends with. @see RFC 6455 §5.3 */
  #keyOctet(j: number): number {
    const key = isMasked(this.#header) ? this.#bits.slice(-32) : '0'.repeat(32);
    return Number(uint(key.slice(8 * j, 8 * j + 8)));
  }

  #tellIfComplete(): Told | undefined {
    const header = this.#header;
    const payload = this.#payload!;
    if (BigInt(payload.length) < payloadLength(header)) return undefined;
    this.#bits = '';
    this.#payload = undefined;
    switch (opcode(header)) {
      case CLOSE:
        return closeOf(payload);
      case PING:
        return ['ping', latin1(payload)];
      case PONG:
        return ['pong', latin1(payload)];
      default:
        return this.#tellIfFinal(header);
    }
  }

  #tellIfFinal({ bits }: Header): Told | undefined {
    if (bits[0] === '0') return undefined;
    const message = this.#message!;
    this.#message = undefined;
    if (!message.isCompressed) return message.tell();
    const inflated = message.inflated(this.#takeover!, this.#limit);
    if (typeof inflated === 'string') return ['fault', inflated];
    this.#takeover!.before.push(...inflated.octets);
    return inflated.tell();
  }
}

/** @see RFC 6455 §5.5.1 and §7.1.5 */
function closeOf([high, low, ...reason]: readonly number[]): Told {
  if (high === undefined) return ['close', 1005, ''];
  if (low === undefined) return ['fault', 'half a close code'];
  const code = high * 256 + low;
  if (!isCloseCode(code)) return ['fault', 'close code not to be sent'];
  const text = readUtf8(reason);
  return text === undefined ? ['fault', 'text not UTF-8'] : ['close', code, text];
}

function latin1(octets: readonly number[]): string {
  return octets.map((octet) => String.fromCharCode(octet)).join('');
}

/** An unsigned integer, the highest bit first. */
function uint(bits: string): bigint {
  return BigInt(`0b0${bits}`);
}
