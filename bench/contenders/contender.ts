/**
 * The control line between a run and a contender: a few messages over the process's IPC channel.
 *
 * The contender measures its own processor time, user and system, of all its threads, and tells it
 * when asked. Nothing else is asked of it while operations are under way.
 *
 * @module
 */

/** What a run asks: the processor time used so far, or to work alone for that many milliseconds. */
export type Question = { readonly ask: 'cpu' } | { readonly ask: 'work'; readonly time: number };

/** What a contender says: first where it listens, then an answer to each question. */
export interface Answer {
  /** The port that a server listens on; 0 from a contender that works alone. */
  readonly port?: number;
  /** User and system time so far, in microseconds. */
  readonly cpu?: number;
  /** How many operations a contender did that works alone. */
  readonly operations?: number;
}

/** Says that the server listens, and answers for it from now on. */
export function serveAt(port: number): void {
  process.on('message', () => tell({ cpu: processorTime() }));
  tell({ port });
}

/** Answers for a contender without a server: `operation` is what is measured, some at a time. */
export function workAlone(operation: () => void): void {
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

function tell(answer: Answer): void {
  process.send?.(answer);
}
