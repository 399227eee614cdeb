/**
 * Masks or unmasks the octets from `start` to `end` in place: the transformation is its own inverse.
 *
 * ```text
 * j                   = i MOD 4
 * transformed-octet-i = original-octet-i XOR masking-key-octet-j
 * ```
 *
 * Returns the transformed octets ORed together, or at least their highest bit: below 0x80 when all
 * of them are ASCII. It is known here at little cost, and saves whoever makes text of them a look.
 *
 * @param maskingKey - Four octets, as one number; the first octet is masked with its highest.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-5.3 | RFC 6455 §5.3}
 */
export function mask(octets: Uint8Array, start: number, end: number, maskingKey: number): number {
  const isWordwise =
    end - start >= WORDWISE && (octets === lastView.octets || octets.length >= WORTH_A_VIEW);
  if (isWordwise) return maskWords(octets, start, end, maskingKey);
  return maskOctets(octets, start, end, maskingKey);
}

/** The masking key for what follows the first `count` octets of a payload. */
export function rotateKey(maskingKey: number, count: number): number {
  const bits = 8 * (count & 3);
  return (maskingKey << bits) | (maskingKey >>> (32 - bits));
}

/** From this many octets on, words are faster: 3 times at 125 octets, 7 times at 64 KiB (bench/mask). */
const WORDWISE = 24;

/** In an array as long as this, more than one payload or a long one pays for the view of words. */
const WORTH_A_VIEW = 512;

/** Four octets a turn. */
function maskOctets(octets: Uint8Array, start: number, end: number, maskingKey: number): number {
  const a = maskingKey >>> 24;
  const b = (maskingKey >>> 16) & 0xff;
  const c = (maskingKey >>> 8) & 0xff;
  const d = maskingKey & 0xff;
  let all = 0;
  let i = start;
  for (; i < end - 3; i += 4) {
    all |= octets[i]! ^= a;
    all |= octets[i + 1]! ^= b;
    all |= octets[i + 2]! ^= c;
    all |= octets[i + 3]! ^= d;
  }
  if (i < end) all |= octets[i]! ^= a;
  if (i + 1 < end) all |= octets[i + 1]! ^= b;
  if (i + 2 < end) all |= octets[i + 2]! ^= c;
  return all;
}

/** Eight octets a word, four words a turn, and what is before and behind whole words by octets. */
function maskWords(octets: Uint8Array, start: number, end: number, maskingKey: number): number {
  if (octets !== lastView.octets) lastView = viewOf(octets);
  const { words, byteOffset } = lastView;
  const first = (byteOffset + start + 7) >>> 3;
  const last = (byteOffset + end) >>> 3;
  const head = 8 * first - byteOffset;
  const tail = 8 * last - byteOffset;

  const key = rotateKey(maskingKey, head - start);
  const all = maskOctets(octets, start, head, maskingKey) | maskOctets(octets, tail, end, key);
  KEY.halves.setUint32(0, key);
  KEY.halves.setUint32(4, key);
  maskAligned(words, first, last);
  return (
    all | (((ORED.halves.getUint32(0) | ORED.halves.getUint32(4)) & NOT_ASCII) === 0 ? 0 : 0x80)
  );
}

/**
 * Masks whole words with `KEY`, and leaves them ORed together in `ORED`.
 *
 * The words are signed, and key and result stand in memory of their own: V8 keeps a bigint in a
 * register while it fits in 64 signed bits and is not handed around; else each is an object.
 */
function maskAligned(words: BigInt64Array, first: number, last: number): void {
  const ored = ORED.words;
  const word = KEY.words[0]!;
  ored[0] = 0n;
  let i = first;
  for (; i < last - 3; i += 4) {
    const a = words[i]! ^ word;
    const b = words[i + 1]! ^ word;
    const c = words[i + 2]! ^ word;
    const d = words[i + 3]! ^ word;
    words[i] = a;
    words[i + 1] = b;
    words[i + 2] = c;
    words[i + 3] = d;
    ored[0] = ored[0]! | a | b | c | d;
  }
  for (; i < last; i++) {
    const a = words[i]! ^ word;
    words[i] = a;
    ored[0] = ored[0]! | a;
  }
}

/** The bits that no octet of an ASCII word has. */
const NOT_ASCII = 0x80808080;

/** One word of eight octets, and its halves. */
interface Word {
  readonly words: BigInt64Array;
  readonly halves: DataView;
}

/** Where the words of one payload are ORed together. */
const ORED = wordIn(new ArrayBuffer(8));

/** Where a masking key becomes a word. */
const KEY = wordIn(new ArrayBuffer(8));

function wordIn(buffer: ArrayBuffer): Word {
  return { words: new BigInt64Array(buffer), halves: new DataView(buffer) };
}

/** The memory of an array as words. */
interface View {
  readonly octets: Uint8Array;
  readonly byteOffset: number;
  readonly words: BigInt64Array;
}

/** Many frames come in one chunk, so the last view made is kept. */
let lastView: View = viewOf(new Uint8Array(0));

function viewOf(octets: Uint8Array): View {
  const { buffer, byteOffset } = octets;
  return { octets, byteOffset, words: new BigInt64Array(buffer, 0, buffer.byteLength >>> 3) };
}
