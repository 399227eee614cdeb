import { setTimeout as sleep } from 'node:timers/promises';
import type { TransportName } from '../../src/client.ts';
import { TRANSPORTS } from '../support/live-peer.ts';
import { ConnectReader } from './connect-reader.ts';
import { FaultProxy } from './fault-proxy.ts';
import { type GapCause, Ledger } from './push-ledger.ts';
import { CHANNELS } from './push-messages.ts';
import { PushPage } from './push-page.ts';
import { PushServer } from './push-server.ts';
import { Truth } from './push-truth.ts';
import { Random } from './random.ts';
import { RawReader } from './raw-reader.ts';

/** What happens to the server: nothing, restarts after which the log is there, or is not. */
export type Scenario = 'no restarts' | 'log kept' | 'log lost';

export interface PushRunOptions {
  readonly scenario: Scenario;
  readonly messages: number;
  /** How many clients there are in Node. */
  readonly readers: number;
  /** Seconds over which the messages are published. */
  readonly seconds: number;
  /** Whether there is a page in Chromium too. */
  readonly hasPage: boolean;
  readonly seed: number;
}

/** What came of a run. */
export interface PushRun {
  readonly published: number;
  readonly delivered: number;
  readonly mail: number;
  readonly repeated: number;
  readonly lost: number;
  /** By cause, and by how their clients read. */
  readonly gaps: ReadonlyMap<GapCause, ReadonlyMap<string, number>>;
  readonly restarts: number;
  readonly proxied: ReadonlyMap<string, number>;
  /** What was wrong; empty when all clients have ended with what they should have. */
  readonly faults: readonly string[];
}

interface Reader {
  readonly ledger: Ledger;
  check(now: number): void;
  stop(): void;
}

/** How often the server is restarted. */
const RESTARTS = 3;

/** How often something is published, in milliseconds. */
const INTERVAL = 10;

/** How long the clients may take to get what they lack, once no more goes wrong, in milliseconds. */
const PATIENCE = 60_000;

/** Node's own clients, by how many of these there are for six raw readers of each format. */
const CONNECTS: readonly (readonly TransportName[] | undefined)[] = [
  ['websocket'],
  ['event-stream'],
  ['stream'],
  ['long-poll'],
  undefined,
];

/** Publishes to clients behind a proxy that makes faults, and sees what they end with. */
export async function runPush(options: PushRunOptions): Promise<PushRun> {
  const random = new Random(options.seed);
  const server = new PushServer(options.scenario === 'log kept');
  const proxy = new FaultProxy(random.fork(1), () => server.port);
  const truth = new Truth(CHANNELS);
  const readers: Reader[] = [];
  const faults: string[] = [];
  let page: PushPage | undefined;
  const watch = setInterval(() => {
    for (const reader of readers) reader.check(performance.now());
  }, 250);
  try {
    await Promise.all([server.start(), proxy.listen()]);
    for (let i = 0; i < options.readers; i++) {
      readers.push(newReader(i, proxy.port, server.cursor, random.fork(1_000 + i)));
    }
    if (options.hasPage) {
      const ledger = new Ledger('page', CHANNELS.slice(0, 2), server.cursor);
      page = await PushPage.open(proxy.port, ledger);
    }
    await publishAll(options, server, truth, random);
    proxy.calm();
    const ledgers = [...readers, ...(page === undefined ? [] : [page])].map(({ ledger }) => ledger);
    await complete(ledgers, truth);
    for (const reader of readers) reader.stop();
    await page?.stop();
    await server.close();
    for (const ledger of ledgers) faults.push(...judge(ledger, truth, server, options.scenario));
    faults.push(...server.incidents);
    return {
      ...sumOf(ledgers),
      published: truth.published,
      restarts: server.restarts,
      proxied: proxy.counts,
      faults,
    };
  } finally {
    clearInterval(watch);
    for (const reader of readers) reader.stop();
    proxy.close();
    server.kill();
    await page?.stop().catch(() => {});
  }
}

