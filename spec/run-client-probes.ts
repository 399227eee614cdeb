/**
 * Runs probes against a client of event streams, several at a time.
 *
 * @module
 */

import { allClauses, type Clause } from './clauses.ts';
import {
  type ClientSubject,
  type EventSourceConstructor,
  type EventSourceLike,
  Watch,
} from './client-probe.ts';
import { Mortality } from './mortality.ts';
import type { Probe } from './probe.ts';
import {
  DEFAULT_PATIENCE,
  DEFAULT_TIMEOUT,
  judge,
  type Result,
  type RunOptions,
  resultOf,
  runEach,
} from './run-probes.ts';
import { ScriptedServer } from './scripted-server.ts';

/** The client, and how long to wait for it; what is left out has a default. */
export interface ClientSubjectOptions {
  readonly EventSource: EventSourceConstructor;
  readonly timeout?: number | undefined;
  readonly patience?: number | undefined;
}

/** Runs all probes, `concurrency` at a time. The results are in the order of the probes. */
export async function runClientProbes(
  probes: readonly Probe<ClientSubject>[],
  options: ClientSubjectOptions,
  runOptions?: RunOptions,
): Promise<Result[]> {
  const clauses = allClauses();
  return runEach(probes, (probe) => runClientProbe(probe, options, clauses), runOptions);
}

/** Runs one probe with a server and sources of its own, which are all let go of in the end. */
async function runClientProbe(
  probe: Probe<ClientSubject>,
  options: ClientSubjectOptions,
  clauses: ReadonlyMap<string, Clause>,
): Promise<Result> {
  const { EventSource, timeout = DEFAULT_TIMEOUT, patience = DEFAULT_PATIENCE } = options;
  const server = await ScriptedServer.start(timeout);
  const sources: EventSourceLike[] = [];
  const mortality = new Mortality(server);
  const open = (...types: readonly string[]) => {
    const source = mortality.watch(new EventSource(`${server.origin}/stream`));
    sources.push(source);
    return new Watch(source, types);
  };
  const judged = judge(probe, { server, timeout, patience, open });
  const result = await resultOf(probe, clauses, judged, timeout, server.wires);
  for (const source of sources) source.close();
  server.close();
  return mortality.toldIn(result);
}
