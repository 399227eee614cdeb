import type { Output } from '../bytes/output.ts';
import { decodeText, textLength, writeText } from '../bytes/text.ts';
import { DeflateWindow } from '../deflate/deflate-window.ts';
import { Deflater } from '../deflate/deflater.ts';
import { InflateWindow } from '../deflate/inflate-window.ts';
import { Inflater } from '../deflate/inflater.ts';
import { MAX_WINDOW_BITS } from '../deflate/window-size.ts';
import { DeflateError, WebSocketError } from '../errors.ts';
import {
  type MaskingKeys,
  writeCompressedFragment,
  writeCompressedFrame,
  writeFragment,
  writeFrame,
  writeTextFrame,
} from './encode-frame.ts';
import type { Role } from './frame-header.ts';
import { Opcode } from './opcode.ts';
import type { DeflateParameters } from './permessage-deflate.ts';

/** What the sender has left away of the empty stored block at the end. @see RFC 7692 §7.2.2 */
const TAIL = Uint8Array.of(0x00, 0x00, 0xff, 0xff);

/**
 * What is left of an empty stored block without its tail: a message whose octets have all been flushed
 * ends with it.
 *
 * @see RFC 7692 §7.2.1
 */
const END = Uint8Array.of(0x00);

/** What all connections of a process share; made when the first of them has agreed on compression. */
interface Workshop {
  readonly inflater: Inflater;
  readonly deflater: Deflater;
  /** Where texts of up to so many octets are made octets. */
  readonly text: Buffer;
  /** For messages that stand for themselves: nothing is ever kept in it. */
  readonly inflateWindow: InflateWindow;
  /** The same for deflating, by the power of two. */
  readonly deflateWindows: Map<number, DeflateWindow>;
}

let workshop: Workshop | undefined;

function workshopOf(): Workshop {
  workshop ??= {
    inflater: new Inflater(),
    deflater: new Deflater(),
    text: Buffer.allocUnsafeSlow(65_536),
    inflateWindow: new InflateWindow(MAX_WINDOW_BITS),
    deflateWindows: new Map(),
  };
  return workshop;
}

function sharedDeflateWindow(bits: number): DeflateWindow {
  const { deflateWindows } = workshopOf();
  const window = deflateWindows.get(bits) ?? new DeflateWindow(bits);
  deflateWindows.set(bits, window);
  return window;
}

/**
 * Writes `octets` as a text message that refers to no other, compressed when that makes it shorter: for
 * all connections of a server on which its messages stand for themselves, and that read windows of 2 to
 * the power of `bits`.
 */
export function writeSharedText(
  output: Output,
  octets: Uint8Array,
  bits: number,
  threshold: number,
): void {
  const { length } = octets;
  const { deflater } = workshopOf();
  const compressed =
    length < threshold ? length : deflate(deflater, sharedDeflateWindow(bits), octets, length);
  if (compressed < length) {
    writeCompressedFrame(output, Opcode.Text, deflater.octets, compressed, undefined);
  } else {
    writeFrame(output, Opcode.Text, octets, undefined);
  }
}

/** Deflates a message, and returns how many octets are sent of what it becomes. */
function deflate(
  deflater: Deflater,
  window: DeflateWindow,
  octets: Uint8Array,
  length: number,
): number {
  deflater.begin(window);
  deflater.write(octets, 0, length);
  deflater.flush();
  return deflater.length - TAIL.length;
}

/**
 * Compresses the messages of one connection, and inflates its peer's.
 *
 * What it keeps of them are two windows, or none where each message stands for itself.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7692#section-7.2 | RFC 7692 §7.2}
 */
export class MessageCompression {
  readonly #workshop = workshopOf();
  readonly #threshold: number;
  readonly #sent: DeflateWindow;
  readonly #received: InflateWindow;
  readonly #keepsSent: boolean;
  readonly #keepsReceived: boolean;

  /** @param threshold - Messages of fewer octets are sent as they are. */
  constructor(role: Role, parameters: DeflateParameters, threshold: number) {
    const isServer = role === 'server';
    const { serverNoContextTakeover, clientNoContextTakeover } = parameters;
    const { serverMaxWindowBits, clientMaxWindowBits } = parameters;
    const bits = isServer ? serverMaxWindowBits : clientMaxWindowBits;
    this.#threshold = threshold;
    this.#keepsSent = !(isServer ? serverNoContextTakeover : clientNoContextTakeover);
    this.#keepsReceived = !(isServer ? clientNoContextTakeover : serverNoContextTakeover);
    this.#sent = this.#keepsSent ? new DeflateWindow(bits) : sharedDeflateWindow(bits);
    this.#received = this.#keepsReceived
      ? new InflateWindow(isServer ? clientMaxWindowBits : serverMaxWindowBits)
      : this.#workshop.inflateWindow;
  }

