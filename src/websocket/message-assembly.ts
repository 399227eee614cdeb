import { copyOctets } from '../bytes/copy.ts';
import { mask, rotateKey } from '../bytes/mask.ts';
import { decodeText } from '../bytes/text.ts';
import { Utf8State, validateUtf8 } from '../bytes/utf8.ts';
import { WebSocketError } from '../errors.ts';
import type { FrameHeader } from './frame-header.ts';

/** How many times the octets that have come a message's memory may be, to save growing it. */
const GROWTH = 4;

/**
 * A message that comes in more than one piece: in fragments, or in a frame that is cut by the end of
 * a received chunk.
 *
 * All pieces are appended to one growing buffer, so a message costs its octets, however many
 * fragments it comes in and whatever length its frames announce. Text is judged as it comes.
 */
export class MessageAssembly {
  /** How many octets of the current frame's payload have not come. */
  remaining = 0;
  /** Whether the current frame is the message's last. */
  fin = false;
  /** How many octets the message has so far. */
  length = 0;
  readonly isText: boolean;
  /** Whether it is to be inflated; what it holds is judged then. */
  readonly isCompressed: boolean;
  #isDiscarded = false;
  /** Turned with each piece, so that it always begins with what masks the next octet. */
  #maskingKey = 0;
  /** What has come of it: the first {@link length} octets. */
  octets: Uint8Array = NOTHING;
  /** All octets ORed together: below 0x80, they are ASCII. */
  #all = 0;
  #state: Utf8State = Utf8State.Character;

  constructor(isText: boolean, isCompressed = false) {
    this.isText = isText;
    this.isCompressed = isCompressed;
  }

  /** Whether the last fragment is here, all of it. */
  get isComplete(): boolean {
    return this.fin && this.remaining === 0;
  }

  /** Begins a fragment. */
  beginFrame({ fin, payloadLength, maskingKey }: FrameHeader): void {
    this.fin = fin;
    this.remaining = payloadLength;
    this.#maskingKey = maskingKey;
  }

  /**
   * Appends the octets from `start` to `end` of the current frame's payload, which are unmasked in
   * place.
   *
   * @throws {@link WebSocketError} `WS_UTF8` at the first octet that can't be right in a text.
   */
  append(octets: Uint8Array, start: number, end: number): void {
    if (!this.#isDiscarded) {
      const all = mask(octets, start, end, this.#maskingKey);
      this.#maskingKey = rotateKey(this.#maskingKey, end - start);
      if (this.isText && !this.isCompressed) this.#judge(octets, start, end, all);
      this.#store(octets, start, end);
    }
    this.remaining -= end - start;
  }

  /** Forgets what has come and what will: only where the message ends matters still. */
  discard(): void {
    this.#isDiscarded = true;
    this.octets = NOTHING;
    this.length = 0;
  }

  /**
   * The message, complete.
   *
   * @throws {@link WebSocketError} `WS_UTF8` when a text ends in the middle of a character.
   */
  take(): string | Uint8Array {
    if (!this.isText) return new Uint8Array(this.octets.buffer, 0, this.length);
    const text = decodeText(this.octets, 0, this.length, this.#all);
    if (text === undefined) throw new WebSocketError('WS_UTF8');
    return text;
  }

  #judge(octets: Uint8Array, start: number, end: number, all: number): void {
    this.#all |= all;
    if (all < 0x80 && this.#state === Utf8State.Character) return;
    this.#state = validateUtf8(octets, start, end, this.#state);
    if (this.#state === Utf8State.Invalid) throw new WebSocketError('WS_UTF8');
  }

  #store(octets: Uint8Array, start: number, end: number): void {
    const length = this.length + end - start;
    if (length > this.octets.length) this.#grow(length);
    copyOctets(octets, start, end, this.octets, this.length);
    this.length = length;
  }

  /**
   * Makes room for `length` octets: for all that the frame has announced, unless that is far more
   * than have come; and for twice as many as before, so that growing stays linear.
   */
  #grow(length: number): void {
    const announced = this.length + this.remaining;
    const size = Math.min(GROWTH * length, Math.max(announced, 2 * this.octets.length));
    // Filled with zeros: whoever is given the message can reach all of its memory.
    const octets = new Uint8Array(size);
    octets.set(this.octets.subarray(0, this.length));
    this.octets = octets;
  }
}

const NOTHING = new Uint8Array(0);
