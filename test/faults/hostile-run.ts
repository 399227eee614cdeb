import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { GoodPeer } from './good-peer.ts';
import { Random } from './random.ts';
import type { Report } from './subject.ts';
import { Swarm } from './swarm.ts';

export interface HostileRunOptions {
  /** How many hostile connections there are at a time. */
  readonly connections: number;
  readonly seconds: number;
  /** Repeats what the peers of another run sent. */
  readonly seed: number;
}

/** What came of a run. */
export interface HostileRun {
  readonly connections: number;
  readonly attacks: ReadonlyMap<string, number>;
  readonly exchanges: number;
  /** The slowest exchange of the good peer, in milliseconds. */
  readonly slowest: number;
  /** How much more memory was in use afterwards, in octets. */
  readonly growth: number;
  /** What was wrong; empty when the server has passed. */
  readonly faults: readonly string[];
}

/** How much more memory may be in use afterwards: what caches and compiled code take. */
const MOST_GROWTH = 10_000_000;

/** How long the server may take to see that its peers have left, or to exit, in milliseconds. */
const PATIENCE = 10_000;

/** Attacks a server, while a good peer is served; then sees what is left behind. */
export async function runHostilePeers(options: HostileRunOptions): Promise<HostileRun> {
  const subject = startSubject();
  const faults: string[] = [];
  try {
    const port = (await reportOf(subject)).port!;
    await serveGoodPeer(port, async () => sleep(500));
    const before = await quietState(subject, faults);

    const swarm = new Swarm(port, new Random(options.seed), options.connections);
    const attack = async () => {
      await sleep(options.seconds * 1_000);
      await swarm.stop();
    };
    const { exchanges, slowest } = await serveGoodPeer(port, attack);

    const after = await quietState(subject, faults);
    const growth = after.memory! - before.memory!;
    if (growth > MOST_GROWTH) faults.push(`${growth} octets of memory are left in use`);
    await closeSubject(subject, faults);
    return {
      connections: swarm.connections,
      attacks: swarm.counts,
      exchanges,
      slowest,
      growth,
      faults,
    };
  } finally {
    subject.kill('SIGKILL');
  }
}

/** Lets a good peer be served as long as `meanwhile` takes. */
async function serveGoodPeer(port: number, meanwhile: () => Promise<void>): Promise<GoodPeer> {
  const peer = new GoodPeer(port);
  peer.start();
  await meanwhile();
  await peer.stop();
  return peer;
}

function startSubject(): ChildProcess {
  const path = fileURLToPath(new URL('subject.js', import.meta.url));
  return spawn(process.execPath, ['--expose-gc', '--enable-source-maps', path], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

/** The state of the subject once all its connections are closed. */
async function quietState(subject: ChildProcess, faults: string[]): Promise<Report> {
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    const state = await ask(subject, 'state');
    if (state.sockets === 0) return state;
    if (performance.now() > deadline) {
      faults.push(`${state.sockets} connections are left`);
      return state;
    }
    await sleep(100);
  }
}

/** Closes the hub. With that the process has to end, by itself. */
async function closeSubject(subject: ChildProcess, faults: string[]): Promise<void> {
  const exit = once(subject, 'exit', { signal: AbortSignal.timeout(PATIENCE) });
  const { incidents, resources } = await ask(subject, 'close');
  faults.push(...incidents!);
  try {
    const [code] = await exit;
    if (code !== 0) faults.push(`the process exited with ${code}`);
  } catch {
    faults.push(`the process does not end: ${resources}`);
  }
}

function ask(subject: ChildProcess, question: 'state' | 'close'): Promise<Report> {
  subject.send(question);
  return reportOf(subject);
}

async function reportOf(subject: ChildProcess): Promise<Report> {
  const ended = new AbortController();
  const exit = once(subject, 'exit', { signal: ended.signal }).then(([code, signal]) => {
    throw new Error(`the server has ended with ${code ?? signal}`);
  });
  try {
    const [report] = await Promise.race([once(subject, 'message', { signal: ended.signal }), exit]);
    return report as Report;
  } finally {
    exit.catch(() => {});
    ended.abort();
  }
}
