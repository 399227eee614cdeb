import type { FrameRecord } from './records.ts';

/** A frame as it lay on the wire; who sent it and when is for the recorder to say. */
export type DissectedFrame = Omit<FrameRecord, 'kind' | 'from' | 'at'>;

/** How many octets of a payload are kept to be shown. */
const SHOWN_PAYLOAD = 256;

// The bits of the first two octets.
const FIN = 0x80;
const OPCODE = 0x0f;
const MASK = 0x80;
const LENGTH = 0x7f;

/**
 * Takes a stream of frames apart for people to look at.
 *
 * It judges nothing: encke's own decoder has done that already, and this one must also show what
 * is wrong. It keeps only the beginning of a payload, so that a long message costs nothing.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-5.2 | RFC 6455 §5.2}
 */
export class FrameDissector {
  readonly #found: (frame: DissectedFrame) => void;
  #header: number[] = [];
  #shown: number[] = [];
  /** How many octets of the payload are still to come, once the header is complete. */
  #remaining = 0;

  constructor(found: (frame: DissectedFrame) => void) {
    this.#found = found;
  }

  /** Takes the next octets of the stream, wherever they were cut. */
  push(octets: Uint8Array): void {
    for (let i = 0; i < octets.length; ) {
      if (this.#remaining > 0) i += this.#takePayload(octets.subarray(i));
      else this.#takeHeader(octets[i++]!);
    }
  }

  #takeHeader(octet: number): void {
    this.#header.push(octet);
    if (this.#header.length < headerSize(this.#header)) return;
    this.#remaining = payloadLength(this.#header);
    if (this.#remaining === 0) this.#complete();
  }

  #takePayload(octets: Uint8Array): number {
    const count = Math.min(octets.length, this.#remaining);
    const room = SHOWN_PAYLOAD - this.#shown.length;
    this.#shown.push(...octets.subarray(0, Math.min(count, room)));
    this.#remaining -= count;
    if (this.#remaining === 0) this.#complete();
    return count;
  }

  #complete(): void {
    const [header, shown] = [this.#header, this.#shown];
    this.#header = [];
    this.#shown = [];
    this.#found(dissect(header, shown));
  }
}

/** Names the fields of a frame. */
function dissect(header: readonly number[], shown: readonly number[]): DissectedFrame {
  const [first, second] = [header[0]!, header[1]!];
  const key = (second & MASK) === 0 ? undefined : header.slice(-4);
  return {
    fin: (first & FIN) !== 0,
    rsv: (first >> 4) & 0b111,
    opcode: first & OPCODE,
    header: hex(header),
    extendedLength: extendedLengthSize(second),
    length: payloadLength(header),
    maskingKey: key && hex(key),
    payload: hex(shown),
    unmasked: key && hex(shown.map((octet, i) => octet ^ key[i % 4]!)),
  };
}

/** How long the whole header is, as far as the octets that have come can tell. */
function headerSize(header: readonly number[]): number {
  const second = header[1];
  if (second === undefined) return 2;
  return 2 + extendedLengthSize(second) + ((second & MASK) === 0 ? 0 : 4);
}

function extendedLengthSize(second: number): 0 | 2 | 8 {
  const length = second & LENGTH;
  return length === 127 ? 8 : length === 126 ? 2 : 0;
}

function payloadLength(header: readonly number[]): number {
  const size = extendedLengthSize(header[1]!);
  if (size === 0) return header[1]! & LENGTH;
  return header.slice(2, 2 + size).reduce((length, octet) => length * 256 + octet, 0);
}

function hex(octets: readonly number[]): string {
  return Buffer.from(octets).toString('hex');
}
