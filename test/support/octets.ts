import fc from 'fast-check';

/** The octets of an ASCII string, for tests that quote what is on the wire. */
export function ascii(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

/** What stands where octets were lent, once they have been given back. */
export const OVERWRITTEN = 0x55;

/** Lets an endpoint take octets from memory that the next connection reads into. */
export function lend(
  endpoint: { receive(octets: Uint8Array, length: number): void },
  octets: Uint8Array,
): void {
  const lent = Uint8Array.from([...octets, OVERWRITTEN, OVERWRITTEN]);
  endpoint.receive(lent, octets.length);
  lent.fill(OVERWRITTEN);
}

/** The same octets, cut in any number of places: how TCP may deliver them. */
export function anySplitOf(octets: Uint8Array): fc.Arbitrary<Uint8Array[]> {
  return fc.array(fc.nat(octets.length)).map((cuts) => {
    const bounds = [0, ...cuts.toSorted((a, b) => a - b), octets.length];
    return bounds.slice(1).map((end, i) => octets.slice(bounds[i], end));
  });
}

/** Octets in the middle of others: what a parser may look at, from `start` to `end`, and may not. */
export interface Surroundings {
  around(octets: Uint8Array): Buffer;
  readonly start: number;
  end(octets: Uint8Array): number;
}

/** Any octets before and behind those that a parser is given. */
export function anySurroundings(): fc.Arbitrary<Surroundings> {
  const side = fc.uint8Array({ maxLength: 9 });
  return fc.tuple(side, side).map(([before, behind]) => ({
    around: (octets) => Buffer.concat([before, octets, behind]),
    start: before.length,
    end: (octets) => before.length + octets.length,
  }));
}
