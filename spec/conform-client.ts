/**
 * Judges a client of event streams that is a program of its own.
 *
 * @module
 */

import { allClauses } from './clauses.ts';
import { type ClientSubject, STREAM, Watch } from './client-probe.ts';
import { eventSourceOf } from './command-client.ts';
import { type ConformOptions, reported } from './conform.ts';
import { EVENT_SOURCE_PROBES } from './event-source-probes.ts';
import { inconclusive, notApplicable, type Probe } from './probe.ts';
import type { Report } from './report/report.ts';
import { runClientProbes } from './run-client-probes.ts';
import { DEFAULT_TIMEOUT, type Result, resultOf } from './run-probes.ts';
import { ScriptedServer } from './scripted-server.ts';
import { select } from './selection.ts';

/** A client under test. */
export interface ClientUnderTest {
  /** What it is called in reports; the name of the program if nothing else is said. */
  readonly name?: string | undefined;
  /**
   * The program and its arguments, in which `{url}` stands for the address of the stream, and
   * `{types}` for the event types to be listened to. It tells each event as a line of JSON.
   */
  readonly command: readonly string[];
}

/** How many clients run side by side, each of which is a program. */
const DEFAULT_CONCURRENCY = 8;

/** What an application has to do by hand: a program can't be told to. */
const BY_HAND: Readonly<Record<string, string>> = {
  'html-9.2.2-11': 'a program can not be told to close its source',
};

/**
 * Judges a client. What it does wrong is in the report; this rejects only when it is not told rightly
 * what to judge.
 *
 * @throws TypeError when the command has no place for the address.
 */
export async function conformClient(
  { name, command }: ClientUnderTest,
  options: ConformOptions = {},
): Promise<Report> {
  if (!command.some((word) => word.includes('{url}'))) {
    throw new TypeError('the command has no {url} in it, where the address of the stream belongs');
  }
  const began = Date.now();
  const { seed = began % 1_000_000, timeout = DEFAULT_TIMEOUT, onResult } = options;
  const clauses = allClauses();
  const probes = select(EVENT_SOURCE_PROBES, options, clauses).map(orNotApplicable);
  const tell = (result: Result) => onResult?.(result, probes.length);
  const obstacle = await obstacleOf(command, timeout);
  const EventSource = eventSourceOf(command);
  const { concurrency = DEFAULT_CONCURRENCY, patience } = options;
  const run = { seed, concurrency, onResult: tell };
  const results =
    obstacle === undefined
      ? await runClientProbes(probes, { EventSource, timeout, patience }, run)
      : await Promise.all(
          probes.map((probe) => {
            const judged = Promise.resolve(inconclusive(probe.title, obstacle));
            return resultOf(probe, clauses, judged, timeout, []);
          }),
        );
  return {
    version: 1,
    subject: { name: name ?? command[0]!, role: 'client', command },
    date: new Date(began).toISOString(),
    seed,
    milliseconds: Date.now() - began,
    obstacles: obstacle === undefined ? [] : [obstacle],
    lacks: [],
    results: results.map((result, index) => reported(result, probes[index]!, clauses)),
  };
}

/** The probe, or one that says why it does not apply to a program. */
function orNotApplicable(probe: Probe<ClientSubject>): Probe<ClientSubject> {
  const reason = BY_HAND[probe.id];
  if (reason === undefined) return probe;
  return { ...probe, judge: async () => notApplicable(probe.title, reason) };
}

/** Why a client can't be judged; nothing when it asks, and tells of an event. */
async function obstacleOf(
  command: readonly string[],
  timeout: number,
): Promise<string | undefined> {
  const server = await ScriptedServer.start(timeout);
  let failure: string | undefined;
  const EventSource = eventSourceOf(command, (error) => {
    failure = error.message;
  });
  const source = new EventSource(`${server.origin}/stream`);
  const watch = new Watch(source, []);
  const visit = await server.next();
  if (visit !== undefined) await visit.wire.send(STREAM, 'data: hello\n\n');
  const isTold = visit !== undefined && (await watch.until(() => watch.events.length > 0, timeout));
  source.close();
  server.close();
  if (isTold) return undefined;
  if (failure !== undefined) return `the client could not be started: ${failure}`;
  if (visit === undefined) return `the client sent no request within ${timeout} ms`;
  return 'the client does not tell of an event: a line like {"type":"message","data":"hello","lastEventId":""} is expected on its standard output';
}
