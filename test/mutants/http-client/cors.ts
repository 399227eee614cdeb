import type { PageQuirks } from './right-page.ts';

/** A mutant of a page: the probe that finds it, what it does wrong, and how. */
export type PageFault = readonly [probe: string, fault: string, quirks: PageQuirks];

const ORIGIN = 'http://page.example:8080';

export const PAGE_FAULTS: readonly PageFault[] = [
  ['fetch-2.2.2-1/a', 'never asks for leave', { preflights: 'never' }],
  ['fetch-2.2.2-1/b', 'asks for leave always', { preflights: 'always' }],
  ['fetch-2.2.2-3', 'takes * for Authorization', { isWild: true }],
  ['fetch-3.2-1', 'does not say its origin', { origins: [] }],
  ['fetch-3.3.2-3', 'names no fields', { isTerse: true }],
  ['fetch-3.3.5-4', 'sends cookies with a preflight', { isGenerous: true }],
  ['fetch-4.8-1', 'names fields as they come', { isUnsorted: true }],
  ['fetch-4.8-2', 'does not look at statuses', { isStatusBlind: true }],
  ['fetch-4.8-3/a', 'does not look at methods', { ignores: 'methods' }],
  ['fetch-4.8-3/b', 'does not look at fields', { ignores: 'fields' }],
  ['fetch-4.10-1', 'reads everything', { isNosy: true }],
  ['6454-7.3-2', 'says its origin twice', { origins: [ORIGIN, ORIGIN] }],
  ['6454-7.3-4', 'says its origin with a path', { origins: [`${ORIGIN}/`] }],
];
