import { DeflateError } from '../errors.ts';
import { END_OF_BLOCK, MAX_CODE_LENGTH } from './alphabets.ts';
import { BitReader } from './bit-reader.ts';
import { CodeLengthDecoder } from './code-length-decoder.ts';
import type { InflateWindow } from './inflate-window.ts';
import { InflatedMessage } from './inflated-message.ts';
import {
  DISTANCE_LOOKUP,
  FIXED_DISTANCES,
  FIXED_LITERALS,
  LENGTH_OFFSET,
  LITERAL_LOOKUP,
} from './meanings.ts';

/**
 * Inflates one message after the other, of any number of connections: what belongs to a connection
 * is in its window.
 *
 * ```ts
 * inflater.begin(window, 65_536);
 * inflater.write(octets);
 * inflater.end();
 * inflater.keep();
 * use(inflater.octets.subarray(0, inflater.length));
 * ```
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc1951 | RFC 1951}
 */
export class Inflater {
  readonly #message = new InflatedMessage();
  #window: InflateWindow | undefined;
  #place: Place = Place.Header;
  #isFinal = false;

  readonly #input = new BitReader();

  /** Octets of a stored block that are to come. */
  #stored = 0;
  /** A match whose distance is to come, and the entry of its distance once its code has come. */
  #matchLength = 0;
  #distance = 0;

  readonly #codes = new CodeLengthDecoder(this.#input);
  #literals = FIXED_LITERALS;
  #distances = FIXED_DISTANCES;

  /** The message, so far: the first {@link length} octets. They are lent until the next one begins. */
  get octets(): Uint8Array {
    return this.#message.octets;
  }

  /** How many octets of the message have come. */
  get length(): number {
    return this.#message.length;
  }

  /** All octets of the message ORed together: below 0x80, they are ASCII. */
  get all(): number {
    return this.#message.all;
  }

  /**
   * Begins a message, and forgets the one before if it was not complete.
   *
   * @param window - What came before it over the same connection.
   * @param limit - How many octets it may have.
   */
  begin(window: InflateWindow, limit: number): void {
    this.#window = window;
    this.#message.begin(limit);
    this.#place = Place.Header;
    this.#isFinal = false;
    this.#input.begin();
    this.#distance = 0;
  }

  /**
   * Inflates the octets from `start` to `end`.
   *
   * @throws {@link DeflateError} at the first octet that can't be right, and instead of inflating
   * more than the limit.
   */
  write(octets: Uint8Array, start = 0, end: number = octets.length): void {
    this.#input.feed(octets, start, end);
    while (this.#step());
    this.#input.release();
  }

  /**
   * Ends the message.
   *
   * @throws {@link DeflateError} `DEFLATE_CUT` when it does not end between two blocks.
   */
  end(): void {
    if (this.#place !== Place.Header || this.#input.count > 0)
      throw new DeflateError('DEFLATE_CUT');
  }

  /** Lets what follows refer to the message. */
  keep(): void {
    const { octets, length } = this.#message;
    this.#window!.keep(octets, length);
  }

  /** Lets go of the memory of a large message. */
  release(): void {
    this.#message.release();
  }

  /** Takes the next part of the stream, or returns false when more octets are needed. */
  #step(): boolean {
    switch (this.#place) {
      case Place.Header:
        return this.#takeHeader();
      case Place.StoredLength:
        return this.#takeStoredLength();
      case Place.Stored:
        return this.#takeStored();
      case Place.Codes:
        return this.#takeCodes();
      case Place.Symbols:
        return this.#takeSymbols();
      case Place.Distance:
        return this.#takeDistance();
    }
  }

  /** `BFINAL` and `BTYPE`. @see RFC 1951 §3.2.3 */
  #takeHeader(): boolean {
    const input = this.#input;
    if (!input.need(3)) return false;
    this.#isFinal = input.take(1) === 1;
    switch (input.take(2)) {
      case 0:
        input.align();
        this.#place = Place.StoredLength;
        return true;
      case 1:
        this.#literals = FIXED_LITERALS;
        this.#distances = FIXED_DISTANCES;
        this.#place = Place.Symbols;
        return true;
      case 2:
        this.#codes.begin();
        this.#place = Place.Codes;
        return true;
      default:
        throw new DeflateError('DEFLATE_BLOCK_TYPE');
    }
  }

