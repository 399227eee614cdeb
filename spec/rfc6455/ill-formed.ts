/**
 * Octets that are not UTF-8, of every kind, and the places of a text where they may stand.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc3629#section-4 | RFC 3629 §4}
 * @module
 */

import { type Case, eachOf } from '../each-of.ts';
import { finding, offer } from '../probe.ts';
import { converses, fails, type Judgement } from '../websocket-judgements.ts';
import { conclude, isFailed, listed } from '../websocket-role.ts';
import { clientFrame, fragmented, inOctets, type Segment } from '../websocket-wire.ts';

/** One of each kind: what its octets are, and what is wrong with them. */
const ILL_FORMED: Readonly<Record<string, string>> = {
  '80': 'a continuation, the first',
  bf: 'a continuation, the last',
  '808080': 'three continuations',
  c0af: 'a slash in two octets',
  c1bf: 'U+007F in two octets',
  e080af: 'a slash in three octets',
  e09fbf: 'U+07FF in three octets',
  f08080af: 'a slash in four octets',
  f08fbfbf: 'U+FFFF in four octets',
  f8808080af: 'a slash in five octets',
  fc80808080af: 'a slash in six octets',
  eda080: 'the first surrogate',
  edbfbf: 'the last surrogate',
  eda080edb080: 'a pair of surrogates',
  f4908080: 'U+110000',
  f7bfbfbf: 'U+1FFFFF',
  fbbfbfbfbf: 'U+3FFFFFF',
  fdbfbfbfbfbf: 'U+7FFFFFFF',
  fe: 'an octet that never occurs, FE',
  ff: 'an octet that never occurs, FF',
  fefeffff: 'octets that never occur',
  c341: 'two octets, the second missing',
  e28241: 'three octets, the last missing',
  e241ac: 'three octets, the second missing',
  f09f9841: 'four octets, the last missing',
  f09f4180: 'four octets, the third missing',
  e282e282ac: 'a character cut by the next one',
};

const BEFORE = Buffer.from('Grüße ');
const BEHIND = Buffer.from(' Grüße');

const EARLY = 'a failure with 1007, before the message is complete or then';

/** Each octet from 80 to FF with a letter behind it, which makes none of them right. */
export function everyOctet(): Judgement {
  return eachOf('each octet from 80 to ff, with a letter behind it', () =>
    Array.from({ length: 128 }, (_, index) => {
      const octet = 0x80 + index;
      return [octet.toString(16), fails([1007], textFrame(Buffer.of(octet, 0x61)))] as const;
    }),
  );
}

/** The characters of every length, cut by the end of the text behind each of their octets. */
export function everyCut(): Judgement {
  const characters = ['\u0080', '\u0800', '\u20ac', '\ud7ff', '\u{10000}', '\u{10ffff}'].map(
    (one) => Buffer.from(one),
  );
  return eachOf('characters that are cut by the end of the text', () =>
    characters.flatMap((octets) =>
      Array.from({ length: octets.length - 1 }, (_, index): Case => {
        const cut = octets.subarray(0, index + 1);
        return [cut.toString('hex'), fails([1007], textFrame(Buffer.concat([BEFORE, cut])))];
      }),
    ),
  );
}

/** Each kind alone, at the beginning of a text, in it, and at its end. */
export function everyPlace(): Judgement {
  const places: Readonly<Record<string, (octets: Buffer) => Buffer[]>> = {
    alone: (octets) => [octets],
    'at the beginning': (octets) => [octets, BEHIND],
    within: (octets) => [BEFORE, octets, BEHIND],
    'at the end': (octets) => [BEFORE, octets],
  };
  return eachKind('at every place of a text', (octets) =>
    Object.entries(places).map(([place, around]) => [
      place,
      fails([1007], textFrame(Buffer.concat(around(octets)))),
    ]),
  );
}

/** Each kind in two frames, cut behind each of its octets, and in frames of one octet. */
export function everySplit(): Judgement {
  return eachKind(
    'in two frames that are cut at every octet, and in frames of one octet',
    (octets) => {
      const whole = Buffer.concat([BEFORE, octets, BEHIND]);
      const cuts = Array.from(octets, (_, index) => BEFORE.length + index);
      const split = cuts.map((cut): Case => {
        const frames = fragmented(0x01, [whole.subarray(0, cut), whole.subarray(cut)]);
        return [`cut at octet ${cut}`, fails([1007], Buffer.concat(frames))];
      });
      return [...split, ['octet by octet', fails([1007], inOctets(whole))]];
    },
  );
}

/** Each kind as the reason of a Close. */
export function everyReason(): Judgement {
  return eachKind('as the reason of a Close', (octets) => {
    const reason = Buffer.concat([Buffer.of(0x03, 0xe8), octets]);
    return [['', fails([1007, 1002], clientFrame(0x88, reason))]];
  });
}

/**
 * A text that can't become UTF-8 any more is not complete yet. A server may fail at once, or wait for the
 * end of the message, but fail it must.
 */
export function noticed(begun: Segment, rest: Segment): Judgement {
  return converses([begun], EARLY, {}, async (conversation, subject) => {
    const isEarly = !(await conversation.wire.isQuiet(subject.patience));
    if (!isEarly) await conversation.send(rest);
    const happened = await conversation.toEnd();
    if (!isFailed(conclude(happened), [1007, undefined])) {
      return finding(false, EARLY, listed(happened));
    }
    return offer(isEarly, EARLY, `${listed(happened)}, ${isEarly ? 'at once' : 'in the end'}`);
  });
}

function eachKind(how: string, casesOf: (octets: Buffer) => readonly Case[]): Judgement {
  return eachOf(`octets that are not UTF-8, ${how}`, () =>
    Object.entries(ILL_FORMED).flatMap(([octets, kind]) =>
      casesOf(Buffer.from(octets, 'hex')).map(
        ([place, judgement]): Case => [`${kind}, ${octets} ${place}`.trimEnd(), judgement],
      ),
    ),
  );
}

function textFrame(octets: Uint8Array): Buffer {
  return clientFrame(0x81, octets);
}
