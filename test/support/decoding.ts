import assert from 'node:assert/strict';
import fc from 'fast-check';

import type { Reading } from '../../spec/models/reading.ts';
import { ByteReader } from '../../src/bytes/byte-reader.ts';
import { HttpError, type HttpFaultCode } from '../../src/errors.ts';
import { DEFAULT_HEAD_LIMITS, type HeadLimits } from '../../src/http1/limits.ts';
import { anySplitOf, ascii, OVERWRITTEN } from './octets.ts';

/** Limits: the usual ones, or some that a few octets exceed. */
export function anyLimits(): fc.Arbitrary<HeadLimits> {
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant(DEFAULT_HEAD_LIMITS) },
    { weight: 1, arbitrary: fc.constant({ head: 150, fields: 3, target: 20 }) },
  );
}

/** What decoding came to: what was decoded and what followed it, a need for more, or a fault. */
export type Decoding<Value> =
  | { readonly outcome: 'complete'; readonly value: Value; readonly rest: string }
  | { readonly outcome: 'more' }
  | { readonly outcome: 'fault'; readonly code: string };

/** Decodes what it can of a reader: a value, or nothing as long as it needs more. */
export type Decode<Value> = (reader: ByteReader) => Value | undefined;

/** Feeds the pieces one after the other, and tells what `decode` makes of them. */
export function decodePieces<Value>(
  decode: Decode<Value>,
  pieces: readonly Uint8Array[],
): Decoding<Value> {
  const reader = new ByteReader();
  let value: Value | undefined;
  try {
    for (const octets of pieces) {
      const lent = Uint8Array.from(octets);
      reader.feed(lent);
      value ??= decode(reader);
      reader.settle();
      lent.fill(OVERWRITTEN);
    }
  } catch (error) {
    return { outcome: 'fault', code: codeOf(error) };
  }
  if (value === undefined) return { outcome: 'more' };
  return { outcome: 'complete', value, rest: waiting(reader) };
}

/**
 * Feeds octet by octet, and tells what `decode` makes of them in the model's words: how many octets it
 * took, and how many it takes to see a fault.
 */
export function decodeOctets<Value>(decode: Decode<Value>, octets: Uint8Array): Reading<Value> {
  const reader = new ByteReader();
  for (const [i, octet] of octets.entries()) {
    reader.feed(Uint8Array.of(octet));
    try {
      const value = decode(reader);
      if (value !== undefined) return { outcome: 'complete', value, length: i + 1 };
    } catch (error) {
      return { outcome: 'fault', code: codeOf(error), at: i + 1 };
    }
  }
  return { outcome: 'more' };
}

/** What the model's reading is when all octets come at once. */
export function atOnce<Value>(reading: Reading<Value>, octets: Buffer): Decoding<Value> {
  if (reading.outcome === 'more') return reading;
  if (reading.outcome === 'fault') return { outcome: 'fault', code: reading.code };
  const rest = octets.toString('latin1', reading.length);
  return { outcome: 'complete', value: reading.value, rest };
}

/** A reader in which these octets wait. */
export function readerOf(octets: string | Uint8Array): ByteReader {
  const reader = new ByteReader();
  reader.feed(typeof octets === 'string' ? ascii(octets) : octets);
  return reader;
}

/** The octets that wait in the reader, as text. */
export function waiting({ octets, position, end }: ByteReader): string {
  return Buffer.from(octets.subarray(position, end)).toString('latin1');
}

/** For `assert.throws`: whether it is this fault of a peer. */
export function faultOf(code: HttpFaultCode): (error: unknown) => boolean {
  return (error) => error instanceof HttpError && error.code === code;
}

function codeOf(error: unknown): string {
  assert.ok(error instanceof HttpError, `not a fault of a peer: ${error}`);
  return error.code;
}

/** Octets, and a way in which they may arrive. */
export function withSplit(octets: Buffer): fc.Arbitrary<[Buffer, Uint8Array[]]> {
  return fc.tuple(fc.constant(octets), anySplitOf(octets));
}
