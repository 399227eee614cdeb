import fc from 'fast-check';

import { ascii } from './octets.ts';

/** Octets that mean something in HTTP, or may nowhere stand. */
const TELLING = Array.from('\r\n \t:;,="\\%[]@/?#*-0159azAZ\0\x0b\x1f\x7f\x80\xff', (character) =>
  character.charCodeAt(0),
);

/** Sequences that mean something. */
const TELLING_SEQUENCES = ['\r\n', '\r\n\r\n', '\r\n ', ': ', ', ', '0\r\n', 'chunked'];

type Edit = (octets: Buffer) => Buffer;

/** Nearly the same octets: up to three of them, or of their sequences, changed, added or left out. */
export function nearly(octets: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> {
  return fc
    .tuple(octets, fc.array(anyEdit(), { minLength: 1, maxLength: 3 }))
    .map(([original, edits]) => edits.reduce((edited, edit) => edit(edited), original));
}

/** Valid octets, nearly valid ones, and any at all; mostly the first two. */
export function validOrNot(octets: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> {
  return fc.oneof(
    { weight: 4, arbitrary: octets },
    { weight: 5, arbitrary: nearly(octets) },
    { weight: 1, arbitrary: anyOctets() },
  );
}

/** Text that is right, or nearly. Its characters are octets. */
export function nearlyText(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return validOrNot(text.map(ascii)).map((octets) => octets.toString('latin1'));
}

/** Octets of which many mean something. */
export function anyOctets(): fc.Arbitrary<Buffer> {
  return fc.array(fc.oneof(fc.constantFrom(...TELLING), fc.nat(255))).map(Buffer.from);
}

/**
 * The same octets with another in one place, a few times over: shows where each class of octets ends.
 */
export function withOtherOctets(text: string): fc.Arbitrary<Buffer[]> {
  const others = fc.uint8Array({ minLength: 16, maxLength: 16 });
  return fc
    .tuple(fc.nat(text.length - 1), others)
    .map(([place, octets]) =>
      Array.from(octets, (octet) => replace(place, 1, Buffer.of(octet))(ascii(text))),
    );
}

function anyEdit(): fc.Arbitrary<Edit> {
  const anyPlace = fc.nat();
  const anyInsertion = fc.oneof(
    anyTellingOctet(),
    fc.constantFrom(...TELLING_SEQUENCES).map((text) => Buffer.from(text, 'latin1')),
  );
  return fc.oneof(
    fc
      .tuple(anyPlace, fc.integer({ min: 1, max: 3 }))
      .map(([place, count]) => remove(place, count)),
    fc.tuple(anyPlace, anyInsertion).map(([place, inserted]) => replace(place, 0, inserted)),
    fc.tuple(anyPlace, anyTellingOctet()).map(([place, other]) => replace(place, 1, other)),
    fc.tuple(anyPlace, fc.constantFrom(-1, 1)).map(([place, by]) => step(place, by)),
    fc
      .tuple(anyPlace, fc.integer({ min: 1, max: 20 }))
      .map(([place, count]) => repeat(place, count)),
  );
}

function anyTellingOctet(): fc.Arbitrary<Buffer> {
  return fc.oneof(fc.constantFrom(...TELLING), fc.nat(255)).map((octet) => Buffer.of(octet));
}

function remove(place: number, count: number): Edit {
  return (octets) => replace(place, count, Buffer.alloc(0))(octets);
}

function replace(place: number, count: number, inserted: Buffer): Edit {
  return (octets) => {
    const start = place % (octets.length + 1);
    return Buffer.concat([octets.subarray(0, start), inserted, octets.subarray(start + count)]);
  };
}

/** One octet becomes its neighbour. */
function step(place: number, by: number): Edit {
  return (octets) => {
    const index = place % (octets.length + 1);
    return replace(place, 1, Buffer.of((octets[index] ?? 0) + by))(octets);
  };
}

function repeat(place: number, count: number): Edit {
  return (octets) => {
    const start = place % (octets.length + 1);
    return Buffer.concat([octets.subarray(0, start + count), octets.subarray(start)]);
  };
}
