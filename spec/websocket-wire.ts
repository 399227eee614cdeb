/**
 * A conversation over WebSocket with a peer under test, told in short sentences: `text "Hello"`,
 * `binary 0102`, `ping 70`, `pong 70`, `close 1000 "bye"`, `close`; and at the end of it `fin` or `reset`,
 * or `silence` when what was waited for did not come, or `flood` when there is no end of it. What a probe expects is a list of them.
 *
 * @module
 */

import { createHash } from 'node:crypto';
import { constants, inflateRawSync } from 'node:zlib';

import { type Frame, OPCODE_NAMES, readFrame } from './models/frame-reader.ts';
import type { Response } from './models/response.ts';
import { type HandshakeChanges, openingHandshake } from './opening-handshake.ts';
import type { Subject } from './probe.ts';
import type { Wire } from './wire.ts';

/**
 * Octets as probes write them: hexadecimal digits, with white space where it helps and `k` for a masking
 * key of zeros, under which the payload stays readable; or just octets.
 */
export type Segment = string | Uint8Array;

/** Something that the peer did, as a sentence. */
export type Happening = string;

/** What ends a conversation. */
export const ENDINGS: readonly Happening[] = ['fin', 'reset', 'silence', 'flood'];

/** How many frames a peer may send before it is cut off. */
const MAX_FRAMES = 50_000;

/** RSV1, as a frame has it that begins a compressed message. @see RFC 7692 §6.1 */
const RSV1 = 4;

/** How far back a compressed message may refer. @see RFC 7692 §7.2.1 */
const MAX_WINDOW = 32_768;

/** What the sender of a compressed message leaves away. @see RFC 7692 §7.2.1 */
const DEFLATE_TAIL = Buffer.of(0x00, 0x00, 0xff, 0xff);

/** Payloads up to this many octets are written out in full. */
const WRITTEN_OUT = 64;

/** What is said over a WebSocket connection, once it is open. */
export class Talk {
  readonly wire: Wire;
  /** Every frame that was read so far. */
  readonly frames: Frame[] = [];
  #fragments: Frame[] = [];
  /** The end of the messages that came compressed. */
  #inflated: Buffer = Buffer.of(0);

  constructor(wire: Wire) {
    this.wire = wire;
  }

  /** Sends each argument as a segment of its own. */
  async send(...segments: readonly Segment[]): Promise<void> {
    await this.wire.send(...segments.map(octetsOf));
  }

  /** What happens next. */
  async next(): Promise<Happening> {
    for (;;) {
      if (this.wire.isFlooded) return 'flood';
      const frame = await readFrame((count) => this.wire.read(count));
      if (frame === undefined) return this.#ending();
      if (this.frames.push(frame) > MAX_FRAMES) this.wire.cutOff();
      const happening = this.#take(frame);
      if (happening !== undefined) return happening;
    }
  }

  /** The next `count` happenings; fewer when the conversation ends before. */
  async take(count: number): Promise<Happening[]> {
    const happenings: Happening[] = [];
    while (happenings.length < count && !ENDINGS.includes(happenings.at(-1) ?? '')) {
      happenings.push(await this.next());
    }
    return happenings;
  }

  /** All that happens, with the ending. */
  toEnd(): Promise<Happening[]> {
    return this.take(Number.POSITIVE_INFINITY);
  }

  /** Puts fragments together: nothing until a message is whole. */
  #take(frame: Frame): Happening | undefined {
    if (frame.opcode >= 8) return controlFrame(frame);
    const isContinued = this.#fragments.length > 0;
    if (isContinued !== (frame.opcode === 0)) return `${nameOf(frame)} frame out of place`;
    this.#fragments.push(frame);
    if (!frame.fin) return undefined;
    const fragments = this.#fragments;
    this.#fragments = [];
    const payload = Buffer.concat(fragments.map((fragment) => fragment.payload));
    const { opcode, reserved } = fragments[0]!;
    const content = reserved === RSV1 ? this.#inflate(payload) : payload;
    return content === undefined
      ? `${nameOf(fragments[0]!)} that is no DEFLATE`
      : message(opcode, content);
  }

  /**
   * A message that was compressed, or nothing when it can't be inflated. It may refer to those before.
   * @see RFC 7692 §7.2.2
   */
  #inflate(payload: Buffer): Buffer | undefined {
    try {
      const content = inflateRawSync(Buffer.concat([payload, DEFLATE_TAIL]), {
        dictionary: this.#inflated,
        finishFlush: constants.Z_SYNC_FLUSH,
      });
      this.#inflated = Buffer.concat([this.#inflated, content]).subarray(-MAX_WINDOW);
      return content;
    } catch {
      return undefined;
    }
  }

  #ending(): Happening {
    if (this.wire.isFlooded) return 'flood';
    return this.wire.ending === 'open' ? 'silence' : this.wire.ending;
  }
}

/** One WebSocket connection, from the client's side. */
export class Conversation extends Talk {
  /** The answer to the opening handshake. */
  readonly response: Response;

  private constructor(wire: Wire, response: Response) {
    super(wire);
    this.response = response;
  }

