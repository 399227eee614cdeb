/**
 * Runs probes against a client of HTTP, several at a time.
 *
 * @module
 */

import { allClauses, type Clause } from '../clauses.ts';
import { FairTimer, pause } from '../fair-timer.ts';
import { Mortality } from '../mortality.ts';
import { type Finding, inconclusive, notApplicable, type Probe } from '../probe.ts';
import {
  DEFAULT_PATIENCE,
  DEFAULT_TIMEOUT,
  type Result,
  type RunOptions,
  resultOf,
  runEach,
} from '../run-probes.ts';
import { ExchangeServer, type Identity } from './exchange-server.ts';
import { type HttpClient, type HttpClientSubject, type Told, Unable } from './probe.ts';

/** The client, and how long to wait for it; what is left out has a default. */
export interface HttpClientOptions {
  /** Makes a client, for one probe, whose server has this origin. */
  readonly client: (origin: string) => HttpClient | Promise<HttpClient>;
  readonly timeout?: number | undefined;
  readonly patience?: number | undefined;
}

/** How long a client may take to put a connection back that it may use again, in milliseconds. */
const SETTLING = 10;

/** Runs all probes, `concurrency` at a time. The results are in the order of the probes. */
export async function runHttpClientProbes(
  probes: readonly Probe<HttpClientSubject>[],
  options: HttpClientOptions,
  runOptions?: RunOptions,
): Promise<Result[]> {
  const clauses = allClauses();
  return runEach(probes, (probe) => runHttpClientProbe(probe, options, clauses), runOptions);
}

/** Runs one probe with a client and servers of its own, which are all let go of in the end. */
async function runHttpClientProbe(
  probe: Probe<HttpClientSubject>,
  { client: makeClient, timeout = DEFAULT_TIMEOUT, patience = DEFAULT_PATIENCE }: HttpClientOptions,
  clauses: ReadonlyMap<string, Clause>,
): Promise<Result> {
  const servers: ExchangeServer[] = [];
  const open = async (identity?: Identity) => {
    const server = await ExchangeServer.start(timeout, identity);
    servers.push(server);
    return server;
  };
  const server = await open();
  const mortality = new Mortality();
  const client = mortality.watch(await makeClient(server.origin));
  const ask: HttpClientSubject['ask'] = async (target, request = {}) => {
    const isWhole = /^https?:/.test(target);
    const url = isWhole ? target : `${server.origin}${target}`;
    await pause(SETTLING);
    const told = await inTime(client.request({ ...request, url }), timeout, client.whenFailed);
    if (told.unable !== undefined) throw new Unable(told.unable);
    return told;
  };
  const judged = judge(probe, { server, timeout, patience, ask, open });
  const finding = await judged;
  const wires = servers.flatMap((each) => each.wires);
  const result = await resultOf(probe, clauses, Promise.resolve(finding), timeout, wires);
  client.close();
  for (const each of servers) each.close();
  return mortality.toldIn(result);
}

/** What the probe found; or that it does not apply, since the client can't do what it is told. */
async function judge(
  probe: Probe<HttpClientSubject>,
  subject: HttpClientSubject,
): Promise<Finding> {
  try {
    return await probe.judge(subject);
  } catch (error) {
    if (error instanceof Unable) return notApplicable(probe.title, error.message);
    return inconclusive(probe.title, String(error));
  }
}

/**
 * What the client tells, or that it tells nothing.
 *
 * @param whenGone - Resolves when nothing more is to be told.
 */
export async function inTime(
  told: Promise<Told>,
  milliseconds: number,
  whenGone?: Promise<unknown>,
): Promise<Told> {
  let timer: FairTimer | undefined;
  const late = new Promise<Told>((resolve) => {
    const error = `nothing within ${milliseconds} ms`;
    timer = new FairTimer(() => resolve({ error, isLate: true }), milliseconds);
  });
  const gone = whenGone?.then(() => ({ error: 'nothing', isLate: true }));
  const failed = (error: unknown): Told => ({ error: String(error) });
  const first = await Promise.race([told.catch(failed), late, ...(gone ? [gone] : [])]);
  timer?.stop();
  return first;
}
