import { characterOfFour, characterOfThree, characterOfTwo } from './utf8.ts';

/**
 * Transcodes the UTF-8 from `start` to `end` into UTF-16 code units, and returns how many there are:
 * at most one for each octet. Returns -1 when it is not UTF-8.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc3629#section-3 | RFC 3629 §3}
 */
export function transcodeUtf8(
  octets: Uint8Array,
  start: number,
  end: number,
  units: Uint16Array,
): number {
  let count = 0;
  let i = start;
  while (i < end) {
    const first = octets[i]!;
    if (first < 0x80) {
      units[count++] = first;
      i++;
    } else if (first < 0xe0) {
      const character = characterOfTwo(octets, i);
      if (character < 0) return -1;
      units[count++] = character;
      i += 2;
    } else if (first < 0xf0) {
      const character = characterOfThree(octets, i);
      if (character < 0) return -1;
      units[count++] = character;
      i += 3;
    } else {
      const character = characterOfFour(octets, i);
      if (character < 0) return -1;
      units[count++] = 0xd7c0 + (character >> 10);
      units[count++] = 0xdc00 | (character & 0x3ff);
      i += 4;
    }
  }
  // A last character that is not all there took octets from behind the end.
  return i === end ? count : -1;
}
