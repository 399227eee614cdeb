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
  /** The length of one, in milliseconds. */
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
 * Measures the contenders of one case side by side: every round is the turn of each of them, so
 * that whatever else the machine does falls on all alike. A first round, not counted, is for the
 * just-in-time compiler.
 */
export async function measure(
  { contenders, shape, push }: Case,
  rounds: Rounds,
): Promise<Measurement[]> {
  const entrants = contenders.filter(({ runtime }) => isInstalled(runtime));
  const processes = await Promise.all(
    entrants.map(({ runtime, file, args }) => ContenderProcess.start(runtime, file, args)),
  );
  const measurements = entrants.map(({ name }) => ({
    name,
    rounds: [] as number[],
    note: undefined as string | undefined,
  }));
  try {
    for (let round = 0; round <= rounds.count; round++) {
      for (const [i, entrant] of entrants.entries()) {
        const contender = processes[i]!;
        const note = (text: string) => {
          measurements[i]!.note = text;
        };
        const cost =
          push === undefined
            ? await costOf(entrant, contender, shape, rounds.time, note)
            : push.burst > 0
              ? await costOfPush(push, contender, shape, rounds.time)
              : await memoryOfOne(push, entrant, shape, note);
        if (round > 0) measurements[i]!.rounds.push(cost);
      }
    }
  } finally {
    await Promise.all(processes.map((process) => process.end()));
  }
  return measurements;
}

/** Processor time per operation, over all that is done from one quiet moment to the next. */
async function costOf(
  { traffic }: Contender,
  contender: ContenderProcess,
  shape: Shape,
  time: number,
  note: (text: string) => void,
): Promise<number> {
  const load = traffic && (await Load.open(contender.port, traffic, shape));
  const before = await contender.cpu();
  const operations = await (load ?? { run: () => contender.work(time) }).run(time);
  const after = await contender.cpu();
  if (traffic?.agreed !== undefined && load !== undefined) {
    note(noteOf(load.octetsPerAnswer, traffic.agreed()));
  }
  await load?.close();
  return (after - before) / operations;
}

/** Processor time per delivery to readers that are all there. */
async function costOfPush(
  { wanted, burst }: Push,
  contender: ContenderProcess,
  { connections }: Shape,
  time: number,
): Promise<number> {
  const subscription = await SUBSCRIPTIONS[wanted](contender.port);
  const readers = await Readers.open(contender.port, subscription, connections);
  await sleep(SETTLING);
  try {
    const before = await contender.cpu();
    const deliveries = await readers.run(time, burst, () => contender.publish(burst));
    return ((await contender.cpu()) - before) / deliveries;
  } finally {
    readers.close();
    await sleep(SETTLING);
  }
}

/**
 * The memory that each takes who waits, in a process of its own: what those before have left would
 * be counted as there before. The first hundred have the code made, and stay.
 */
async function memoryOfOne(
  { wanted, isResident = false }: Push,
  { runtime, file, args }: Contender,
  { connections }: Shape,
  note: (text: string) => void,
): Promise<number> {
  const contender = await ContenderProcess.start(runtime, file, args);
  try {
    const subscription = await SUBSCRIPTIONS[wanted](contender.port);
    const first = await Readers.open(contender.port, subscription, FIRST);
    await sleep(SETTLING);
    const memory = () => (isResident ? contender.resident() : contender.memory());
    const before = await memory();
    const noted = (head: string, answer: number) => note(noteOf(answer, agreedIn(head)));
    const readers = await Readers.open(contender.port, { ...subscription, noted }, connections);
    await sleep(SETTLING);
    const after = await memory();
    first.close();
    readers.close();
    return (after - before) / connections;
  } finally {
    await contender.end();
  }
}

/** How long connections have to open, or to be gone, in milliseconds. */
const SETTLING = 500;

/** How many wait already when memory is first looked at. */
const FIRST = 100;
