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
 * @see {@link https://www.rfc-editor.org/rfc/rfc3629#section-4 | RFC 3629 §4}
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
 */
export function validateUtf8(
  octets: Uint8Array,
  start: number,
  end: number,
  state: Utf8State,
): Utf8State {
  let current: number = state;
  for (let i = start; i < end; i++) {
    current = NEXT[256 * current + octets[i]!]!;
    if (current === Utf8State.Invalid) break;
  }
  return current as Utf8State;
}
