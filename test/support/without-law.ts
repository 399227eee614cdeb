import type { LawName } from './law.ts';

/** Laws that do not apply to some parsers, and why. */
export interface WithoutLaw {
  readonly parsers: readonly string[];
  readonly laws: readonly LawName[];
  readonly reason: string;
}

/** Every cell of the table of laws that is empty on purpose. */
export const WITHOUT_LAW: readonly WithoutLaw[] = [
  {
    parsers: ['judgeRequest'],
    laws: ['split', 'round trip', 'prefix', 'rest'],
    reason: 'It judges a head that is whole, and encodes nothing.',
  },
];
