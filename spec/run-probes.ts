/**
 * Runs probes against a subject, several at a time, and reports what came of each.
 *
 * @module
 */

import type { Clause } from './clauses.ts';
import { allClauses } from './clauses.ts';
import type { ConnectionBudget } from './connection-budget.ts';
import { inOrderOf } from './order.ts';
import {
  type Finding,
  inconclusive,
  type Level,
  notApplicable,
  type Probe,
  type PushEndpoint,
  type Subject,
  type Verdict,
} from './probe.ts';
import { UNABLE } from './reflector.ts';
import { type Passage, Wire } from './wire.ts';

/** Where the subject is, and what is known of it; what is left out has a default. */
export interface SubjectOptions {
  readonly host?: string | undefined;
  readonly port: number;
  /** Whether it is talked to inside TLS. */
  readonly secure?: boolean | undefined;
  readonly path?: string | undefined;
  readonly timeout?: number | undefined;
  readonly patience?: number | undefined;
  readonly content?: string | false | undefined;
  readonly echo?: boolean | undefined;
  readonly reflector?: string | undefined;
  readonly webSocketReflector?: string | undefined;
  readonly givesUpAfter?: number | undefined;
  readonly securePort?: number | undefined;
  readonly eventStream?: PushEndpoint | undefined;
  readonly live?: PushEndpoint | undefined;
  readonly full?: PushEndpoint | undefined;
  /** How many connections it bears at once; without it, as many as the probes open. */
  readonly budget?: ConnectionBudget | undefined;
}

/** How to run. */
export interface RunOptions {
  /** How many probes run side by side. */
  readonly concurrency?: number | undefined;
  /** Decides in which order they begin; as they are listed when it is left out. */
  readonly seed?: number | undefined;
  /** Told of each result as it comes. */
  readonly onResult?: ((result: Result) => void) | undefined;
  /** Knows whether the subject is still there. */
  readonly presence?: Presence | undefined;
}

/** Whether a subject is there, found out by asking it. */
export interface Presence {
  /** Why it is gone; nothing as long as it is there. */
  readonly gone: string | undefined;
  /** Resolves with the reason once it is gone. */
  readonly whenGone: Promise<string>;
  /** Asks, because nothing came back on any connection of a probe, or no end of it. */
  ask(): Promise<void>;
}

/** What came of one probe. */
export interface Result {
  readonly probe: string;
  readonly clause: string;
  readonly level: Level;
  readonly role: 'server' | 'client';
  readonly verdict: Verdict;
  readonly expected: string;
  readonly received: string;
  /** One list of passages for each connection that the probe opened; the last ones where there were many. */
  readonly transcript: readonly (readonly Passage[])[];
}

const DEFAULT_CONCURRENCY = 16;

/** How long to wait for what has to happen, in milliseconds. */
export const DEFAULT_TIMEOUT = 5_000;

/** How long nothing has to happen before it counts as never happening, in milliseconds. */
export const DEFAULT_PATIENCE = 250;

/** How many timeouts a probe may take altogether, so that no peer can hold one up for ever. */
const MAX_TIMEOUTS = 20;

/** Of how many connections of a probe the transcripts are kept: the last shows what went wrong. */
const MAX_TOLD = 16;

/** What is only said of a subject that still answers something ordinary: one that has gone mad breaks every rule. */
const FAULTS: readonly Verdict[] = ['fail', 'departure'];

/** Runs all probes, `concurrency` at a time. The results are in the order of the probes. */
export async function runProbes(
  probes: readonly Probe[],
  options: SubjectOptions,
  runOptions: RunOptions = {},
): Promise<Result[]> {
  const clauses = allClauses();
  const { presence } = runOptions;
  const run = (probe: Probe) => runProbe(probe, options, clauses, presence);
  return runEach(probes, run, runOptions);
}

/** Runs one probe on connections of its own, which are all let go of in the end. */
export async function runProbe(
  probe: Probe,
  options: SubjectOptions,
  clauses: ReadonlyMap<string, Clause> = allClauses(),
  presence?: Presence,
): Promise<Result> {
  const wires: Wire[] = [];
  let isOver = false;
  const onConnect = (wire: Wire) => {
    wires.push(wire);
    if (isOver) wire.close();
  };
  const judged = judgeAsFar(probe, subjectOf(options, onConnect), presence);
  const { timeout = DEFAULT_TIMEOUT } = options;
  const judgement = await resultOf(probe, clauses, judged, timeout, wires);
  isOver = true;
  const result = isDeclined(probe, judgement) ? declined(judgement) : judgement;
  return presence === undefined ? result : doubted(result, wires, presence);
}

/** The result, unless the subject could not be reached or is gone, so that it tells nothing. */
async function doubted(
  result: Result,
  wires: readonly Wire[],
  presence: Presence,
): Promise<Result> {
  const obstacle = wires.find((wire) => wire.obstacle !== undefined)?.obstacle;
  const isDoubtful =
    FAULTS.includes(result.verdict) || wires.some((wire) => wire.isFlooded) || isSilent(result);
  if (obstacle === undefined && !isDoubtful) return result;
  await presence.ask();
  if (presence.gone === undefined && obstacle === undefined) return result;
  const reason = presence.gone ?? `a connection could not be made: ${obstacle}`;
  return { ...result, verdict: 'inconclusive', received: reason };
}

