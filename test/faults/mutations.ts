/**
 * Small changes to octets, as a faulty or hostile peer makes them.
 *
 * @module
 */

import type { Random } from './random.ts';

type Mutation = (octets: Buffer, random: Random) => Buffer;

/** Octets that mean something to HTTP or WebSocket, and so are likelier to lead a parser astray. */
const SPECIAL = Buffer.from('\r\n\0 \t:;,="0\x7f\x80\xff', 'latin1');

const MUTATIONS: readonly Mutation[] = [
  flipBit,
  replaceOctet,
  insertOctets,
  removeSlice,
  repeatSlice,
  moveSlice,
];

/** The octets with one to four changes in them. */
export function mutate(octets: Buffer, random: Random): Buffer {
  let mutated = octets;
  for (let changes = 1 + random.below(4); changes > 0; changes--) {
    mutated = random.among(MUTATIONS)(mutated, random);
  }
  return mutated;
}

function flipBit(octets: Buffer, random: Random): Buffer {
  const flipped = Buffer.from(octets);
  const index = random.below(octets.length);
  if (octets.length > 0) flipped[index] = octets[index]! ^ (1 << random.below(8));
  return flipped;
}

function replaceOctet(octets: Buffer, random: Random): Buffer {
  const replaced = Buffer.from(octets);
  if (octets.length > 0) replaced[random.below(octets.length)] = random.among([...SPECIAL]);
  return replaced;
}

function insertOctets(octets: Buffer, random: Random): Buffer {
  const at = random.below(octets.length + 1);
  const inserted = random.oneIn(2)
    ? random.octets(1 + random.below(8))
    : SPECIAL.subarray(random.below(8));
  return Buffer.concat([octets.subarray(0, at), inserted, octets.subarray(at)]);
}

function removeSlice(octets: Buffer, random: Random): Buffer {
  const [start, end] = anySlice(octets, random);
  return Buffer.concat([octets.subarray(0, start), octets.subarray(end)]);
}

function repeatSlice(octets: Buffer, random: Random): Buffer {
  const [start, end] = anySlice(octets, random);
  return Buffer.concat([octets.subarray(0, end), octets.subarray(start)]);
}

function moveSlice(octets: Buffer, random: Random): Buffer {
  const [start, end] = anySlice(octets, random);
  const rest = Buffer.concat([octets.subarray(0, start), octets.subarray(end)]);
  const at = random.below(rest.length + 1);
  return Buffer.concat([rest.subarray(0, at), octets.subarray(start, end), rest.subarray(at)]);
}

/** The bounds of a slice that is mostly short. */
function anySlice(octets: Buffer, random: Random): readonly [start: number, end: number] {
  const start = random.below(octets.length + 1);
  const length = random.below(random.oneIn(4) ? octets.length : 16);
  return [start, Math.min(octets.length, start + length)];
}
