import assert from 'node:assert/strict';
import fc from 'fast-check';

import type { Reading } from '../../spec/models/reading.ts';
import { DEFAULT_HEAD_LIMITS, type HeadLimits } from '../../src/http1/limits.ts';
import {
  anyLimits,
  atOnce,
  type Decode,
  decodeOctets,
  decodePieces,
  readerOf,
  withSplit,
} from './decoding.ts';
import { law } from './law.ts';
import { anyOctets, validOrNot, withOtherOctets } from './mutation.ts';

/** A decoder of HTTP/1.1 that reads one after the other, and its model. */
export interface DecoderUnderLaw<Meaning> {
  /** The name of its export. */
  readonly parser: string;
  readonly what: 'head' | 'body';
  readonly any: () => fc.Arbitrary<Buffer>;
  /** Those that are decoded one behind another, where it matters which. */
  readonly anyInRow?: () => fc.Arbitrary<Buffer>;
  /** Short, and with every part that there is. */
  readonly short: string;
  readonly limits?: () => fc.Arbitrary<HeadLimits>;
  readonly read: (octets: Buffer, limits: HeadLimits) => Reading<Meaning>;
  /** Decodes in the model's words. */
  readonly decode: (limits: HeadLimits) => Decode<Meaning>;
}

/** Agrees with the model, on pieces as on the whole, and leaves what comes behind. */
export function decoderLaws<Meaning>({
  parser,
  what,
  any,
  anyInRow = any,
  short,
  limits: limitsOf = anyLimits,
  read,
  decode,
}: DecoderUnderLaw<Meaning>): void {
  law(
    parser,
    'model',
    `for any octets: agrees with the model on the ${what}, or on the fault and where it shows`,
    fc.property(validOrNot(any()), limitsOf(), (octets, limits) => {
      const reading = read(octets, limits);
      assert.deepEqual(decodeOctets(decode(limits), octets), reading);
      assert.deepEqual(decodePieces(decode(limits), [octets]), atOnce(reading, octets));
    }),
  );

  law(
    parser,
    'model',
    `for any octet in any place of a ${what}: agrees with the model on it`,
    fc.property(withOtherOctets(short), (variants) => {
      for (const octets of variants) {
        const reading = read(octets, DEFAULT_HEAD_LIMITS);
        const decoding = decodePieces(decode(DEFAULT_HEAD_LIMITS), [octets]);
        assert.deepEqual(decoding, atOnce(reading, octets));
      }
    }),
  );

  law(
    parser,
    'split',
    'for any octets and any split of them: has the same outcome',
    fc.property(validOrNot(any()).chain(withSplit), limitsOf(), ([octets, pieces], limits) => {
      const whole = decodePieces(decode(limits), [octets]);
      assert.deepEqual(decodePieces(decode(limits), pieces), whole);
    }),
  );

  law(
    parser,
    'rest',
    `for any octets behind a ${what}: leaves them in the reader`,
    fc.property(any(), anyOctets(), (octets, rest) => {
      fc.pre(read(octets, DEFAULT_HEAD_LIMITS).outcome === 'complete');
      const pieces = [Buffer.concat([octets, rest])];
      const decoding = decodePieces(decode(DEFAULT_HEAD_LIMITS), pieces);
      assert.ok(decoding.outcome === 'complete');
      assert.equal(decoding.rest, rest.toString('latin1'));
    }),
  );

  law(
    parser,
    'rest',
    `for any ${what} behind another: has the same outcome as alone`,
    fc.property(
      anyInRow(),
      validOrNot(anyInRow()).chain(withSplit),
      limitsOf(),
      (first, [, pieces], limits) => {
        fc.pre(read(first, limits).outcome === 'complete');
        const decodeNext = decode(limits);
        assert.ok(decodeNext(readerOf(first)));
        const alone = decodePieces(decode(limits), pieces);
        assert.deepEqual(decodePieces(decodeNext, pieces), alone);
      },
    ),
  );
}

/** The same, and takes nothing before the whole is there. */
export function headLaws<Meaning>(decoder: DecoderUnderLaw<Meaning>): void {
  decoderLaws(decoder);

  law(
    decoder.parser,
    'prefix',
    'for any proper prefix of a head: asks for more, and takes nothing',
    fc.property(decoder.any(), fc.nat(), (octets, cut) => {
      fc.pre(decoder.read(octets, DEFAULT_HEAD_LIMITS).outcome === 'complete');
      const prefix = octets.subarray(0, cut % octets.length);
      const reader = readerOf(prefix);
      assert.equal(decoder.decode(DEFAULT_HEAD_LIMITS)(reader), undefined);
      assert.equal(reader.available, prefix.length);
    }),
  );
}
