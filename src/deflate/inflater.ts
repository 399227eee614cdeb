import { DeflateError } from '../errors.ts';
import {
  CODE_LENGTH_ORDER,
  CODE_LENGTHS,
  END_OF_BLOCK,
  LITERALS,
  MAX_CODE_LENGTH,
  REPEAT_BASES,
  REPEAT_EXTRA_BITS,
  REPEAT_LAST,
} from './alphabets.ts';
import { HuffmanTable } from './huffman-table.ts';
import type { InflateWindow } from './inflate-window.ts';
import {
  CODE_LENGTH_MEANINGS,
  DISTANCE_LOOKUP,
  DISTANCE_MEANINGS,
  FIXED_DISTANCES,
  FIXED_LITERALS,
  LENGTH_LOOKUP,
  LENGTH_OFFSET,
  LITERAL_LOOKUP,
  LITERAL_MEANINGS,
} from './meanings.ts';

/** How many octets of memory are kept between two messages. */
const MEMORY = 65_536;

/** How many times as much memory there is when there is too little, up to the limit. */
const GROWTH = 4;

/** How many codes of distances a block may have: two more than there are distances. */
const MAX_DISTANCE_CODES = 32;

const NOTHING = new Uint8Array(0);

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
  /** The message, so far: the first {@link length} octets. They are lent until the next one begins. */
  octets: Uint8Array = NOTHING;
  length = 0;
  /** All octets of the message ORed together: below 0x80, they are ASCII. */
  all = 0;
  /** What is kept between two messages. */
  readonly #memory = new Uint8Array(MEMORY);
  #window: InflateWindow | undefined;
  #limit = 0;
  /** How many octets may be written before there has to be more memory, or is too much. */
  #room = 0;
  #place: Place = Place.Header;
  #isFinal = false;

  /** What is read, and where the next octet is. */
  #input: Uint8Array = NOTHING;
  #next = 0;
  #end = 0;
  /** Bits that were read and not used: the lowest `#count`, the next one lowest. Above are zeros. */
  #bits = 0;
  #count = 0;

  /** Octets of a stored block that are to come. */
  #stored = 0;
  /** A match whose distance is to come, and the entry of its distance once its code has come. */
  #matchLength = 0;
  #distance = 0;

  /** The lengths of a dynamic block's codes: how many there will be, and how many there are. */
  readonly #lengths = new Uint8Array(LITERALS + MAX_DISTANCE_CODES);
  #literalCount = 0;
  #distanceCount = 0;
  #lengthCodeCount = 0;
  #known = 0;
  readonly #lengthCodes = new HuffmanTable(LENGTH_LOOKUP, CODE_LENGTH_MEANINGS);
  readonly #dynamicLiterals = new HuffmanTable(LITERAL_LOOKUP, LITERAL_MEANINGS);
  readonly #dynamicDistances = new HuffmanTable(DISTANCE_LOOKUP, DISTANCE_MEANINGS);
  #literals = FIXED_LITERALS;
  #distances = FIXED_DISTANCES;

  /**
   * Begins a message, and forgets the one before if it was not complete.
   *
   * @param window - What came before it over the same connection.
   * @param limit - How many octets it may have.
   */
  begin(window: InflateWindow, limit: number): void {
    this.#window = window;
    this.#limit = limit;
    this.octets = this.#memory;
    this.#room = Math.min(limit, this.#memory.length);
    this.length = 0;
    this.all = 0;
    this.#place = Place.Header;
    this.#isFinal = false;
    this.#bits = 0;
    this.#count = 0;
    this.#distance = 0;
  }

  /**
   * Inflates the octets from `start` to `end`.
   *
   * @throws {@link DeflateError} at the first octet that can't be right, and instead of inflating
   * more than the limit.
   */
  write(octets: Uint8Array, start = 0, end: number = octets.length): void {
    this.#input = octets;
    this.#next = start;
    this.#end = end;
    while (this.#step());
    this.#input = NOTHING;
  }

  /**
   * Ends the message.
   *
   * @throws {@link DeflateError} `DEFLATE_CUT` when it does not end between two blocks.
   */
  end(): void {
    if (this.#place !== Place.Header || this.#count > 0) throw new DeflateError('DEFLATE_CUT');
  }

  /** Lets what follows refer to the message. */
  keep(): void {
    this.#window!.keep(this.octets, this.length);
  }

  /** Lets go of the memory of a large message. */
  release(): void {
    this.octets = this.#memory;
    this.length = 0;
    this.#room = 0;
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
      case Place.Sizes:
        return this.#takeSizes();
      case Place.LengthCodes:
        return this.#takeLengthCodes();
      case Place.Lengths:
        return this.#takeLengths();
      case Place.Symbols:
        return this.#takeSymbols();
      case Place.Distance:
        return this.#takeDistance();
    }
  }

  /** Reads until there are `count` bits, up to 32, if there are so many. */
  #need(count: number): boolean {
    while (this.#count < count) {
      if (this.#next === this.#end) return false;
      this.#bits |= this.#input[this.#next++]! << this.#count;
      this.#count += 8;
    }
    return true;
  }

  /** The next `count` bits, up to 16, which are there. */
  #take(count: number): number {
    const value = this.#bits & ((1 << count) - 1);
    this.#bits = (this.#bits >>> count) | 0;
    this.#count -= count;
    return value;
  }

  /** `BFINAL` and `BTYPE`. @see RFC 1951 §3.2.3 */
  #takeHeader(): boolean {
    if (!this.#need(3)) return false;
    this.#isFinal = this.#take(1) === 1;
    switch (this.#take(2)) {
      case 0:
        this.#align();
        this.#place = Place.StoredLength;
        return true;
      case 1:
        this.#literals = FIXED_LITERALS;
        this.#distances = FIXED_DISTANCES;
        this.#place = Place.Symbols;
        return true;
      case 2:
        this.#place = Place.Sizes;
        return true;
      default:
        throw new DeflateError('DEFLATE_BLOCK_TYPE');
    }
  }

  /** Any bits left of the current octet mean nothing. */
  #align(): void {
    this.#take(this.#count & 7);
  }

  /** Behind the last block of a stream another one may begin, with the next octet. */
  #endBlock(): void {
    if (this.#isFinal) this.#align();
    this.#place = Place.Header;
  }

  /** `LEN` and `NLEN`. @see RFC 1951 §3.2.4 */
  #takeStoredLength(): boolean {
    if (!this.#need(32)) return false;
    const length = this.#bits & 0xffff;
    if ((length ^ (this.#bits >>> 16)) !== 0xffff) throw new DeflateError('DEFLATE_STORED_LENGTH');
    this.#bits = 0;
    this.#count = 0;
    this.#stored = length;
    this.#place = Place.Stored;
    return true;
  }

  #takeStored(): boolean {
    const count = Math.min(this.#stored, this.#end - this.#next);
    const at = this.length;
    if (at + count > this.#room) this.#grow(at, count);
    const out = this.octets;
    let all = 0;
    for (let i = 0; i < count; i++) {
      const octet = this.#input[this.#next + i]!;
      out[at + i] = octet;
      all |= octet;
    }
    this.all |= all;
    this.length = at + count;
    this.#next += count;
    this.#stored -= count;
    if (this.#stored > 0) return false;
    this.#endBlock();
    return true;
  }

  /** `HLIT`, `HDIST` and `HCLEN`. @see RFC 1951 §3.2.7 */
  #takeSizes(): boolean {
    if (!this.#need(14)) return false;
    this.#literalCount = 257 + this.#take(5);
    this.#distanceCount = 1 + this.#take(5);
    this.#lengthCodeCount = 4 + this.#take(4);
    if (this.#literalCount > LITERALS) throw new DeflateError('DEFLATE_SYMBOL_COUNT');
    this.#lengths.fill(0, 0, CODE_LENGTHS);
    this.#known = 0;
    this.#place = Place.LengthCodes;
    return true;
  }

  /** The lengths of the codes in which the code lengths are sent. */
  #takeLengthCodes(): boolean {
    while (this.#known < this.#lengthCodeCount) {
      if (!this.#need(3)) return false;
      this.#lengths[CODE_LENGTH_ORDER[this.#known++]!] = this.#take(3);
    }
    this.#lengthCodes.build(this.#lengths, 0, CODE_LENGTHS, 2);
    this.#known = 0;
    this.#place = Place.Lengths;
    return true;
  }

  #takeLengths(): boolean {
    const wanted = this.#literalCount + this.#distanceCount;
    while (this.#known < wanted) {
      const entry = this.#lengthEntry();
      if (entry === 0) return false;
      this.#take(entry & 15);
      const symbol = entry >>> 8;
      if (symbol < REPEAT_LAST) this.#lengths[this.#known++] = symbol;
      else this.#repeat(symbol, wanted);
    }
    this.#buildDynamic(wanted);
    this.#place = Place.Symbols;
    return true;
  }

  /** The entry of the next code length once it and its extra bits have come, or 0. */
  #lengthEntry(): number {
    this.#need(14);
    const entry = this.#lengthCodes.lookup[this.#bits & (LENGTH_LOOKUP - 1)]!;
    const size = (entry & 15) + ((entry >>> 4) & 15);
    return size > this.#count ? 0 : entry;
  }

  /** Repeats the length before, or 0. */
  #repeat(symbol: number, wanted: number): void {
    const kind = symbol - REPEAT_LAST;
    const count = REPEAT_BASES[kind]! + this.#take(REPEAT_EXTRA_BITS[kind]!);
    const isLast = symbol === REPEAT_LAST;
    if (this.#known + count > wanted || (isLast && this.#known === 0)) {
      throw new DeflateError('DEFLATE_REPEAT');
    }
    const length = isLast ? this.#lengths[this.#known - 1]! : 0;
    this.#lengths.fill(length, this.#known, this.#known + count);
    this.#known += count;
  }

  #buildDynamic(end: number): void {
    const start = this.#literalCount;
    if (this.#lengths[END_OF_BLOCK] === 0) throw new DeflateError('DEFLATE_CODE_LENGTHS');
    this.#dynamicLiterals.build(this.#lengths, 0, start, 1);
    this.#dynamicDistances.build(this.#lengths, start, end, 0);
    this.#literals = this.#dynamicLiterals;
    this.#distances = this.#dynamicDistances;
  }

  /**
   * The symbols of a block. The hot loop: what it changes is held in variables until it stops, which it
   * does behind the block and when octets are missing.
   */
  #takeSymbols(): boolean {
    const input = this.#input;
    const end = this.#end;
    const literals = this.#literals.lookup;
    let next = this.#next;
    let bits = this.#bits;
    let count = this.#count;
    let out = this.octets;
    let room = this.#room;
    let at = this.length;
    let all = this.all;
    let isOver = false;
    for (;;) {
      while (count <= 24 && next < end) {
        bits |= input[next++]! << count;
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
          out = this.#grow(at, 1);
          room = this.#room;
        }
        out[at++] = value;
        all |= value;
        continue;
      }
      isOver = value === END_OF_BLOCK;
      if (isOver) break;
      this.#next = next;
      this.#bits = bits;
      this.#count = count;
      this.length = at;
      this.all = all;
      this.#matchLength = value - LENGTH_OFFSET;
      this.#place = Place.Distance;
      if (!this.#takeDistance()) return false;
      next = this.#next;
      bits = this.#bits;
      count = this.#count;
      out = this.octets;
      room = this.#room;
      at = this.length;
      all = this.all;
    }
    this.#next = next;
    this.#bits = bits;
    this.#count = count;
    this.length = at;
    this.all = all;
    if (isOver) this.#endBlock();
    return isOver;
  }

  /** The distance of a match, and the match. */
  #takeDistance(): boolean {
    if (this.#distance === 0) {
      this.#need(MAX_CODE_LENGTH);
      const entry =
        this.#distances.lookup[this.#bits & (DISTANCE_LOOKUP - 1)]! ||
        this.#distances.search(this.#bits, this.#count);
      if (entry === 0 || (entry & 15) > this.#count) return false;
      this.#take(entry & 15);
      this.#distance = entry;
    }
    const extra = (this.#distance >>> 4) & 15;
    if (!this.#need(extra)) return false;
    this.#copy((this.#distance >>> 8) + this.#take(extra));
    this.#distance = 0;
    this.#place = Place.Symbols;
    return true;
  }

  /** Repeats what stands `distance` octets before, as long as the match is. */
  #copy(distance: number): void {
    const at = this.length;
    const to = at + this.#matchLength;
    if (to > this.#room) this.#grow(at, this.#matchLength);
    const window = this.#window!;
    if (distance > window.size || distance > at + window.length) {
      throw new DeflateError('DEFLATE_DISTANCE');
    }
    const out = this.octets;
    let i = at;
    if (distance > at) i = this.#copyFromWindow(at, to, distance - at);
    for (; i < to; i++) out[i] = out[i - distance]!;
    this.length = to;
  }

  /** Repeats the octets of the messages before, up to `to`, and returns where it stopped. */
  #copyFromWindow(at: number, to: number, back: number): number {
    const out = this.octets;
    const { octets: ring, next } = this.#window!;
    const stop = Math.min(to, at + back);
    let from = next - back;
    let all = 0;
    for (let i = at; i < stop; i++) {
      const octet = ring[from++ & (ring.length - 1)]!;
      out[i] = octet;
      all |= octet;
    }
    this.all |= all;
    return stop;
  }

  /** Makes room for `count` octets more, so that what has no limit costs no more than the limit. */
  #grow(at: number, count: number): Uint8Array {
    if (at + count > this.#limit) throw new DeflateError('DEFLATE_LIMIT');
    const wanted = Math.max(GROWTH * this.octets.length, at + count);
    const octets = new Uint8Array(Math.min(this.#limit, wanted));
    octets.set(this.octets.subarray(0, at));
    this.octets = octets;
    this.#room = octets.length;
    return octets;
  }
}

/** What comes next. */
type Place = (typeof Place)[keyof typeof Place];

const Place = {
  Header: 0,
  StoredLength: 1,
  Stored: 2,
  Sizes: 3,
  LengthCodes: 4,
  Lengths: 5,
  Symbols: 6,
  Distance: 7,
} as const;
