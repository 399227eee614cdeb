import fc from 'fast-check';

/** The octets of an ASCII string, for tests that quote what is on the wire. */
export function ascii(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

/** The same octets, cut in any number of places: how TCP may deliver them. */
export function anySplitOf(octets: Uint8Array): fc.Arbitrary<Uint8Array[]> {
  return fc.array(fc.nat(octets.length)).map((cuts) => {
    const bounds = [0, ...cuts.toSorted((a, b) => a - b), octets.length];
    return bounds.slice(1).map((end, i) => octets.slice(bounds[i], end));
  });
}