  /** Writes `text` as a message, compressed when that makes it shorter. */
  writeText(output: Output, text: string, keys: MaskingKeys | undefined): void {
    const length = textLength(text);
    if (length < this.#threshold) {
      writeTextFrame(output, text, keys);
      return;
    }
    const { text: memory } = this.#workshop;
    const octets = length <= memory.length ? memory : Buffer.allocUnsafeSlow(length);
    writeText(octets, text, 0, length);
    if (!this.#write(output, Opcode.Text, octets, length, keys)) writeTextFrame(output, text, keys);
  }

  /** Writes `octets` as a message, compressed when that makes it shorter. */
  writeBinary(output: Output, octets: Uint8Array, keys: MaskingKeys | undefined): void {
    const { length } = octets;
    const isWritten =
      length >= this.#threshold && this.#write(output, Opcode.Binary, octets, length, keys);
    if (!isWritten) writeFrame(output, Opcode.Binary, octets, keys);
  }

  /** @internal Whether a message in pieces is compressed: what follows the first one nobody knows yet. */
  compresses({ length }: Uint8Array): boolean {
    return length >= this.#threshold;
  }

  /**
   * Writes a piece of a message, compressed and flushed, so that the peer has all of it before the next
   * is there. Nothing is kept for it but the window, as between two messages.
   *
   * @internal
   * @param opcode - Continuation behind the first piece.
   * @param octets - Not empty.
   * @see {@link https://www.rfc-editor.org/rfc/rfc7692#section-6.1 | RFC 7692 §6.1}
   */
  writePiece(
    output: Output,
    opcode: Opcode,
    octets: Uint8Array,
    keys: MaskingKeys | undefined,
  ): void {
    const { deflater } = this.#workshop;
    const length = deflate(deflater, this.#sent, octets, octets.length) + TAIL.length;
    this.#keep(deflater);
    writeCompressedFragment(output, opcode, deflater.octets, length, keys);
  }

  /** @internal Ends a message that was written in pieces. */
  endPieces(output: Output, keys: MaskingKeys | undefined): void {
    writeFragment(output, Opcode.Continuation, true, END, keys);
  }

  /**
   * Inflates a message whose payload stands in `octets` from `start` to `end`.
   *
   * @param limit - How many octets it may have: no more are made.
   * @throws {@link WebSocketError} when the payload is not DEFLATE, the message is over the limit, or
   * its text is not UTF-8.
   */
  inflate(
    octets: Uint8Array,
    start: number,
    end: number,
    isText: boolean,
    limit: number,
  ): string | Uint8Array {
    const { inflater } = this.#workshop;
    try {
      this.#inflate(inflater, octets, start, end, limit);
      const data = isText ? textOf(inflater) : inflater.octets.slice(0, inflater.length);
      inflater.release();
      return data;
    } catch (error) {
      inflater.release();
      throw faultOf(error);
    }
  }

  #inflate(
    inflater: Inflater,
    octets: Uint8Array,
    start: number,
    end: number,
    limit: number,
  ): void {
    inflater.begin(this.#received, limit);
    inflater.write(octets, start, end);
    inflater.write(TAIL);
    inflater.end();
    if (this.#keepsReceived) inflater.keep();
  }

  /** Writes what is not made longer by it; what is not written, the window does not hold. */
  #write(
    output: Output,
    opcode: Opcode,
    octets: Uint8Array,
    length: number,
    keys: MaskingKeys | undefined,
  ): boolean {
    const { deflater } = this.#workshop;
    const compressed = deflate(deflater, this.#sent, octets, length);
    if (compressed >= length) return false;
    this.#keep(deflater);
    writeCompressedFrame(output, opcode, deflater.octets, compressed, keys);
    return true;
  }

  #keep(deflater: Deflater): void {
    if (this.#keepsSent) deflater.keep();
  }
}

/** UTF-8 is judged behind inflating. @see RFC 7692 §6.1 */
function textOf({ octets, length, all }: Inflater): string {
  const text = decodeText(octets, 0, length, all);
  if (text === undefined) throw new WebSocketError('WS_UTF8');
  return text;
}

/** What a peer did wrong, as a fault of the connection; any other error as it is. */
function faultOf(error: unknown): unknown {
  if (!(error instanceof DeflateError)) return error;
  if (error.code === 'DEFLATE_LIMIT') return new WebSocketError('WS_MESSAGE_LIMIT');
  return new WebSocketError('WS_DEFLATE', error.message);
}
