/**
 * How reports write octets and pieces of transcripts.
 *
 * @module
 */

import type { Result } from '../run-probes.ts';
import { dissect, type Piece } from './dissection.ts';

/** How many octets of one field are written out. */
const WRITTEN_OUT = 48;

/** How much of a transcript is written out. */
export interface Space {
  /** How many fields of one connection. */
  readonly pieces: number;
  /** How many connections of one probe. */
  readonly connections: number;
}

/** A connection in a report. */
export interface ConnectionInWords {
  readonly pieces: readonly PieceInWords[];
  /** What was left out, in words. */
  readonly more: string | undefined;
}

/** A field of what was said, as it is written. */
export interface PieceInWords {
  readonly direction: Piece['direction'];
  readonly at: number;
  readonly name: string;
  readonly hex: string;
  readonly text: string;
}

/** The connections of a probe, and how many of them are left out. */
export function transcriptInWords(
  { transcript, role }: Pick<Result, 'transcript' | 'role'>,
  space: Space,
): { readonly connections: readonly ConnectionInWords[]; readonly left: number } {
  const connections = transcript.slice(0, space.connections).map((passages) => {
    const pieces = dissect(passages, role);
    const left = pieces.length - space.pieces;
    return {
      pieces: pieces.slice(0, space.pieces).map(pieceInWords),
      more: left > 0 ? `${left} fields more` : undefined,
    };
  });
  return { connections, left: transcript.length - connections.length };
}

function pieceInWords({ direction, at, name, octets, omitted, meaning }: Piece): PieceInWords {
  if (omitted > 0) return { direction, at, name, hex: '', text: `${omitted} octets` };
  const left = octets.length - WRITTEN_OUT;
  const more = left > 0 ? ` … ${left} octets more` : '';
  const shown = octets.subarray(0, WRITTEN_OUT);
  return { direction, at, name, hex: `${hexOf(shown)}${more}`, text: meaning ?? textOf(shown) };
}

/** Octets in hexadecimal, two digits each. */
export function hexOf(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join(' ');
}

/** Octets as text in quotes, where those that are not ASCII are escaped. */
export function textOf(octets: Buffer): string {
  return JSON.stringify(octets.toString('latin1')).replace(
    /[\x7f-\xff]/g,
    (octet) => `\\x${octet.charCodeAt(0).toString(16)}`,
  );
}
