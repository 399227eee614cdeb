import { setTimeout as sleep } from 'node:timers/promises';
import type { Case, Contender, Push } from './cases.ts';
import { agreedIn, noteOf } from './load/compressed-echo.ts';
import { Load, type Shape } from './load/load.ts';
import { Readers } from './load/readers.ts';
import { SUBSCRIPTIONS } from './load/subscriptions.ts';
import { ContenderProcess, isInstalled } from './process.ts';

/** How long and how often is measured. */
export interface Rounds {
  readonly count: number;
  /** How long each contender works in one, in milliseconds. */
  readonly time: number;
}

/**
 * What one contender needed, a number a round: microseconds of processor time per operation or
 * delivery, or octets of memory for each who waits.
 */
export interface Measurement {
  readonly name: string;
  readonly rounds: readonly number[];
  /** What else is worth saying of it. */
  readonly note?: string | undefined;
}

/**
 * Measures the contenders of one case side by side: a round is several turns of each of them, so
 * that whatever else the machine does falls on all alike. A first round, not counted, is for the
 * just-in-time compiler.
 */
export async function measure(subject: Case, { count, time }: Rounds): Promise<Measurement[]> {
  const chosen = subject.contenders.filter(({ runtime }) => isInstalled(runtime));
  const entrants: Entrant[] = [];
  try {
    for (const contender of chosen) entrants.push(await enter(contender, subject));
    for (let round = 0; round <= count; round++) {
      const costs = await costsOf(entrants, time);
      if (round === 0) continue;
      for (const [i, { rounds }] of entrants.entries()) rounds.push(costs[i]!);
    }
  } finally {
    for (const entrant of entrants) await entrant.leave();
  }
  return entrants.map(({ name, rounds, note }) => ({ name, rounds, note: note() }));
}

/** A contender that takes part, with all its connections. */
interface Entrant {
  readonly name: string;
  readonly rounds: number[];
  /** In how many turns a round is done. */
  readonly turns: number;
  /** Has it work for so many milliseconds. */
  turn(time: number): Promise<Work>;
  note(): string | undefined;
  leave(): Promise<void>;
}

/** What was needed, and for how many. */
interface Work {
  readonly cost: number;
  readonly count: number;
}

/** How often it is the turn of each contender that answers in a round. */
const TURNS = 5;

/** How long it works before its turn counts, in milliseconds: the others had the caches. */
const LEAD_IN = 60;

/**
 * How many bursts are published before a turn counts. A receiver that has heard nothing for a fifth of
 * a second acknowledges each of the next 16 segments at once (Linux's quick acknowledgements), which on
 * one machine is work of the sender's system call, and more than doubles what it costs.
 */
const LEAD_IN_BURSTS = 20;

/** After so many milliseconds they have had as many, of a server that writes each message by itself. */
const MAX_LEAD_IN = 500;

/** What each contender needs for one in a round. */
async function costsOf(entrants: readonly Entrant[], time: number): Promise<number[]> {
  const sums = entrants.map(() => ({ cost: 0, count: 0 }));
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [i, entrant] of entrants.entries()) {
      if (turn >= entrant.turns) continue;
      const { cost, count } = await entrant.turn(time / entrant.turns);
      sums[i]!.cost += cost;
      sums[i]!.count += count;
    }
  }
  return sums.map(({ cost, count }) => cost / count);
}

function enter(contender: Contender, { push, shape }: Case): Promise<Entrant> {
  if (push === undefined) return enterLoaded(contender, shape);
  return push.burst > 0 ? enterPush(contender, push, shape) : enterHeld(contender, push, shape);
}

/** One whose work is asked for: by a load, or by the word when it works alone. */
async function enterLoaded(contender: Contender, shape: Shape): Promise<Entrant> {
  const { name, traffic } = contender;
  const process = await start(contender);
  const load = traffic && (await Load.open(process.port, traffic, shape));
  const agreed = traffic?.agreed?.();
  const work = load ?? { run: (time: number) => process.work(time) };
  return {
    name,
    rounds: [],
    turns: TURNS,
    turn: async (time) => {
      await work.run(LEAD_IN);
      return costOf(process, () => work.run(time));
    },
    note: () => (agreed && load ? noteOf(load.octetsPerAnswer, agreed) : undefined),
    leave: async () => {
      await load?.close();
      await process.end();
    },
  };
}

/** One that publishes to readers, which are all there. */
async function enterPush(
  contender: Contender,
  { wanted, burst }: Push,
  { connections }: Shape,
): Promise<Entrant> {
  const process = await start(contender);
  const subscription = await SUBSCRIPTIONS[wanted](process.port);
  const readers = await Readers.open(process.port, subscription, connections);
  await sleep(SETTLING);
  const publish = () => process.publish(burst);
  return {
    name: contender.name,
    rounds: [],
    turns: TURNS,
    turn: async (time) => {
      await leadIn(() => readers.deliver(burst, publish));
      return costOf(process, () => readers.run(time, burst, publish));
    },
    note: () => undefined,
    leave: () => {
      readers.close();
      return process.end();
    },
  };
}

/** One at which many wait, in a process that is new in each round: what went before is in its memory. */
async function enterHeld(contender: Contender, push: Push, shape: Shape): Promise<Entrant> {
  let noted: string | undefined;
  const keep = (note: string) => {
    noted = note;
  };
  return {
    name: contender.name,
    rounds: [],
    turns: 1,
    turn: () => memoryOf(contender, push, shape, keep),
    note: () => noted,
    leave: async () => {},
  };
}

async function leadIn(deliver: () => Promise<number>): Promise<void> {
  const end = performance.now() + MAX_LEAD_IN;
  for (let i = 0; i < LEAD_IN_BURSTS && performance.now() < end; i++) await deliver();
}

/** Processor time over all that is done from one quiet moment to the next. */
async function costOf(process: ContenderProcess, work: () => Promise<number>): Promise<Work> {
  const before = await process.cpu();
  const count = await work();
  return { cost: (await process.cpu()) - before, count };
}

/** The memory that those take who wait. The first hundred have the code made, and stay. */
async function memoryOf(
  contender: Contender,
  { wanted, isResident = false }: Push,
  { connections }: Shape,
  note: (text: string) => void,
): Promise<Work> {
  const process = await start(contender);
  try {
    const subscription = await SUBSCRIPTIONS[wanted](process.port);
    const first = await Readers.open(process.port, subscription, FIRST);
    await sleep(SETTLING);
    const memory = () => (isResident ? process.resident() : process.memory());
    const before = await memory();
    const noted = (head: string, answer: number) => note(noteOf(answer, agreedIn(head)));
    const readers = await Readers.open(process.port, { ...subscription, noted }, connections);
    await sleep(SETTLING);
    const after = await memory();
    first.close();
    readers.close();
    return { cost: after - before, count: connections };
  } finally {
    await process.end();
  }
}

function start({ runtime, file, args }: Contender): Promise<ContenderProcess> {
  return ContenderProcess.start(runtime, file, args);
}

/** How long connections have to open, or to be gone, in milliseconds. */
const SETTLING = 500;

/** How many wait already when memory is first looked at. */
const FIRST = 100;
