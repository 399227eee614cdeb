/**
 * What stood on a connection, field by field: the lines of heads, chunks, frames. It is made for the
 * eye, and of octets that may be wrong, so it names what it can and leaves the rest as octets.
 *
 * @module
 */

import type { Result } from '../run-probes.ts';
import type { Passage } from '../wire.ts';
import { type Dissector, messages, tlsRecords } from './protocols.ts';

/** A field of what was said, and its octets. */
export interface Piece {
  readonly direction: Passage['direction'];
  /** Milliseconds since the connection was asked for. */
  readonly at: number;
  /** What the standard calls it. */
  readonly name: string;
  readonly octets: Buffer;
  /** How many octets of it were not kept. */
  readonly omitted: number;
  /** What it means, where the octets do not show it. */
  readonly meaning?: string | undefined;
}

/** One direction of a connection, as far as it was kept. */
interface Side {
  readonly octets: Buffer;
  /** Where each passage begins, and its place among those of both directions. */
  readonly starts: readonly { readonly offset: number; readonly index: number }[];
}

/**
 * Takes what was said on a connection apart, in the order in which it was said.
 *
 * @param judged - Who the peer is: a server is sent requests, a client responses.
 */
export function dissect(passages: readonly Passage[], judged: Result['role']): Piece[] {
  const [asking, answering] =
    judged === 'server' ? (['sent', 'received'] as const) : (['received', 'sent'] as const);
  const requests = sideOf(passages, asking);
  const responses = sideOf(passages, answering);
  const isUpgraded = /^HTTP\/1\.\d 101 /m.test(responses.octets.toString('latin1', 0, 4_096));
  const methods = [...requests.octets.toString('latin1').matchAll(/^([A-Z]+) \S+ HTTP\/1/gm)];
  const context = { isUpgraded, methods: methods.map(([, method]) => method!) };
  const pieces = [
    ...piecesOf(passages, asking, requests, messages('request', context)),
    ...piecesOf(passages, answering, responses, messages('response', context)),
  ];
  return pieces.sort((a, b) => a.index - b.index).map(({ piece }) => piece);
}

function sideOf(passages: readonly Passage[], direction: Passage['direction']): Side {
  const starts: { offset: number; index: number }[] = [];
  const kept: Buffer[] = [];
  let offset = 0;
  for (const [index, passage] of passages.entries()) {
    if (passage.direction !== direction) continue;
    starts.push({ offset, index });
    kept.push(passage.octets);
    offset += passage.octets.length;
  }
  return { octets: Buffer.concat(kept), starts };
}

function piecesOf(
  passages: readonly Passage[],
  direction: Passage['direction'],
  { octets, starts }: Side,
  dissector: Dissector,
): { index: number; piece: Piece }[] {
  const isTls = [20, 21, 22].includes(octets[0] ?? 0) && octets[1] === 3;
  const spans = isTls ? tlsRecords(octets) : dissector(octets);
  const pieces = spans.map(({ start, end, name, meaning }) => {
    const { index } = starts.findLast(({ offset }) => offset <= start)!;
    const { at } = passages[index]!;
    const cut = octets.subarray(start, end);
    return { index, piece: { direction, at, name, octets: cut, omitted: 0, meaning } };
  });
  const lost = passages.filter((one) => one.direction === direction && isCut(one));
  const omissions = lost.map((passage) => ({
    index: passages.indexOf(passage),
    piece: {
      direction,
      at: passage.at,
      name: 'octets that were not kept',
      octets: Buffer.alloc(0),
      omitted: passage.length - passage.octets.length,
    },
  }));
  return [...pieces, ...omissions];
}

function isCut({ octets, length }: Passage): boolean {
  return octets.length < length;
}
