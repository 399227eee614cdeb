import { octetsOf } from './octets.ts';

/** Octets of a payload that mean one thing together, and what they read as. */
export interface Reading {
  readonly octets: Uint8Array;
  readonly text: string;
}

/** What the payload of a frame reads as, by its opcode; `hex` is the payload unmasked. */
export function readPayload(opcode: number, hex: string): Reading[] {
  const octets = octetsOf(hex);
  if (opcode === 2)
    return Array.from(octets, (octet) => ({ octets: Uint8Array.of(octet), text: `${octet}` }));
  if (opcode !== 8 || octets.length < 2) return charactersOf(octets);
  const code = octets.subarray(0, 2);
  return [
    { octets: code, text: `${code[0]! * 256 + code[1]!}` },
    ...charactersOf(octets.subarray(2)),
  ];
}

/** The characters of UTF-8, each with its octets; octets that are none stand alone. */
function charactersOf(octets: Uint8Array): Reading[] {
  const characters: Reading[] = [];
  for (let i = 0; i < octets.length; ) {
    const wanted = octets.subarray(i, i + sizeOf(octets[i]!));
    const text = decoded(wanted);
    const taken = text === undefined ? wanted.subarray(0, 1) : wanted;
    characters.push({ octets: taken, text: visible(text) });
    i += taken.length;
  }
  return characters;
}

/** How many octets a character takes, by its first. @see RFC 3629 §3 */
function sizeOf(first: number): number {
  return first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

function decoded(octets: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets);
  } catch {
    return undefined;
  }
}

/** A character as it can be shown in one place: a dot stands for what has no shape. */
function visible(character: string | undefined): string {
  if (character === ' ') return '␣';
  return character !== undefined && SHAPED.test(character) ? character : '·';
}

/** Letters, marks, numbers, punctuation and symbols. */
const SHAPED = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]/u;