/** Runs all probes in the way given, `concurrency` at a time. */
export async function runEach<One>(
  probes: readonly One[],
  run: (probe: One) => Promise<Result>,
  { concurrency = DEFAULT_CONCURRENCY, seed, onResult }: RunOptions = {},
): Promise<Result[]> {
  const results: Result[] = new Array(probes.length);
  const queue = inOrderOf([...probes.entries()], seed).values();
  const work = async () => {
    for (const [index, probe] of queue) {
      const result = await run(probe);
      results[index] = result;
      onResult?.(result);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return results;
}

/** The result of a probe once it is judged, and lets go of its connections. */
export async function resultOf<Peer>(
  probe: Probe<Peer>,
  clauses: ReadonlyMap<string, Clause>,
  judged: Promise<Finding>,
  timeout: number,
  wires: readonly Wire[],
): Promise<Result> {
  const clause = clauses.get(probe.clause);
  if (clause === undefined) throw new RangeError(`${probe.id} belongs to no clause of the lists`);
  const finding = await inTime(judged, probe.title, MAX_TIMEOUTS * timeout);
  for (const wire of wires) wire.close();
  return {
    probe: probe.id,
    clause: probe.clause,
    level: clause.level,
    role: probe.role,
    verdict: weigh(finding.verdict, clause.level),
    expected: finding.expected,
    received: finding.received,
    transcript: wires.slice(-MAX_TOLD).map((wire) => wire.transcript),
  };
}

/** A judge that throws has said nothing about its subject. */
export async function judge<Peer>(probe: Probe<Peer>, subject: Peer): Promise<Finding> {
  try {
    return await probe.judge(subject);
  } catch (error) {
    return inconclusive(probe.title, String(error));
  }
}

/** The finding; or that the subject turned out to lack something, or was gone, before there was one. */
async function judgeAsFar(
  probe: Probe,
  subject: Subject,
  presence: Presence | undefined,
): Promise<Finding> {
  const { needs, title } = probe;
  if (presence?.gone !== undefined) return inconclusive(title, presence.gone);
  if (needs !== undefined && subject[needs] === undefined) {
    return notApplicable(title, `the subject has no ${needs}`);
  }
  const ways: Promise<Finding>[] = [];
  const lacking = new Promise<Finding>((resolve) => {
    const lack = (what: string) => resolve(notApplicable(title, what));
    ways.push(judge(probe, { ...subject, lack }));
  });
  if (presence !== undefined) {
    ways.push(presence.whenGone.then((reason) => inconclusive(title, reason)));
  }
  return Promise.race([lacking, ...ways]);
}

/** Whether a reflector said that it can't do what it is asked, which is no fault of the server. */
function isDeclined({ needs }: Probe, { verdict, transcript }: Result): boolean {
  if (needs !== 'reflector' || verdict === 'pass') return false;
  return transcript.some((passages) =>
    passages.some(
      ({ direction, octets }) =>
        direction === 'received' && UNABLE_LINE.test(octets.toString('latin1')),
    ),
  );
}

const UNABLE_LINE = new RegExp(`^HTTP/1\\.[01] ${UNABLE} `, 'm');

function declined(result: Result): Result {
  return { ...result, verdict: 'not applicable', received: "the reflector can't do what is asked" };
}

/** Whether a probe had connections, and nothing came back on any. */
function isSilent({ transcript }: Result): boolean {
  const passages = transcript.flat();
  return transcript.length > 0 && !passages.some(({ direction }) => direction === 'received');
}

/** A violation of what was only asked with SHOULD is a departure. */
function weigh(verdict: Verdict, level: Level): Verdict {
  return verdict === 'fail' && level.startsWith('SHOULD') ? 'departure' : verdict;
}

/** The finding, or that there was none in so many milliseconds. */
async function inTime(finding: Promise<Finding>, title: string, milliseconds: number) {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding>((resolve) => {
    const tooLate = inconclusive(title, `no end within ${milliseconds} ms`);
    timer = setTimeout(() => resolve(tooLate), milliseconds);
  });
  const first = await Promise.race([finding, late]);
  clearTimeout(timer);
  return first;
}

/** The subject as a judge sees it, each of whose connections is told of. */
export function subjectOf(options: SubjectOptions, onConnect: (wire: Wire) => void): Subject {
  const { host = '127.0.0.1', port, secure, path = '/', timeout = DEFAULT_TIMEOUT } = options;
  const { budget } = options;
  const dial = (door: number | undefined) =>
    secure && door === undefined
      ? Wire.connectSecurely(host, port, timeout)
      : Wire.connect(host, door ?? port, timeout);
  return {
    host,
    port,
    secure,
    path,
    timeout,
    patience: options.patience ?? DEFAULT_PATIENCE,
    content: options.content,
    echo: options.echo,
    reflector: options.reflector,
    webSocketReflector: options.webSocketReflector,
    givesUpAfter: options.givesUpAfter,
    securePort: options.securePort,
    eventStream: options.eventStream,
    live: options.live,
    full: options.full,
    connect: async (door) => {
      await budget?.acquire();
      const wire = await dial(door);
      wire.whenClosed(() => budget?.release());
      onConnect(wire);
      return wire;
    },
  };
}
