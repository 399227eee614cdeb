/**
 * How one kind of clients is judged, and how clients of event streams are.
 *
 * @module
 */

import { type ClientSubject, STREAM, Watch } from './client-probe.ts';
import { eventSourceOf } from './command-client.ts';
import { EVENT_SOURCE_PROBES } from './event-source-probes.ts';
import { type Finding, notApplicable, type Probe } from './probe.ts';
import type { Program } from './program.ts';
import { runClientProbes } from './run-client-probes.ts';
import type { Result, RunOptions } from './run-probes.ts';
import { ScriptedServer } from './scripted-server.ts';

/** A probe of a client, of which only those who run it know how it judges. */
export type AnyClientProbe = Probe<never>;

/** How long to wait for a client. */
export interface Waiting {
  readonly timeout: number;
  readonly patience?: number | undefined;
}

/** How clients of one kind are judged. */
export interface ClientSuite {
  readonly probes: readonly AnyClientProbe[];
  /** Why a client can't be judged; nothing when it does the ordinary things that all probes build on. */
  obstacleOf(command: readonly string[], timeout: number): Promise<string | undefined>;
  /** Runs the probes with these ids, whose results are in the same order. */
  run(
    command: readonly string[],
    ids: readonly string[],
    waiting: Waiting,
    options: RunOptions,
  ): Promise<Result[]>;
}

/** Clients of event streams. */
export const EVENT_STREAM_CLIENTS: ClientSuite = {
  probes: EVENT_SOURCE_PROBES,
  obstacleOf,
  run: (command, ids, waiting, options) => {
    const probes = named(EVENT_SOURCE_PROBES, ids).map(orNotApplicable);
    return runClientProbes(probes, { EventSource: eventSourceOf(command), ...waiting }, options);
  },
};

/** Those of the probes that have these ids, in this order. */
export function named<Peer>(probes: readonly Probe<Peer>[], ids: readonly string[]): Probe<Peer>[] {
  return ids.map((id) => probes.find((probe) => probe.id === id)!);
}

/** What an application has to do by hand: a program can't be told to. */
const BY_HAND: Readonly<Record<string, string>> = {
  'html-9.2.2-11': 'a program can not be told to close its source',
};

/** The probe, or one that says why it does not apply to a program. */
function orNotApplicable(probe: Probe<ClientSubject>): Probe<ClientSubject> {
  const reason = BY_HAND[probe.id];
  if (reason === undefined) return probe;
  return { ...probe, judge: async (): Promise<Finding> => notApplicable(probe.title, reason) };
}

/** Nothing when the client asks, and tells of an event. */
async function obstacleOf(
  command: readonly string[],
  timeout: number,
): Promise<string | undefined> {
  const server = await ScriptedServer.start(timeout);
  let program: Program | undefined;
  let isGone = false;
  const EventSource = eventSourceOf(command, (started) => {
    program = started;
    void started.whenGone.then(() => {
      isGone = true;
      server.isDeserted = true;
      watch.look();
    });
  });
  const source = new EventSource(`${server.origin}/stream`);
  const watch = new Watch(source, []);
  const visit = await server.next();
  if (visit !== undefined) {
    await visit.wire.send(STREAM, 'data: hello\n\n');
    await watch.until(() => isGone || watch.events.length > 0, timeout);
  }
  const isTold = watch.events.length > 0;
  const reason =
    visit === undefined ? `the client sent no request${within(timeout, isGone)}` : NOT_TOLD;
  const obstacle = isTold ? undefined : await program!.obstacle(reason);
  source.close();
  server.close();
  return obstacle;
}

/** How long a client was waited for; nothing of one that is gone. */
export function within(milliseconds: number, isGone: boolean): string {
  return isGone ? '' : ` within ${milliseconds} ms`;
}

const NOT_TOLD =
  'the client does not tell of an event: a line like {"type":"message","data":"hello","lastEventId":""} is expected on its standard output';
