/**
 * Servers and clients that others have written, as `npm run conform:peers` judges them.
 *
 * @module
 */

import type { Report } from '../../spec/conformance.ts';

/** How far a run has come. */
export type Told = (line: string) => void;

/** One server or client. */
export interface Peer {
  /** What it is called on the command line, and in the table. */
  readonly name: string;
  readonly role: 'server' | 'client';
  /** What of it is judged, and on what it runs. */
  readonly about: string;
  /** The line that installs it, if it is missing. */
  readonly install: string;
  /** Its version; nothing when it is not installed. */
  version(): string | undefined;
  /** Judges it. */
  judge(onResult: (done: number, total: number) => void): Promise<Report>;
}

/** A fault, as it is kept. */
export interface Fault {
  readonly probe: string;
  readonly clause: string;
  readonly title: string;
  readonly verdict: 'fail' | 'departure' | 'inconclusive';
  readonly received: string;
}

/** What came of a peer, as it is kept from one run to the next. */
export interface Outcome {
  readonly name: string;
  readonly role: 'server' | 'client';
  readonly about: string;
  readonly version: string;
  /** The day, as ISO 8601 has it. */
  readonly date: string;
  readonly seconds: number;
  /** How many probes had each verdict, by standard. */
  readonly counts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly faults: readonly Fault[];
}
