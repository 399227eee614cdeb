/**
 * Octets and octet classes, written the way the grammar writes them.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc5234#appendix-B.1 | RFC 5234 §B.1} (core rules)
 * @module
 */

export const HTAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SP = 0x20;
export const DQUOTE = 0x22;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;
export const EQUALS = 0x3d;
export const BACKSLASH = 0x5c;

/** A set of octets: `set[octet]` is `1` when the octet is a member and `0` when it is not. */
export type OctetClass = Uint8Array;

/** The octets from `first` to `last`, both included: ABNF's `%xNN-NN`. */
export function range(first: number, last: number): OctetClass {
  return new Uint8Array(256).fill(1, first, last + 1);
}

/** The octets of `characters`: ABNF's `"a" / "b" / "c"`. */
export function oneOf(characters: string): OctetClass {
  const members = new Uint8Array(256);
  for (const character of characters) members[character.charCodeAt(0)] = 1;
  return members;
}

/** The octets in any of `classes`: ABNF's `a / b`. */
export function union(...classes: readonly OctetClass[]): OctetClass {
  return new Uint8Array(256).map((_, octet) => Number(classes.some((members) => members[octet])));
}

/** The octets of `members` that are not in `others`. */
export function without(members: OctetClass, others: OctetClass): OctetClass {
  return members.map((member, octet) => (others[octet] === 1 ? 0 : member));
}

/**
 * The index of the first octet from `start` on that is not one of `members`, or `end`.
 *
 * Four octets a turn, each of which leaves a bit: in a field value that takes half the time of one a
 * turn (bench/field-line.bench.ts), and this is where the time of a request head goes.
 */
export function skip(members: OctetClass, octets: Uint8Array, start: number, end: number): number {
  let i = start;
  for (; i + 4 <= end; i += 4) {
    const found =
      members[octets[i]!]! |
      (members[octets[i + 1]!]! << 1) |
      (members[octets[i + 2]!]! << 2) |
      (members[octets[i + 3]!]! << 3);
    if (found !== 0b1111) return i + lowestBit(found ^ 0b1111);
  }
  while (i < end && members[octets[i]!] === 1) i++;
  return i;
}

/** The place of the lowest bit that is set in `bits`. */
function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}

/** The index behind the last octet before `end` that is not one of `members`, or `start`. */
export function trim(members: OctetClass, octets: Uint8Array, start: number, end: number): number {
  let i = end;
  while (i > start && members[octets[i - 1]!] === 1) i--;
  return i;
}

/** Whether all characters of `text` are among `members`. */
export function isAll(members: OctetClass, text: string): boolean {
  return skipText(members, text, 0) === text.length;
}

/** The index of the first character from `start` on that is not one of `members`, or the length. */
export function skipText(members: OctetClass, text: string, start: number): number {
  let i = start;
  // Behind the end there is no character: an index that is no number would be looked up by name.
  while (i < text.length && members[text.charCodeAt(i)] === 1) i++;
  return i;
}

export const ALPHA: OctetClass = union(range(0x41, 0x5a), range(0x61, 0x7a));
export const DIGIT: OctetClass = range(0x30, 0x39);
export const VCHAR: OctetClass = range(0x21, 0x7e);
export const OBS_TEXT: OctetClass = range(0x80, 0xff);

/** `tchar`, the characters of a `token`. @see RFC 9110 §5.6.2 */
export const TCHAR: OctetClass = union(oneOf("!#$%&'*+-.^_`|~"), DIGIT, ALPHA);

/** `OWS = *( SP / HTAB )`. @see RFC 9110 §5.6.3 */
export const WHITESPACE: OctetClass = oneOf(' \t');

/** What a field value may hold: `field-vchar`, SP and HTAB. @see RFC 9110 §5.5 */
export const FIELD_CONTENT: OctetClass = union(VCHAR, OBS_TEXT, WHITESPACE);

/** What stands for itself in a quoted string. @see RFC 9110 §5.6.4 */
export const QDTEXT: OctetClass = without(FIELD_CONTENT, oneOf('"\\'));

/** The value of each HEXDIG, and -1 for every other octet. @see RFC 5234 §B.1 */
export const HEX_VALUE: Int8Array = new Int8Array(256).fill(-1);
for (let value = 0; value < 16; value++) {
  const digit = value.toString(16);
  HEX_VALUE[digit.charCodeAt(0)] = value;
  HEX_VALUE[digit.toUpperCase().charCodeAt(0)] = value;
}
