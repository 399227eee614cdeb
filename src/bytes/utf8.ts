/**
 * UTF-8, judged octet by octet, so that a text can be refused at the first octet that can't be
 * right, wherever the chunks and fragments it comes in are cut.
 *
 * ```abnf
 * UTF8-octets = *( UTF8-char )
 * UTF8-char   = UTF8-1 / UTF8-2 / UTF8-3 / UTF8-4
 * UTF8-1      = %x00-7F
 * UTF8-2      = %xC2-DF UTF8-tail
 * UTF8-3      = %xE0 %xA0-BF UTF8-tail / %xE1-EC 2( UTF8-tail ) /
 *               %xED %x80-9F UTF8-tail / %xEE-EF 2( UTF8-tail )
 * UTF8-4      = %xF0 %x90-BF 2( UTF8-tail ) / %xF1-F3 3( UTF8-tail ) /
 *               %xF4 %x80-8F 2( UTF8-tail )
 * UTF8-tail   = %x80-BF
 * ```
 *
 * ```text
 * Char. number range  |        UTF-8 octet sequence
 *    (hexadecimal)    |              (binary)
 * --------------------+------------------------------------
 * 0000 0000-0000 007F | 0xxxxxxx
 * 0000 0080-0000 07FF | 110xxxxx 10xxxxxx
 * 0000 0800-0000 FFFF | 1110xxxx 10xxxxxx 10xxxxxx
 * 0001 0000-0010 FFFF | 11110xxx 10xxxxxx 10xxxxxx 10xxxxxx
 * ```
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc3629#section-3 | RFC 3629 §3 and §4}
 * @module
 */

/** Where in the grammar the next octet falls. */
export type Utf8State = (typeof Utf8State)[keyof typeof Utf8State];

/** The places in the grammar, named by what must come next. */
export const Utf8State = {
  /** A character: a text may end here. */
  Character: 0,
  /** No octet: what came is not UTF-8. */
  Invalid: 1,
  OneTail: 2,
  TwoTails: 3,
  ThreeTails: 4,
  AfterE0: 5,
  AfterED: 6,
  AfterF0: 7,
  AfterF4: 8,
} as const;

/** Each row of the grammar: in `state`, the octets from `first` to `last` lead to `next`. */
const GRAMMAR: readonly (readonly [
  state: Utf8State,
  first: number,
  last: number,
  next: Utf8State,
])[] = [
  [Utf8State.Character, 0x00, 0x7f, Utf8State.Character],
  [Utf8State.Character, 0xc2, 0xdf, Utf8State.OneTail],
  [Utf8State.Character, 0xe0, 0xe0, Utf8State.AfterE0],
  [Utf8State.Character, 0xe1, 0xec, Utf8State.TwoTails],
  [Utf8State.Character, 0xed, 0xed, Utf8State.AfterED],
  [Utf8State.Character, 0xee, 0xef, Utf8State.TwoTails],
  [Utf8State.Character, 0xf0, 0xf0, Utf8State.AfterF0],
  [Utf8State.Character, 0xf1, 0xf3, Utf8State.ThreeTails],
  [Utf8State.Character, 0xf4, 0xf4, Utf8State.AfterF4],
  [Utf8State.OneTail, 0x80, 0xbf, Utf8State.Character],
  [Utf8State.TwoTails, 0x80, 0xbf, Utf8State.OneTail],
  [Utf8State.ThreeTails, 0x80, 0xbf, Utf8State.TwoTails],
  [Utf8State.AfterE0, 0xa0, 0xbf, Utf8State.OneTail],
  [Utf8State.AfterED, 0x80, 0x9f, Utf8State.OneTail],
  [Utf8State.AfterF0, 0x90, 0xbf, Utf8State.TwoTails],
  [Utf8State.AfterF4, 0x80, 0x8f, Utf8State.TwoTails],
];

/** `NEXT[256 * state + octet]` is the state that follows. */
const NEXT = new Uint8Array(9 * 256).fill(Utf8State.Invalid);
for (const [state, first, last, next] of GRAMMAR) {
  NEXT.fill(next, 256 * state + first, 256 * state + last + 1);
}

/**
 * Judges the octets from `start` to `end` of a text that is in `state` before them, and returns the
 * state behind them; `Invalid` at the first octet that can't be right.
 *
 * Whole characters are judged at once, up to twice as fast as octet by octet (bench/utf8.bench.ts);
 * the grammar decides on what is cut, or wrong.
 */
export function validateUtf8(
  octets: Uint8Array,
  start: number,
  end: number,
  state: Utf8State,
): Utf8State {
  let current = state;
  let i = start;
  while (i < end && current !== Utf8State.Character) current = nextState(current, octets[i++]!);
  i = skipCharacters(octets, i, end);
  while (i < end) current = nextState(current, octets[i++]!);
  return current;
}

/** Once `Invalid`, a text stays so. */
function nextState(state: Utf8State, octet: number): Utf8State {
  return NEXT[256 * state + octet] as Utf8State;
}

/** The index behind the whole characters from `start` on, as far as they are right and easy to tell. */
function skipCharacters(octets: Uint8Array, start: number, end: number): number {
  let i = start;
  while (i <= end - MAX_CHARACTER) {
    const first = octets[i]!;
    if (first < 0x80) {
      i++;
    } else if (first < 0xe0) {
      if (characterOfTwo(octets, i) < 0) break;
      i += 2;
    } else if (first < 0xf0) {
      if (characterOfThree(octets, i) < 0) break;
      i += 3;
    } else {
      if (characterOfFour(octets, i) < 0) break;
      i += 4;
    }
  }
  return i;
}

/** The most octets that a character takes. */
const MAX_CHARACTER = 4;

/** The character that the two octets from `i` on are, or -1: `UTF8-2`. The first is 80 to DF. */
export function characterOfTwo(octets: Uint8Array, i: number): number {
  const [first, second] = [octets[i]!, octets[i + 1]!];
  return first >= 0xc2 && isTail(second) ? ((first & 0x1f) << 6) | (second & 0x3f) : -1;
}

/** The character that the three octets from `i` on are, or -1: `UTF8-3`. The first is E0 to EF. */
export function characterOfThree(octets: Uint8Array, i: number): number {
  const [first, second, third] = [octets[i]!, octets[i + 1]!, octets[i + 2]!];
  const character = ((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f);
  const isSurrogate = character >= 0xd800 && character <= 0xdfff;
  const isRight = isTail(second) && isTail(third) && character >= 0x800 && !isSurrogate;
  return isRight ? character : -1;
}

/** The character that the four octets from `i` on are, or -1: `UTF8-4`. The first is F0 to FF. */
export function characterOfFour(octets: Uint8Array, i: number): number {
  const [first, second, third, fourth] = [
    octets[i]!,
    octets[i + 1]!,
    octets[i + 2]!,
    octets[i + 3]!,
  ];
  const character =
    ((first & 0x0f) << 18) | ((second & 0x3f) << 12) | ((third & 0x3f) << 6) | (fourth & 0x3f);
  const areTails = isTail(second) && isTail(third) && isTail(fourth);
  return areTails && character >= 0x10000 && character <= 0x10ffff ? character : -1;
}

/** Whether `octet` continues a character: `UTF8-tail`. */
export function isTail(octet: number): boolean {
  return octet >= 0x80 && octet <= 0xbf;
}
