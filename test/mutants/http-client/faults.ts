import type { Quirks } from './quirks.ts';
import { rfc9110 } from './rfc9110.ts';
import { rfc9112 } from './rfc9112.ts';

/** A mutant of a client: the probe that finds it, what it does wrong, and how. */
export type Fault = readonly [probe: string, fault: string, quirks: Quirks];

/** All of them. */
export const FAULTS: readonly Fault[] = [...rfc9112, ...rfc9110];
