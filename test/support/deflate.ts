import { constants, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';

import type { InflateFault } from '../../spec/models/deflate.ts';
import { DeflateWindow } from '../../src/deflate/deflate-window.ts';
import { Deflater } from '../../src/deflate/deflater.ts';
import { InflateWindow } from '../../src/deflate/inflate-window.ts';
import { Inflater } from '../../src/deflate/inflater.ts';
import { DeflateError, type DeflateFaultCode } from '../../src/errors.ts';

/** What the faults of the model are called in the sources. */
export const CODES: Readonly<Record<InflateFault, DeflateFaultCode>> = {
  'reserved block type': 'DEFLATE_BLOCK_TYPE',
  'complement of a stored length': 'DEFLATE_STORED_LENGTH',
  'more symbols than there are': 'DEFLATE_SYMBOL_COUNT',
  'repeat of nothing or too often': 'DEFLATE_REPEAT',
  'no Huffman code': 'DEFLATE_CODE_LENGTHS',
  'no symbol': 'DEFLATE_SYMBOL',
  'distance too far': 'DEFLATE_DISTANCE',
  'too much content': 'DEFLATE_LIMIT',
};

const inflater = new Inflater();
const deflater = new Deflater();

/** Inflates a message that comes in pieces; `more` when it is not complete, or its fault. */
export function inflated(
  pieces: readonly Uint8Array[],
  window: InflateWindow,
  limit = 2 ** 20,
): Buffer | 'more' | DeflateFaultCode {
  try {
    inflater.begin(window, limit);
    for (const piece of pieces) inflater.write(piece);
    inflater.end();
    inflater.keep();
    return Buffer.from(inflater.octets.subarray(0, inflater.length));
  } catch (error) {
    if (!(error instanceof DeflateError)) throw error;
    return error.code === 'DEFLATE_CUT' ? 'more' : error.code;
  }
}

/** Deflates a message that comes in pieces, up to and with the empty stored block. */
export function deflated(pieces: readonly Uint8Array[], window: DeflateWindow): Buffer {
  deflater.begin(window);
  for (const piece of pieces) deflater.write(piece);
  deflater.flush();
  deflater.keep();
  return Buffer.from(deflater.octets.subarray(0, deflater.length));
}

/** A window in which some octets stand. */
export function windowWith(octets: Uint8Array, bits = 15): InflateWindow {
  const window = new InflateWindow(bits);
  window.keep(octets, octets.length);
  return window;
}

/** The powers of two that a window may be. */
export function anyWindowBits(): fc.Arbitrary<number> {
  return fc.integer({ min: 8, max: 15 });
}

/** Octets of which some occur again, near and far. */
export function anyContent(): fc.Arbitrary<Buffer> {
  const piece = fc.oneof(
    fc.constantFrom('{"id":', ',"name":"', '"},', 'true', 'comet', '\u00e9').map(Buffer.from),
    fc.uint8Array({ maxLength: 40 }).map(Buffer.from),
    fc.tuple(fc.nat(255), fc.nat(700)).map(([octet, count]) => Buffer.alloc(count, octet)),
  );
  const plain = fc.array(piece, { maxLength: 12 }).map((pieces) => Buffer.concat(pieces));
  const again = fc.array(fc.tuple(fc.nat(), fc.nat(300)), { maxLength: 8 });
  return fc.tuple(plain, again).map(([octets, repeats]) =>
    repeats.reduce((all, [place, count]) => {
      const start = all.length === 0 ? 0 : place % all.length;
      return Buffer.concat([all, all.subarray(start, start + count)]);
    }, octets),
  );
}

/** What zlib makes of `content`, whatever it is told; its last block says that it is the last. */
export function anyZlibStreamOf(content: Uint8Array): fc.Arbitrary<Buffer> {
  return fc
    .record({
      level: fc.integer({ min: 0, max: 9 }),
      strategy: fc.integer({ min: constants.Z_DEFAULT_STRATEGY, max: constants.Z_FIXED }),
      memLevel: fc.integer({ min: 1, max: 9 }),
      windowBits: fc.integer({ min: 9, max: 15 }),
    })
    .map((options) => deflateRawSync(content, options));
}

/** Streams: what zlib makes, what we make, and what keeps to the format and nobody would make. */
export function anyStream(): fc.Arbitrary<Buffer> {
  return fc.oneof(
    shortContent().chain(anyZlibStreamOf),
    shortContent().map((content) => deflated([content], new DeflateWindow(15))),
    fc.array(anyBlock(), { minLength: 1, maxLength: 3 }).map((blocks) => octetsOf(blocks.join(''))),
  );
}

/** Streams and octets that nearly are some. */
export function almostStream(): fc.Arbitrary<Buffer> {
  const edit = fc.tuple(fc.nat(), fc.nat(255));
  const edited = fc.tuple(anyStream(), fc.array(edit, { maxLength: 2 })).map(([stream, edits]) => {
    const octets = Buffer.from(stream);
    for (const [place, octet] of edits) octets[place % (octets.length || 1)]! ^= octet;
    return octets;
  });
  const cut = fc.tuple(edited, fc.nat()).map(([octets, end]) => octets.subarray(0, end % 200));
  return fc.oneof(anyStream(), edited, cut, fc.uint8Array({ maxLength: 60 }).map(Buffer.from));
}

/** The model takes its time. */
function shortContent(): fc.Arbitrary<Buffer> {
  return anyContent().map((content) => content.subarray(0, 400));
}

/** A block as a string of bits, the first one first. */
function anyBlock(): fc.Arbitrary<string> {
  const final = fc.constantFrom('0', '0', '0', '1');
  const contents = fc.array(fc.nat(255), { maxLength: 20 }).map((octets) => bitsOf(octets));
  return fc
    .tuple(
      final,
      fc.oneof(
        contents.map((bits) => `10${bits}`),
        fc.array(fc.nat(143), { maxLength: 9 }).map((octets) => `10${fixed(octets)}`),
        fc.tuple(anyCodes(), contents).map(([codes, bits]) => `01${codes}${bits}`),
      ),
    )
    .map(([bit, rest]) => bit + rest);
}

/** Literals in the fixed code, and the end of the block. */
function fixed(octets: readonly number[]): string {
  return `${octets.map((octet) => bits(0x30 + octet, 8)).join('')}0000000`;
}

/** The codes of a dynamic block, mostly right: as many literals and distances, and their lengths. */
function anyCodes(): fc.Arbitrary<string> {
  return fc
    .record({
      literals: fc.constantFrom(257, 257, 260, 280, 286, 287, 288),
      distances: fc.integer({ min: 1, max: 32 }),
      literalLengths: anyLengths(),
      distanceLengths: anyLengths(),
      repeats: fc.oneof(
        { weight: 3, arbitrary: fc.constant<number[]>([]) },
        { weight: 1, arbitrary: fc.array(fc.integer({ min: 16, max: 18 }), { maxLength: 2 }) },
      ),
      end: fc.constantFrom(256, 256, 256, 256, 256, 250),
      isRepeatedFirst: fc.boolean(),
    })
    .map((parts) => {
      const { literals, distances, literalLengths, distanceLengths, repeats, end } = parts;
      // Codes of four and five bits for the code lengths: a code for each of them.
      const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
      const lengthOf = (symbol: number) => (symbol < 13 ? 4 : 5);
      const codeOf = (symbol: number) =>
        symbol < 13 ? bits(symbol, 4) : bits(26 + symbol - 13, 5);
      const lengths = [
        ...spread(literalLengths, literals, end),
        ...spread(distanceLengths, distances, 0),
      ];
      const said = lengths.map(codeOf).join('');
      const repeated = repeats.map(
        (symbol) => `${codeOf(symbol)}${'0'.repeat([2, 3, 7][symbol - 16]!)}`,
      );
      return [
        number(literals - 257, 5),
        number(distances - 1, 5),
        number(15, 4),
        ...order.map((symbol) => number(lengthOf(symbol), 3)),
        ...(parts.isRepeatedFirst ? repeated : []),
        repeats.length === 0 ? said : said.slice(0, -10),
        ...(parts.isRepeatedFirst ? [] : repeated),
      ].join('');
    });
}

/** The lengths of a code that leaves nothing free: leaves of a tree that were split at random. */
function anyLengths(): fc.Arbitrary<number[]> {
  const none = fc.constantFrom<number[]>([], [1], [2], [2], [1, 1, 1]);
  const tree = fc.array(fc.nat(), { maxLength: 40 }).map((splits) =>
    splits.reduce(
      (leaves, place) => {
        const at = place % leaves.length;
        const length = leaves[at]! + 1;
        return length > 15 ? leaves : leaves.toSpliced(at, 1, length, length);
      },
      [1, 1],
    ),
  );
  // Always the last leaf: codes as long as they can be.
  const steep = fc
    .integer({ min: 9, max: 15 })
    .map((longest) => [longest, ...Array.from({ length: longest }, (_, i) => longest - i)]);
  return fc.oneof(
    { weight: 5, arbitrary: tree },
    { weight: 1, arbitrary: steep },
    { weight: 2, arbitrary: none },
  );
}

/** The lengths given to symbols up to the one at `end`, the others without a code. */
function spread(lengths: readonly number[], size: number, end: number): number[] {
  const all = Array<number>(size).fill(0);
  lengths.slice(0, size).forEach((length, i) => {
    all[(end + 7 * i) % size] = length;
  });
  return all;
}

/** A number, least significant bit first. */
function number(value: number, count: number): string {
  return [...bits(value, count)].reverse().join('');
}

/** A code, most significant bit first. */
function bits(value: number, count: number): string {
  return value.toString(2).padStart(count, '0');
}

function bitsOf(octets: readonly number[]): string {
  return octets.map((octet) => number(octet, 8)).join('');
}

/** The octets that such bits are packed into; the last is filled with zeros. */
function octetsOf(text: string): Buffer {
  const octets = text.match(/.{1,8}/g) ?? [];
  return Buffer.from(octets.map((group) => Number.parseInt([...group].reverse().join(''), 2)));
}
