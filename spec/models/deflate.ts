/**
 * Inflating as RFC 1951 says it, one bit after the other. Slow: a code is found by comparing what has been
 * read with each symbol's code as a string of bits.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc1951#section-3 | RFC 1951 §3}
 * @module
 */

/** What became of some octets. */
export interface InflateReading {
  /** What they inflate to, up to where they end or can be seen to be wrong. */
  readonly content: readonly number[];
  /** `complete` between two blocks with no bits left, `more` within one, or what is wrong. */
  readonly outcome: 'complete' | 'more' | InflateFault;
}

/** Every way in which octets can be no DEFLATE stream, or be refused. */
export type InflateFault =
  | 'reserved block type'
  | 'complement of a stored length'
  | 'more symbols than there are'
  | 'repeat of nothing or too often'
  | 'no Huffman code'
  | 'no symbol'
  | 'distance too far'
  | 'too much content';

/** Thrown where the octets end, or can be seen to be wrong. */
class Stop extends Error {
  readonly why: 'more' | InflateFault;

  constructor(why: 'more' | InflateFault) {
    super(why);
    this.why = why;
  }
}

/** The bits of octets, in the order of §3.1.1. */
class Bits {
  readonly #octets: Uint8Array;
  #position = 0;

  constructor(octets: Uint8Array) {
    this.#octets = octets;
  }

  get isAtEnd(): boolean {
    return this.#position === 8 * this.#octets.length;
  }

