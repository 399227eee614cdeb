/**
 * Judges a server, given by its addresses, by all probes for those addresses.
 *
 * @module
 */

import { type Address, readAddress } from './addresses.ts';
import { allClauses, type Clause } from './clauses.ts';
import { ConnectionBudget } from './connection-budget.ts';
import { INQUIRIES, MEETINGS } from './meeting.ts';
import { PresenceByAsking } from './presence.ts';
import type { Probe } from './probe.ts';
import type { Report, ReportedResult } from './report/report.ts';
import {
  DEFAULT_PATIENCE,
  type Result,
  type RunOptions,
  runEach,
  runProbe,
  type SubjectOptions,
  subjectOf,
} from './run-probes.ts';
import { type Selection, select } from './selection.ts';
import { type Door, SUITES } from './server-probes.ts';
import { sectionOf, standardOf } from './standards.ts';
import type { Wire } from './wire.ts';

/** A server under test: at least one address of it, and what can't be found out by asking. */
export interface ServerUnderTest {
  /** What it is called in reports; its first host and port if nothing else is said. */
  readonly name?: string | undefined;
  /** `ws://host:port/path`, or `wss:`: an echo. */
  readonly webSocket?: string | undefined;
  /** `http://host:port/`, or `https:`: answers `GET /` with 200 and always the same content, and `POST /echo` with its content. */
  readonly http?: string | undefined;
  /** The address of an event stream. */
  readonly eventStream?: string | undefined;
  /** The address of a live route, with sessions and transports. */
  readonly live?: string | undefined;
  /** The address of a live route or an event stream that has no room for another session. */
  readonly full?: string | undefined;
  /** The path of its reflectors, `/reflect` if nothing else is said. */
  readonly reflector?: string | undefined;
  /** The path to which a POST publishes, `/publish` if nothing else is said. */
  readonly publish?: string | undefined;
  /** After how many milliseconds a stream with nothing to tell shows that it is alive. */
  readonly heartbeat?: number | undefined;
  /** After how many octets the response that carries a stream is ended, to go on in another. */
  readonly round?: number | undefined;
  /** After how many milliseconds a session that nobody asks for is over. */
  readonly sessionIdle?: number | undefined;
  /** After how many milliseconds it gives up on a peer that has gone silent. */
  readonly givesUpAfter?: number | undefined;
}

/** What to judge by, and how. */
export interface ConformOptions extends Selection {
  /** Decides in which order the probes begin; the report says it. */
  readonly seed?: number | undefined;
  /** How long to wait for what has to happen, in milliseconds. */
  readonly timeout?: number | undefined;
  /** How long nothing has to happen before it counts as never happening, in milliseconds. */
  readonly patience?: number | undefined;
  /** How many probes run side by side. */
  readonly concurrency?: number | undefined;
  /** Told of each result as it comes, and how many there will be. */
  readonly onResult?: ((result: Result, total: number) => void) | undefined;
}

/** A probe, and the address of the subject that it is sent to. */
interface Task {
  readonly probe: Probe;
  readonly options: SubjectOptions;
  readonly presence: PresenceByAsking;
}

/** An address of the subject, once they have met. */
interface Entrance {
  readonly door: Door;
  readonly address: Address;
  readonly options: SubjectOptions;
  readonly presence: PresenceByAsking;
  /** Why it can't be judged; nothing when it can. */
  readonly obstacle: string | undefined;
  readonly lacks: readonly string[];
}

/** How many connections a subject is asked to bear at once, as a rule. */
const MAX_CONNECTIONS = 64;

const DOORS: readonly Door[] = ['webSocket', 'http', 'eventStream', 'live', 'full'];

/**
 * Judges a server. What it does wrong is in the report; this rejects only when it is not told rightly
 * what to judge.
 *
 * @throws TypeError when there is no address, or one is wrong.
 */
export async function conform(
  server: ServerUnderTest,
  options: ConformOptions = {},
): Promise<Report> {
  const began = Date.now();
  const { seed = began % 1_000_000 } = options;
  const doors = addressesOf(server);
  const budget = new ConnectionBudget(MAX_CONNECTIONS, options.patience ?? DEFAULT_PATIENCE);
  const entrances = await Promise.all(doors.map((one) => enter(one, server, options, budget)));
  const clauses = allClauses();
  const tasks = entrances.flatMap(({ door, options: at, presence }) =>
    select(SUITES[door], options, clauses).map((probe) => ({ probe, options: at, presence })),
  );
  const { results, underWay } = await judgeAll(tasks, { ...options, seed }, clauses);
  const [{ address }] = entrances as [Entrance];
  return {
    version: 1,
    subject: {
      name: server.name ?? `${address.host}:${address.port}`,
      role: 'server',
      addresses: Object.fromEntries(doors.map(({ door, text }) => [door, text])),
    },
    date: new Date(began).toISOString(),
    seed,
    milliseconds: Date.now() - began,
    obstacles: entrances.flatMap((entrance) => obstaclesOf(entrance, underWay)),
    lacks: entrances.flatMap(({ lacks }) => lacks),
    results: results.map((result, index) => reported(result, tasks[index]!.probe, clauses)),
  };
}

