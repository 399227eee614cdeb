/**
 * What a WebSocket server sends, taken apart frame by frame, for tests that look at every octet of
 * much traffic: the payload is handed on in the pieces it comes in.
 *
 * @see RFC 6455 §5.2
 */
export class ServerFrames {
  /** Frames whose last octet has come. */
  complete = 0;

  readonly #payload: (octets: Buffer) => void;
  #header: Buffer = Buffer.alloc(0);
  #remaining = 0;

  constructor(payload: (octets: Buffer) => void) {
    this.#payload = payload;
  }

  take(octets: Buffer): void {
    let rest = octets;
    while (rest.length > 0) {
      rest = this.#remaining > 0 ? this.#takePayload(rest) : this.#takeHeader(rest);
    }
  }

  #takePayload(octets: Buffer): Buffer {
    const piece = octets.subarray(0, this.#remaining);
    this.#remaining -= piece.length;
    if (this.#remaining === 0) this.complete++;
    this.#payload(piece);
    return octets.subarray(piece.length);
  }

  #takeHeader(octets: Buffer): Buffer {
    const waiting = this.#header.length;
    const header = Buffer.concat([this.#header, octets.subarray(0, 10)]);
    const length = payloadLengthOf(header);
    if (length === undefined) {
      this.#header = header;
      return octets.subarray(octets.length);
    }
    this.#header = Buffer.alloc(0);
    this.#remaining = length.payload;
    if (length.payload === 0) this.complete++;
    return octets.subarray(length.header - waiting);
  }
}

/** How long the header is and what follows it, once the header is there. */
function payloadLengthOf(header: Buffer): { header: number; payload: number } | undefined {
  if (header.length < 2) return undefined;
  const short = header[1]!;
  if (short > 127) throw new Error('masked frame from a server');
  const size = short === 127 ? 10 : short === 126 ? 4 : 2;
  if (header.length < size) return undefined;
  const payload =
    size === 10 ? header.readUIntBE(4, 6) : size === 4 ? header.readUInt16BE(2) : short;
  return { header: size, payload };
}
