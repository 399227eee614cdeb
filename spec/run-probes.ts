/**
 * Runs probes against a subject, several at a time, and reports what came of each.
 *
 * @module
 */

import type { Clause } from './clauses.ts';
import { allClauses } from './clauses.ts';
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
import { type Passage, Wire } from './wire.ts';

/** Where the subject is, and what is known of it; what is left out has a default. */
export interface SubjectOptions {
  readonly host?: string | undefined;
  readonly port: number;
  readonly path?: string | undefined;
  readonly timeout?: number | undefined;
  readonly patience?: number | undefined;
  readonly reflector?: string | undefined;
  readonly givesUpAfter?: number | undefined;
  readonly securePort?: number | undefined;
  readonly eventStream?: PushEndpoint | undefined;
  readonly live?: PushEndpoint | undefined;
}

/** How to run. */
export interface RunOptions {
  /** How many probes run side by side. */
  readonly concurrency?: number | undefined;
  /** Told of each result as it comes. */
  readonly onResult?: ((result: Result) => void) | undefined;
}

/** What came of one probe. */
export interface Result {
  readonly probe: string;
  readonly clause: string;
  readonly level: Level;
  readonly role: Probe['role'];
  readonly verdict: Verdict;
  readonly expected: string;
  readonly received: string;
  /** One list of passages for each connection that the probe opened. */
  readonly transcript: readonly (readonly Passage[])[];
}

const DEFAULT_CONCURRENCY = 16;
const DEFAULT_TIMEOUT = 5_000;
const DEFAULT_PATIENCE = 250;

/** How many timeouts a probe may take altogether, so that no peer can hold one up for ever. */
const MAX_TIMEOUTS = 20;

/** Runs all probes, `concurrency` at a time. The results are in the order of the probes. */
export async function runProbes(
  probes: readonly Probe[],
  options: SubjectOptions,
  runOptions?: RunOptions,
): Promise<Result[]> {
  const clauses = allClauses();
  return runEach(probes, (probe) => runProbe(probe, options, clauses), runOptions);
}

/** Runs one probe on connections of its own, which are all let go of in the end. */
export async function runProbe(
  probe: Probe,
  options: SubjectOptions,
  clauses: ReadonlyMap<string, Clause> = allClauses(),
): Promise<Result> {
  const wires: Wire[] = [];
  const subject = subjectFor(options, wires);
  const lacks = probe.needs !== undefined && subject[probe.needs] === undefined;
  const judged = lacks
    ? Promise.resolve(notApplicable(probe.title, `the subject has no ${probe.needs}`))
    : judge(probe, subject);
  return resultOf(probe, clauses, judged, subject.timeout, wires);
}

/** Runs all probes in the way given, `concurrency` at a time. */
export async function runEach<One>(
  probes: readonly One[],
  run: (probe: One) => Promise<Result>,
  { concurrency = DEFAULT_CONCURRENCY, onResult }: RunOptions = {},
): Promise<Result[]> {
  const results: Result[] = new Array(probes.length);
  const queue = probes.entries();
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
    transcript: wires.map((wire) => wire.transcript),
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

function subjectFor(options: SubjectOptions, wires: Wire[]): Subject {
  const { host = '127.0.0.1', port, path = '/', timeout = DEFAULT_TIMEOUT } = options;
  return {
    host,
    port,
    path,
    timeout,
    patience: options.patience ?? DEFAULT_PATIENCE,
    reflector: options.reflector,
    givesUpAfter: options.givesUpAfter,
    securePort: options.securePort,
    eventStream: options.eventStream,
    live: options.live,
    connect: async (door = port) => {
      const wire = await Wire.connect(host, door, timeout);
      wires.push(wire);
      return wire;
    },
  };
}