  /**
   * Sends an opening handshake, with `early` in the same segment, and reads the answer to it.
   * Whether it was accepted, {@link Conversation.isOpen} says.
   */
  static async open(
    subject: Subject,
    changes: HandshakeChanges = {},
    { path = subject.path, early = '' }: { path?: string; early?: Segment | undefined } = {},
  ): Promise<Conversation> {
    const wire = await subject.connect();
    const handshake = openingHandshake(subject, changes, path);
    await wire.send(Buffer.concat([Buffer.from(handshake, 'latin1'), octetsOf(early)]));
    return new Conversation(wire, await wire.readFinalResponse(changes.method));
  }

  /** Whether the peer has accepted the opening handshake. */
  get isOpen(): boolean {
    return this.response.status === 101;
  }
}

/** The octets that a probe wrote. */
export function octetsOf(segment: Segment): Uint8Array {
  if (typeof segment !== 'string') return segment;
  return Buffer.from(segment.replaceAll('k', '00000000').replaceAll(/\s/g, ''), 'hex');
}

/**
 * What is written for a server, as it is written for a client: without the masking keys, and with MASK 0 in
 * the octet that each of them belongs to.
 */
export function withoutKeys(segment: Segment): Segment {
  if (typeof segment !== 'string') return segment;
  return segment.replaceAll(
    /\b([89a-f])([0-9a-f](?: [0-9a-f]{4}| [0-9a-f]{16})?) k/g,
    (_, mask: string, length: string) => (Number.parseInt(mask, 16) - 8).toString(16) + length,
  );
}

/** Makes a frame of its first octet and a payload, for payloads too long to be written out. */
export type Framing = (first: number, payload: Uint8Array) => Buffer;

/** A client's frame, masked with zeros. */
export function clientFrame(first: number, payload: Uint8Array): Buffer {
  const frame = serverFrame(first, payload);
  const header = frame.subarray(0, frame.length - payload.length);
  header[1]! += 0x80;
  return Buffer.concat([header, Buffer.alloc(4), payload]);
}

export function serverFrame(first: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  const header = Buffer.alloc(length <= 125 ? 2 : length <= 65_535 ? 4 : 10);
  header[0] = first;
  header[1] = length <= 125 ? length : length <= 65_535 ? 126 : 127;
  if (header.length === 4) header.writeUInt16BE(length, 2);
  if (header.length === 10) header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, payload]);
}

/** A message of one frame for each payload. FIN is not in `first`: it is set on the last of them. */
export function fragmented(
  first: number,
  payloads: readonly Uint8Array[],
  frame: Framing = clientFrame,
): Buffer[] {
  const last = payloads.length - 1;
  return payloads.map((payload, index) =>
    frame((index === last ? 0x80 : 0) + (index === 0 ? first : 0), payload),
  );
}

/** A text in frames of one octet each. */
export function inOctets(octets: Uint8Array, frame: Framing = clientFrame): Buffer {
  const payloads = Array.from(octets, (octet) => Buffer.of(octet));
  return Buffer.concat(fragmented(0x01, payloads, frame));
}

/** A text message that arrives, as a happening. */
export function text(content: string): Happening {
  return message(1, Buffer.from(content));
}

/** A binary message that arrives, as a happening. */
export function binary(content: Uint8Array): Happening {
  return message(2, content);
}

/** What a Close frame says: its code; 1005 when it has none; nothing when this is not a Close frame. */
export function closeCodeOf(happening: Happening): number | undefined {
  const match = /^close(?: (\d+)(?: |$)|$)/.exec(happening);
  return match === null ? undefined : Number(match[1] ?? 1005);
}

function message(opcode: number, payload: Uint8Array): Happening {
  const name = OPCODE_NAMES[opcode] ?? `opcode ${opcode}`;
  if (payload.length > WRITTEN_OUT)
    return `${name} of ${payload.length} octets, ${digest(payload)}`;
  return opcode === 1 ? `text ${quoted(payload)}` : `${name} ${hex(payload)}`.trimEnd();
}

function controlFrame(frame: Frame): Happening {
  const { opcode, payload } = frame;
  if (opcode !== 8) return `${nameOf(frame)} ${hex(payload)}`.trimEnd();
  if (payload.length === 0) return 'close';
  if (payload.length === 1) return `close with half a code, ${hex(payload)}`;
  const reason = payload.length === 2 ? '' : ` ${quoted(payload.subarray(2))}`;
  return `close ${payload.readUInt16BE()}${reason}`;
}

function nameOf({ opcode }: Frame): string {
  return OPCODE_NAMES[opcode] ?? `opcode ${opcode}`;
}

/** The text in quotes, or the octets when they are not UTF-8. */
function quoted(octets: Uint8Array): string {
  try {
    return JSON.stringify(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets),
    );
  } catch {
    return `that is not UTF-8, ${hex(octets)}`;
  }
}

function digest(octets: Uint8Array): string {
  return `SHA-1 ${createHash('sha1').update(octets).digest('hex')}`;
}

function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex');
}
