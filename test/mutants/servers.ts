/**
 * Mutants that are servers.
 *
 * @module
 */

import type { Probe } from '../../spec/probe.ts';
import { type Result, runProbes, type SubjectOptions } from '../../spec/run-probes.ts';
import { ATTENTION, type Mutant, PATIENT, type Suite } from './mutant.ts';

/** A server that listens, and where. */
export interface Server {
  readonly options: SubjectOptions;
  close(): void | Promise<void>;
}

/** A server that is wrong in one way. */
export interface ServerMutant extends Pick<Mutant, 'probe' | 'fault' | 'isSilent'> {
  start(): Promise<Server>;
}

/** Servers of one kind. */
export interface ServerSuite extends Pick<Suite, 'name' | 'offers' | 'atOnce'> {
  readonly probes: readonly Probe[];
  readonly mutants: readonly ServerMutant[];
  /** Starts the server that is right, for this probe. */
  start(probe: Probe): Promise<Server>;
  close?(): Promise<void>;
}

/** Makes a suite of servers, each of which is started for one probe. */
export function serverSuite(servers: ServerSuite): Suite {
  const { name, offers, atOnce, probes, mutants } = servers;
  const probeOf = (id: string): Probe => {
    const probe = probes.find((one) => one.id === id);
    if (probe === undefined) throw new RangeError(`there is no probe ${id} of ${name}`);
    return probe;
  };
  return {
    name,
    offers,
    atOnce,
    probes,
    mutants: mutants.map((mutant) => ({
      ...mutant,
      judge: async (timeout: number) =>
        judge(probeOf(mutant.probe), await mutant.start(), timeout, ATTENTION),
    })),
    judgeRight: async (id) => judge(probeOf(id), await servers.start(probeOf(id)), PATIENT),
    close: async () => servers.close?.(),
  };
}

async function judge(
  probe: Probe,
  server: Server,
  timeout: number,
  patience?: number,
): Promise<Result> {
  const [result] = await runProbes([probe], { timeout, patience, ...server.options });
  await server.close();
  return result!;
}