  next(): 0 | 1 {
    if (this.isAtEnd) throw new Stop('more');
    const octet = this.#octets[Math.floor(this.#position / 8)]!;
    const bit = Math.floor(octet / 2 ** (this.#position % 8)) % 2;
    this.#position++;
    return bit as 0 | 1;
  }

  /** A number, which is packed least significant bit first. */
  number(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) value += this.next() * 2 ** i;
    return value;
  }

  /** Skips to the next octet. */
  toOctet(): number {
    return this.number((8 - (this.#position % 8)) % 8);
  }
}

/** The symbols by their codes, strings of bits with the most significant first. */
interface Code {
  readonly symbols: ReadonlyMap<string, number>;
  /** What codes begin with. */
  readonly beginnings: ReadonlySet<string>;
}

/**
 * The code that is given by the lengths of its codes, in the three steps of §3.2.2.
 *
 * @param mayHave - How few symbols may have a code, so that some bits are no code's beginning.
 */
function codeOf(lengths: readonly number[], mayHave: readonly number[]): Code {
  const MAX_BITS = 15;
  const bl_count = Array.from(
    { length: MAX_BITS + 1 },
    (_, n) => lengths.filter((l) => l === n).length,
  );
  bl_count[0] = 0;
  const next_code: number[] = [];
  let code = 0;
  for (let bits = 1; bits <= MAX_BITS; bits++) {
    code = (code + bl_count[bits - 1]!) * 2;
    next_code[bits] = code;
  }
  const symbols = new Map<string, number>();
  lengths.forEach((length, symbol) => {
    if (length > 0) symbols.set((next_code[length]!++).toString(2).padStart(length, '0'), symbol);
  });

  const coded = lengths.filter((length) => length > 0);
  const used = coded.reduce((sum, length) => sum + 2 ** -length, 0);
  const isAllowed = mayHave.includes(coded.length) && coded.every((length) => length === 1);
  if (used !== 1 && !(used < 1 && isAllowed)) throw new Stop('no Huffman code');
  const beginnings = [...symbols.keys()].flatMap((one) => [...one].map((_, i) => one.slice(0, i)));
  return { symbols, beginnings: new Set(beginnings) };
}

/** Reads bits until they are a symbol's code, or no code begins with them. */
function symbolOf(bits: Bits, { symbols, beginnings }: Code): number {
  for (let read = ''; ; read += bits.next()) {
    const symbol = symbols.get(read);
    if (symbol !== undefined) return symbol;
    if (!beginnings.has(read)) throw new Stop('no symbol');
  }
}

/** The table of §3.2.5: code, extra bits, first length. */
const LENGTHS: readonly (readonly [code: number, extra: number, length: number])[] = [
  ...([
    [257, 0, 3],
    [258, 0, 4],
    [259, 0, 5],
    [260, 0, 6],
    [261, 0, 7],
    [262, 0, 8],
  ] as const),
  ...([
    [263, 0, 9],
    [264, 0, 10],
    [265, 1, 11],
    [266, 1, 13],
    [267, 1, 15],
    [268, 1, 17],
  ] as const),
  ...([
    [269, 2, 19],
    [270, 2, 23],
    [271, 2, 27],
    [272, 2, 31],
    [273, 3, 35],
    [274, 3, 43],
  ] as const),
  ...([
    [275, 3, 51],
    [276, 3, 59],
    [277, 4, 67],
    [278, 4, 83],
    [279, 4, 99],
    [280, 4, 115],
  ] as const),
  ...([
    [281, 5, 131],
    [282, 5, 163],
    [283, 5, 195],
    [284, 5, 227],
    [285, 0, 258],
  ] as const),
];

/** The second table of §3.2.5: code, extra bits, first distance. */
const DISTANCES: readonly (readonly [code: number, extra: number, distance: number])[] = [
  ...([
    [0, 0, 1],
    [1, 0, 2],
    [2, 0, 3],
    [3, 0, 4],
    [4, 1, 5],
    [5, 1, 7],
    [6, 2, 9],
  ] as const),
  ...([
    [7, 2, 13],
    [8, 3, 17],
    [9, 3, 25],
    [10, 4, 33],
    [11, 4, 49],
    [12, 5, 65],
  ] as const),
  ...([
    [13, 5, 97],
    [14, 6, 129],
    [15, 6, 193],
    [16, 7, 257],
    [17, 7, 385],
    [18, 8, 513],
  ] as const),
  ...([
    [19, 8, 769],
    [20, 9, 1025],
    [21, 9, 1537],
    [22, 10, 2049],
    [23, 10, 3073],
  ] as const),
  ...([
    [24, 11, 4097],
    [25, 11, 6145],
    [26, 12, 8193],
    [27, 12, 12289],
  ] as const),
  ...([
    [28, 13, 16385],
    [29, 13, 24577],
  ] as const),
];

/** The table of §3.2.6. */
const FIXED_LENGTHS: readonly number[] = [
  ...Array<number>(144).fill(8),
  ...Array<number>(112).fill(9),
  ...Array<number>(24).fill(7),
  ...Array<number>(8).fill(8),
];

/** @see RFC 1951 §3.2.7 */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15] as const;

/** A message that is inflated: what came before, and what there is of it. */
interface Content {
  readonly before: readonly number[];
  readonly octets: number[];
  readonly window: number;
  readonly limit: number;
}

/**
 * Inflates a message.
 *
 * @param before - What was inflated before it over the same connection.
 * @param window - How far back a distance may reach.
 * @param limit - How many octets it may have.
 */
export function inflate(
  octets: Uint8Array,
  before: readonly number[],
  window: number,
  limit: number,
): InflateReading {
  const bits = new Bits(octets);
  const content: Content = { before, octets: [], window, limit };
  try {
    while (!bits.isAtEnd) readBlock(bits, content);
    return { content: content.octets, outcome: 'complete' };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return { content: content.octets, outcome: error.why };
  }
}

/** The bits that fill up the last octet of each block with BFINAL, as a number. @see RFC 7692 §7.2.1 */
export function paddingsOf(octets: Uint8Array): number[] {
  const bits = new Bits(octets);
  const content: Content = { before: [], octets: [], window: 32_768, limit: 2 ** 24 };
  const paddings: number[] = [];
  try {
    while (!bits.isAtEnd) paddings.push(...[readBlock(bits, content) ?? []].flat());
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
  }
  return paddings;
}

/** @see RFC 1951 §3.2.3, and RFC 7692 §7.2.1 for what may come behind the last block */
function readBlock(bits: Bits, content: Content): number | undefined {
  const BFINAL = bits.next();
  const BTYPE = bits.number(2);
  if (BTYPE === 0) readStored(bits, content);
  else if (BTYPE === 1) readSymbols(bits, content, fixedCodes());
  else if (BTYPE === 2) readSymbols(bits, content, readCodes(bits));
  else throw new Stop('reserved block type');
  return BFINAL === 1 ? bits.toOctet() : undefined;
}

/** @see RFC 1951 §3.2.4 */
function readStored(bits: Bits, content: Content): void {
  bits.toOctet();
  const LEN = bits.number(16);
  const NLEN = bits.number(16);
  if (LEN + NLEN !== 0xffff) throw new Stop('complement of a stored length');
  for (let i = 0; i < LEN; i++) append(content, bits.number(8));
}

interface Codes {
  readonly literals: Code;
  readonly distances: Code;
}

function fixedCodes(): Codes {
  return {
    literals: codeOf(FIXED_LENGTHS, []),
    distances: codeOf(Array<number>(32).fill(5), []),
  };
}

/** @see RFC 1951 §3.2.7 */
function readCodes(bits: Bits): Codes {
  const HLIT = bits.number(5);
  const HDIST = bits.number(5);
  const HCLEN = bits.number(4);
  if (HLIT + 257 > 286) throw new Stop('more symbols than there are');
  const lengthLengths = Array<number>(19).fill(0);
  for (const symbol of ORDER.slice(0, HCLEN + 4)) lengthLengths[symbol] = bits.number(3);
  const lengthCode = codeOf(lengthLengths, []);

  const lengths: number[] = [];
  const count = HLIT + 257 + HDIST + 1;
  while (lengths.length < count) lengths.push(...readLengths(bits, lengthCode, lengths.at(-1)));
  if (lengths.length > count) throw new Stop('repeat of nothing or too often');
  // A block that can't end has no code.
  if (lengths[256] === 0) throw new Stop('no Huffman code');
  return {
    literals: codeOf(lengths.slice(0, HLIT + 257), [1]),
    distances: codeOf(lengths.slice(HLIT + 257), [0, 1]),
  };
}

function readLengths(bits: Bits, code: Code, last: number | undefined): number[] {
  const symbol = symbolOf(bits, code);
  if (symbol < 16) return [symbol];
  if (symbol === 17) return Array<number>(3 + bits.number(3)).fill(0);
  if (symbol === 18) return Array<number>(11 + bits.number(7)).fill(0);
  const count = 3 + bits.number(2);
  if (last === undefined) throw new Stop('repeat of nothing or too often');
  return Array<number>(count).fill(last);
}

/** The loop at the end of §3.2.3. */
function readSymbols(bits: Bits, content: Content, { literals, distances }: Codes): void {
  for (;;) {
    const value = symbolOf(bits, literals);
    if (value < 256) {
      append(content, value);
    } else if (value === 256) {
      return;
    } else {
      const length = readExtra(bits, LENGTHS, value);
      const distance = readExtra(bits, DISTANCES, symbolOf(bits, distances));
      repeat(content, length, distance);
    }
  }
}

function readExtra(
  bits: Bits,
  table: readonly (readonly [code: number, extra: number, first: number])[],
  symbol: number,
): number {
  const row = table.find(([code]) => code === symbol);
  if (row === undefined) throw new Stop('no symbol');
  return row[2] + bits.number(row[1]);
}

/** A match that is too long is refused as a whole, and before its distance is looked at. */
function repeat(content: Content, length: number, distance: number): void {
  const { before, octets, window, limit } = content;
  if (octets.length + length > limit) throw new Stop('too much content');
  const all = before.length + octets.length;
  if (distance > all || distance > window) throw new Stop('distance too far');
  for (let i = 0; i < length; i++) {
    const at = octets.length - distance;
    append(content, at < 0 ? before.at(at)! : octets[at]!);
  }
}

function append({ octets, limit }: Content, octet: number): void {
  if (octets.length === limit) throw new Stop('too much content');
  octets.push(octet);
}