  /** Behind the last block of a stream another one may begin, with the next octet. */
  #endBlock(): void {
    if (this.#isFinal) this.#input.align();
    this.#place = Place.Header;
  }

  /** `LEN` and `NLEN`. @see RFC 1951 §3.2.4 */
  #takeStoredLength(): boolean {
    const input = this.#input;
    if (!input.need(32)) return false;
    const length = input.bits & 0xffff;
    if ((length ^ (input.bits >>> 16)) !== 0xffff) throw new DeflateError('DEFLATE_STORED_LENGTH');
    input.begin();
    this.#stored = length;
    this.#place = Place.Stored;
    return true;
  }

  #takeStored(): boolean {
    const { octets, next, end } = this.#input;
    const count = Math.min(this.#stored, end - next);
    this.#message.add(octets, next, count);
    this.#input.next = next + count;
    this.#stored -= count;
    if (this.#stored > 0) return false;
    this.#endBlock();
    return true;
  }

  /** The codes of a dynamic block. @see RFC 1951 §3.2.7 */
  #takeCodes(): boolean {
    if (!this.#codes.decode()) return false;
    this.#literals = this.#codes.literals;
    this.#distances = this.#codes.distances;
    this.#place = Place.Symbols;
    return true;
  }

  /**
   * The symbols of a block. The hot loop: what it changes is held in variables until it stops, which it
   * does behind the block and when octets are missing.
   */
  #takeSymbols(): boolean {
    const input = this.#input;
    const { octets, end } = input;
    const literals = this.#literals.lookup;
    let { next, bits, count } = input;
    const message = this.#message;
    let { octets: out, room, length: at, all } = message;
    let isOver = false;
    for (;;) {
      while (count <= 24 && next < end) {
        bits |= octets[next++]! << count;
        count += 8;
      }
      const entry = literals[bits & (LITERAL_LOOKUP - 1)]! || this.#literals.search(bits, count);
      const size = entry & 15;
      const extra = (entry >> 4) & 15;
      if (entry === 0 || size + extra > count) break;
      const value = (entry >> 8) + ((bits >>> size) & ((1 << extra) - 1));
      bits = (bits >>> (size + extra)) | 0;
      count -= size + extra;
      if (value < END_OF_BLOCK) {
        if (at === room) {
          out = message.grow(at, 1);
          room = message.room;
        }
        out[at++] = value;
        all |= value;
        continue;
      }
      isOver = value === END_OF_BLOCK;
      if (isOver) break;
      input.next = next;
      input.bits = bits;
      input.count = count;
      message.length = at;
      message.all = all;
      this.#matchLength = value - LENGTH_OFFSET;
      this.#place = Place.Distance;
      if (!this.#takeDistance()) return false;
      ({ next, bits, count } = input);
      ({ octets: out, room, length: at, all } = message);
    }
    input.next = next;
    input.bits = bits;
    input.count = count;
    message.length = at;
    message.all = all;
    if (isOver) this.#endBlock();
    return isOver;
  }

  /** The distance of a match, and the match. */
  #takeDistance(): boolean {
    const input = this.#input;
    if (this.#distance === 0) {
      input.need(MAX_CODE_LENGTH);
      const entry =
        this.#distances.lookup[input.bits & (DISTANCE_LOOKUP - 1)]! ||
        this.#distances.search(input.bits, input.count);
      if (entry === 0 || (entry & 15) > input.count) return false;
      input.take(entry & 15);
      this.#distance = entry;
    }
    const extra = (this.#distance >>> 4) & 15;
    if (!input.need(extra)) return false;
    const distance = (this.#distance >>> 8) + input.take(extra);
    this.#message.repeat(distance, this.#matchLength, this.#window!);
    this.#distance = 0;
    this.#place = Place.Symbols;
    return true;
  }
}

/** What comes next. */
type Place = (typeof Place)[keyof typeof Place];

const Place = {
  Header: 0,
  StoredLength: 1,
  Stored: 2,
  Codes: 3,
  Symbols: 4,
  Distance: 5,
} as const;