/** A reader of one to three channels: of eight, seven are written from the wire format. */
function newReader(index: number, port: number, cursor: string, random: Random): Reader {
  const channels = new Set(
    Array.from({ length: 1 + random.below(3) }, () => random.among(CHANNELS)),
  );
  if (index % 8 === 7) {
    const transports = CONNECTS[Math.floor(index / 8) % CONNECTS.length];
    const kind = `connect ${transports ?? 'by itself'}`;
    return new ConnectReader(transports, port, new Ledger(kind, [...channels], cursor), random);
  }
  const transport = TRANSPORTS[(index - Math.floor(index / 8)) % TRANSPORTS.length]!;
  return new RawReader(transport, port, new Ledger(transport, [...channels], cursor), random);
}

/** Publishes bursts of any size to any channels, and restarts the server between them. */
async function publishAll(
  { messages, seconds, scenario }: PushRunOptions,
  server: PushServer,
  truth: Truth,
  random: Random,
): Promise<void> {
  const burst = Math.ceil((2 * messages * INTERVAL) / (seconds * 1_000));
  let restartsAt = scenario === 'no restarts' ? messages : messages / (RESTARTS + 1);
  while (truth.published < messages) {
    const count = Math.min(1 + random.below(burst), messages - truth.published);
    await publish(count, server, truth, random);
    if (truth.published >= restartsAt && truth.published < messages) {
      restartsAt += messages / (RESTARTS + 1);
      await server.restart(server.restarts % 2 === 0);
    }
    await sleep(INTERVAL);
  }
}

async function publish(
  count: number,
  server: PushServer,
  truth: Truth,
  random: Random,
): Promise<void> {
  const next = new Map(CHANNELS.map((channel) => [channel, truth.next(channel)]));
  const entries = Array.from({ length: count }, () => {
    const channel = random.among(CHANNELS);
    const number = next.get(channel)!;
    next.set(channel, number + 1);
    return [channel, number] as const;
  });
  const ids = await server.publish(entries);
  for (const [i, [channel]] of entries.entries()) truth.add(channel, ids[i]!);
}

async function complete(ledgers: readonly Ledger[], truth: Truth): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  while (performance.now() < deadline) {
    if (ledgers.every((ledger) => ledger.isComplete(truth))) return;
    await sleep(100);
  }
}

/** What is wrong with what a client ended with. */
function judge(ledger: Ledger, truth: Truth, server: PushServer, scenario: Scenario): string[] {
  ledger.close(truth);
  const { kind, repeated, lost, gaps, logsLost, sessionsLost } = ledger;
  const faults = [...ledger.faults];
  const most = scenario === 'log lost' ? Math.min(logsLost, server.restarts) : 0;
  const told = [
    [repeated, 0, 'repeated'],
    [lost, 0, 'lost'],
    [gaps.get('trimmed') ?? 0, 0, 'gaps of what should have been held'],
    [gaps.get('log lost') ?? 0, most, 'gaps for lost logs'],
    [gaps.get('session lost') ?? 0, sessionsLost, 'gaps for lost sessions'],
    [sessionsLost, server.restarts, 'sessions lost'],
  ] as const;
  for (const [count, limit, what] of told) {
    if (count > limit) faults.push(`${kind}: ${count} ${what}, of ${limit} at most`);
  }
  return faults;
}

function sumOf(ledgers: readonly Ledger[]) {
  const gaps = new Map<GapCause, Map<string, number>>();
  const sum = { delivered: 0, mail: 0, repeated: 0, lost: 0 };
  for (const ledger of ledgers) {
    sum.delivered += ledger.delivered;
    sum.mail += ledger.mail;
    sum.repeated += ledger.repeated;
    sum.lost += ledger.lost;
    for (const [cause, count] of ledger.gaps) {
      const byKind = gaps.get(cause) ?? new Map<string, number>();
      gaps.set(cause, byKind.set(ledger.kind, (byKind.get(ledger.kind) ?? 0) + count));
    }
  }
  return { ...sum, gaps };
}