/** The result as it stands in a report, with the words of its clause. */
export function reported<Peer>(
  result: Result,
  { title, sends }: Probe<Peer>,
  clauses: ReadonlyMap<string, Clause>,
): ReportedResult {
  const clause = clauses.get(result.clause)!;
  const { requirement } = clause;
  const section = sectionOf(clause);
  return { standard: standardOf(result.clause).id, section, requirement, title, sends, ...result };
}

function addressesOf(server: ServerUnderTest): { door: Door; text: string; address: Address }[] {
  const addresses = DOORS.flatMap((door) => {
    const text = server[door];
    return text === undefined ? [] : [{ door, text, address: readAddress(text, door) }];
  });
  if (addresses.length === 0) throw new TypeError('there is no address of a server to be judged');
  return addresses;
}

/** Meets the subject at one of its addresses. */
async function enter(
  { door, address }: { door: Door; address: Address },
  server: ServerUnderTest,
  { timeout, patience }: ConformOptions,
  budget: ConnectionBudget,
): Promise<Entrance> {
  const told = { ...optionsAt(door, address, server), timeout, patience, budget };
  const wires: Wire[] = [];
  const subject = subjectOf(told, (wire) => wires.push(wire));
  const { obstacle, known, lacks } = await MEETINGS[door](subject);
  for (const wire of wires) wire.close();
  const presence = new PresenceByAsking(() => INQUIRIES[door](subject));
  if (obstacle !== undefined) presence.leave(obstacle);
  return { door, address, options: { ...told, ...known }, presence, obstacle, lacks };
}

/** What is known of the subject at an address before it is met. */
function optionsAt(door: Door, address: Address, server: ServerUnderTest): SubjectOptions {
  const { host, port, secure, target } = address;
  const { publish = '/publish', heartbeat, round, sessionIdle } = server;
  const endpoint = { path: target, publish, heartbeat, round, sessionIdle };
  return {
    host,
    port,
    secure,
    path: door === 'http' ? webSocketPathOf(address, server) : target,
    reflector: server.reflector,
    webSocketReflector: server.reflector,
    givesUpAfter: server.givesUpAfter,
    securePort: secure ? port : undefined,
    eventStream: door === 'eventStream' ? endpoint : undefined,
    live: door === 'live' ? endpoint : undefined,
    full: door === 'full' ? endpoint : undefined,
  };
}

/** Where upgrades are asked for on the HTTP address: at the WebSocket, if that is on the same port. */
function webSocketPathOf({ host, port }: Address, { webSocket }: ServerUnderTest): string {
  if (webSocket === undefined) return '/';
  const address = readAddress(webSocket, 'webSocket');
  return address.host === host && address.port === port ? address.target : '/';
}

/** Runs the probes, and notes which of them were under way when the subject went. */
async function judgeAll(
  tasks: readonly Task[],
  { onResult, concurrency, seed }: ConformOptions,
  clauses: ReadonlyMap<string, Clause>,
): Promise<{ results: Result[]; underWay: ReadonlyMap<PresenceByAsking, readonly string[]> }> {
  const running = new Set<Task>();
  const underWay = new Map<PresenceByAsking, readonly string[]>();
  for (const presence of new Set(tasks.map((task) => task.presence))) {
    void presence.whenGone.then(() => {
      const theirs = [...running].filter((task) => task.presence === presence);
      underWay.set(
        presence,
        theirs.map(({ probe }) => probe.id),
      );
    });
  }
  const run = async (task: Task) => {
    running.add(task);
    const result = await runProbe(task.probe, task.options, clauses, task.presence);
    running.delete(task);
    return result;
  };
  const runOptions: RunOptions = {
    concurrency,
    seed,
    onResult: onResult && ((result) => onResult(result, tasks.length)),
  };
  return { results: await runEach(tasks, run, runOptions), underWay };
}

/** Why the subject could not be judged at an address, or not to the end. */
function obstaclesOf(
  { door, presence, options, obstacle }: Entrance,
  underWay: ReadonlyMap<PresenceByAsking, readonly string[]>,
): string[] {
  const where = `${door} at ${options.host}:${options.port}`;
  if (obstacle !== undefined) return [`${where}: ${obstacle}`];
  if (presence.gone === undefined) return [];
  const names = underWay.get(presence)?.join(', ') || 'none';
  return [`${where}: it no longer answered, ${presence.gone}; under way were the probes ${names}`];
}
