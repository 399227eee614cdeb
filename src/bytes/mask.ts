/** From this many octets on, masking by words is faster than by octets (bench/mask.bench.ts). */
const WORDWISE = 80;

/** The bits that no octet of an ASCII word has. */
const NOT_ASCII = 0x80808080;

/**
 * Masks or unmasks the octets from `start` to `end` in place: the transformation is its own inverse.
 *
 * ```text
 * j                   = i MOD 4
 * transformed-octet-i = original-octet-i XOR masking-key-octet-j
 * ```
 *
 * Returns the transformed octets ORed together, or at least their highest bit: below 0x80 when all
 * of them are ASCII. It comes for nothing here, and it saves whoever makes text of them a look.
 *
 * @param maskingKey - Four octets, as one number; the first octet is masked with its highest.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-5.3 | RFC 6455 §5.3}
 */
export function mask(octets: Uint8Array, start: number, end: number, maskingKey: number): number {
  if (end - start >= WORDWISE) return maskWords(octets, start, end, maskingKey);
  return maskOctets(octets, start, end, maskingKey);
}

/** The masking key for what follows the first `count` octets of a payload. */
export function rotateKey(maskingKey: number, count: number): number {
  const bits = 8 * (count & 3);
  return (maskingKey << bits) | (maskingKey >>> (32 - bits));
}

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

/** A word of four octets a time, four words a turn, and what is not aligned by octets. */
function maskWords(octets: Uint8Array, start: number, end: number, maskingKey: number): number {
  const words = wordsOf(octets.buffer);
  const { byteOffset } = octets;
  const first = (byteOffset + start + 3) >> 2;
  const last = (byteOffset + end) >> 2;
  const head = 4 * first - byteOffset;
  const tail = 4 * last - byteOffset;

  let all = maskOctets(octets, start, head, maskingKey);
  const key = rotateKey(maskingKey, head - start);
  all |= maskOctets(octets, tail, end, key);

  const word = inMemoryOrder(key);
  let i = first;
  for (; i < last - 3; i += 4) {
    all |= words[i]! ^= word;
    all |= words[i + 1]! ^= word;
    all |= words[i + 2]! ^= word;
    all |= words[i + 3]! ^= word;
  }
  for (; i < last; i++) all |= words[i]! ^= word;
  return (all & NOT_ASCII) === 0 ? 0 : 0x80;
}

/**
 * A buffer's memory as words. Making the view costs as much as masking 500 octets, and many frames
 * come in one buffer, so the last one made is kept.
 */
function wordsOf(buffer: ArrayBufferLike): Uint32Array {
  if (lastWords.buffer !== buffer) lastWords = new Uint32Array(buffer, 0, buffer.byteLength >> 2);
  return lastWords;
}

let lastWords: Uint32Array = new Uint32Array(0);

/** The number that has the four octets of `key`, the highest first, in this machine's memory. */
function inMemoryOrder(key: number): number {
  ORDER.octets[0] = key >>> 24;
  ORDER.octets[1] = key >>> 16;
  ORDER.octets[2] = key >>> 8;
  ORDER.octets[3] = key;
  return ORDER.words[0]!;
}

const ORDER = orderOf(new ArrayBuffer(4));

function orderOf(buffer: ArrayBuffer): { octets: Uint8Array; words: Uint32Array } {
  return { octets: new Uint8Array(buffer), words: new Uint32Array(buffer) };
}
