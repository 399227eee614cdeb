import { Duplex } from 'node:stream';

/** Two streams in memory: what is written to one is read from the other. */
export function duplexPair(): [Duplex, Duplex] {
  const sides: Duplex[] = [];
  for (const other of [1, 0]) {
    const side = new Duplex({
      read() {},
      write(octets, _encoding, done) {
        sides[other]!.push(octets);
        done();
      },
      final(done) {
        sides[other]!.push(null);
        done();
      },
    });
    sides.push(side);
  }
  return [sides[0]!, sides[1]!];
}
