/**
 * The control line between a run and a contender: a few messages over the process's IPC channel.
 *
 * The contender measures its own processor time, user and system, of all its threads, and tells it
 * when asked. Nothing else is asked of it while operations are under way.
 *
 * @module
 */

/**
 * What a run asks: the processor time used so far, the memory in use, to work alone for that many
 * milliseconds, or to publish so many messages at once.
 */
export type Question =
  | { readonly ask: 'cpu' | 'memory' }
  | { readonly ask: 'work'; readonly time: number }
  | { readonly ask: 'publish'; readonly count: number };

/** What a contender says: first where it listens, then an answer to each question, but not to `publish`. */
export interface Answer {
  /** The port that a server listens on; 0 from a contender that works alone. */
  readonly port?: number;
  /** User and system time so far, in microseconds. */
  readonly cpu?: number;
  /** How many operations a contender did that works alone. */
  readonly operations?: number;
  /** What is reachable on and off the heap after a forced collection, in octets. */
  readonly memory?: number;
  /** What the process has of the machine's memory, in octets; asked for with `memory`. */
  readonly resident?: number;
}

/**
 * Says that the server listens, and answers for it from now on.
 *
 * @param publish - Sends a message to all who listen to this server.
 */
export function serveAt(port: number, publish: (message: string) => void = () => {}): void {
  endWithTheRun();
  process.on('message', (question: Question) => {
    if (question.ask === 'publish') {
      for (let i = 0; i < question.count; i++) publish(MESSAGE);
    } else if (question.ask === 'memory')
      tell({ memory: memoryInUse(), resident: process.memoryUsage().rss });
    else tell({ cpu: processorTime() });
  });
  tell({ port });
}

/** What is published: 125 octets, one of which is the {@link MARK} that is counted. */
export const MESSAGE: string = 'comet 2P/Encke, period 3.3 years, magnitude #'.padEnd(125, '8');

/** Stands once in each message, and nowhere else in what is sent for it. */
export const MARK = 0x23;

/** Answers for a contender without a server: `operation` is what is measured, some at a time. */
export function workAlone(operation: () => void): void {
  endWithTheRun();
  process.on('message', (question: Question) => {
    if (question.ask === 'work') tell({ operations: repeat(operation, question.time) });
    else tell({ cpu: processorTime() });
  });
  tell({ port: 0 });
}

/** How many operations are done between two looks at the clock. */
const BATCH = 1_000;

function repeat(operation: () => void, time: number): number {
  let operations = 0;
  for (const end = performance.now() + time; performance.now() < end; operations += BATCH) {
    for (let i = 0; i < BATCH; i++) operation();
  }
  return operations;
}

function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function memoryInUse(): number {
  for (let i = 0; i < 3; i++) globalThis.gc!();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** A run that was cut off leaves nobody behind. */
function endWithTheRun(): void {
  process.once('disconnect', () => process.exit());
}

function tell(answer: Answer): void {
  process.send?.(answer);
}
