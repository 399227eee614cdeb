/**
 * Runs probes against a client of WebSocket, several at a time.
 *
 * @module
 */

import { allClauses, type Clause } from '../clauses.ts';
import { Mortality } from '../mortality.ts';
import {
  DEFAULT_PATIENCE,
  DEFAULT_TIMEOUT,
  judge,
  type Result,
  type RunOptions,
  resultOf,
  runEach,
} from '../run-probes.ts';
import { ScriptedServer } from '../scripted-server.ts';
import { ADDRESS, type ClientProbe, type WebSocketClient } from './subject.ts';

/** The client, and how long to wait for it; what is left out has a default. */
export interface WebSocketClientOptions {
  readonly client: WebSocketClient;
  readonly timeout?: number | undefined;
  readonly patience?: number | undefined;
}

/** Runs all probes, `concurrency` at a time. The results are in the order of the probes. */
export async function runWebSocketClientProbes(
  probes: readonly ClientProbe[],
  options: WebSocketClientOptions,
  runOptions?: RunOptions,
): Promise<Result[]> {
  const clauses = allClauses();
  return runEach(probes, (probe) => runOne(probe, options, clauses), runOptions);
}

/** Runs one probe with a server and clients of its own, which are all let go of in the end. */
async function runOne(
  probe: ClientProbe,
  options: WebSocketClientOptions,
  clauses: ReadonlyMap<string, Clause>,
): Promise<Result> {
  const { client, timeout = DEFAULT_TIMEOUT, patience = DEFAULT_PATIENCE } = options;
  const server = await ScriptedServer.start(timeout);
  const { port } = new URL(server.origin);
  const endings: (() => void)[] = [];
  const mortality = new Mortality(server);
  const start = (address = ADDRESS, protocols: readonly string[] = []) => {
    endings.push(mortality.watch(client(address.replace('{port}', port), protocols)));
  };
  const judged = judge(probe, { server, timeout, patience, start });
  const result = await resultOf(probe, clauses, judged, timeout, server.wires);
  for (const end of endings) end();
  server.close();
  return mortality.toldIn(result);
}
