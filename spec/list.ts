/**
 * The probes that there are, for those who want to know before they run them.
 *
 * @module
 */

import { allClauses } from './clauses.ts';
import { CLIENT_SUITES, type ClientProtocol } from './conform-client.ts';
import type { Level, Probe } from './probe.ts';
import { type Selection, select } from './selection.ts';
import { SERVER_PROBES } from './server-probes.ts';
import { standardOf } from './standards.ts';

/** What a probe is about. */
export interface ListedProbe {
  readonly probe: string;
  readonly clause: string;
  /** The standard, by the name that it has on the command line. */
  readonly standard: string;
  readonly level: Level;
  readonly role: 'server' | 'client';
  /** What a client speaks that it is sent to; absent for servers. */
  readonly speaks?: ClientProtocol | undefined;
  /** What a peer that keeps the clause does. */
  readonly title: string;
  /** What the subject must have; for one that lacks it the probe is not applicable. */
  readonly needs?: string | undefined;
  /** Whether it takes so long that it is run only when it is asked for. */
  readonly long?: boolean | undefined;
}

/** The probes that are selected, those of servers and then those of clients. */
export function listProbes(selected: Selection = {}): ListedProbe[] {
  const selection = { long: true, ...selected };
  const clients = Object.entries(CLIENT_SUITES).flatMap(([speaks, { probes }]) =>
    listed(probes, selection).map((probe) => ({ ...probe, speaks: speaks as ClientProtocol })),
  );
  return [...listed(SERVER_PROBES, selection), ...clients];
}

function listed<Peer>(probes: readonly Probe<Peer>[], selection: Selection): ListedProbe[] {
  const clauses = allClauses();
  return select(probes, selection, clauses).map(({ id, clause, role, title, needs, long }) => {
    const { level } = clauses.get(clause)!;
    return { probe: id, clause, standard: standardOf(clause).id, level, role, title, needs, long };
  });
}
