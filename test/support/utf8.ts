import fc from 'fast-check';

import { type OctetRange, UTF8_CHAR } from '../../spec/models/utf8.ts';

/** The octets of any character, all lengths alike: made from the grammar that the model reads by. */
function anyCharacter(): fc.Arbitrary<number[]> {
  return fc.oneof(
    ...UTF8_CHAR.map((ranges) => fc.tuple(...ranges.map(anyOctetIn)) as fc.Arbitrary<number[]>),
  );
}

function anyOctetIn([min, max]: OctetRange): fc.Arbitrary<number> {
  return fc.oneof(fc.constantFrom(min, max), fc.integer({ min, max }));
}

/** A text in UTF-8, with runs of ASCII long enough for what is fast about them. */
export function anyUtf8({ maxLength = 60 } = {}): fc.Arbitrary<Buffer> {
  const ascii = fc.array(fc.integer({ min: 0, max: 0x7f }), { maxLength: 40 });
  return fc
    .array(fc.oneof({ weight: 4, arbitrary: anyCharacter() }, ascii), { maxLength })
    .map((characters) => Buffer.from(characters.flat()));
}

/** A character of which one octet is the first or the last that it may be, or just outside. */
function almostCharacter(): fc.Arbitrary<number[]> {
  const bound = fc.record({ at: fc.nat(), isLast: fc.boolean(), isOutside: fc.boolean() });
  return fc
    .tuple(fc.constantFrom(...UTF8_CHAR), bound)
    .chain(([ranges, { at, isLast, isOutside }]) => {
      const place = at % ranges.length;
      const [first, last] = ranges[place]!;
      const octet = isLast ? last + Number(isOutside) : Math.max(0, first - Number(isOutside));
      const bounds = ranges.map((range) => fc.constantFrom(...range));
      const others = fc.oneof(fc.tuple(...bounds), fc.tuple(...ranges.map(anyOctetIn)));
      return others.map((octets: number[]) => octets.with(place, octet));
    });
}

/** Octets that are UTF-8 but for one of them, one too many or too few; or that only may be. */
export function almostUtf8(): fc.Arbitrary<Buffer> {
  const edit = fc.record({
    at: fc.nat(),
    count: fc.constantFrom(0, 1, 2),
    octets: fc.array(fc.oneof(fc.integer({ min: 0x7f, max: 0xff }), fc.constantFrom(0x61)), {
      maxLength: 2,
    }),
  });
  const edited = fc.tuple(anyUtf8({ maxLength: 12 }), edit).map(([text, { at, count, octets }]) => {
    const place = at % (text.length + 1);
    return Buffer.concat([
      text.subarray(0, place),
      Buffer.from(octets),
      text.subarray(place + count),
    ]);
  });
  return fc.oneof(
    edited,
    fc
      .tuple(anyUtf8({ maxLength: 2 }), almostCharacter(), anyUtf8({ maxLength: 2 }))
      .map(([before, octets, behind]) => Buffer.concat([before, Buffer.from(octets), behind])),
    fc.uint8Array({ maxLength: 12 }).map((octets) => Buffer.from(octets)),
  );
}
