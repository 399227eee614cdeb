import { it } from 'node:test';
import fc from 'fast-check';

/**
 * The five laws that every fast parser and decoder is held to:
 * it agrees with its slow literal model; any split of the octets has the same outcome; it decodes
 * what its encoder made; every proper prefix asks for more; and what follows is left untouched.
 */
export type LawName = 'model' | 'split' | 'round trip' | 'prefix' | 'rest';

/** How often each law is tried: 1,000 times, or what `LAW_RUNS` says. */
const numRuns = Number(process.env['LAW_RUNS'] ?? 1_000);

/** Declares a law of `parser` (the name of its export) as a test. `sentence` begins "for any ...". */
export function law<Ts>(
  parser: string,
  name: LawName,
  sentence: string,
  property: fc.IProperty<Ts>,
): void {
  it(`${sentence} (${parser}: ${name})`, () => {
    fc.assert(property, { numRuns });
  });
}
