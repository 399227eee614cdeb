/** The iterations over what comes. */
export interface EntryQueues<T> {
  /** Hands an entry to every iteration that is under way. */
  push(entry: T): void;
  /** Ends every iteration once it has had what came before: by throwing the error, if there is one. */
  end(error: Error | undefined): void;
  /** Begins an iteration. */
  iterate(): AsyncIterator<T>;
}

/**
 * Makes the place where entries wait for those who iterate, for each apart: two who iterate over the
 * same connection both see everything.
 */
export function createEntryQueues<T>(): EntryQueues<T> {
  const queues = new Set<T[]>();
  let sleepers: (() => void)[] = [];
  let isEnded = false;
  let fault: Error | undefined;

  const wake = (): void => {
    const woken = sleepers;
    sleepers = [];
    for (const resume of woken) resume();
  };

  return {
    push(entry) {
      for (const queue of queues) queue.push(entry);
      wake();
    },

    end(error) {
      isEnded = true;
      fault = error;
      wake();
    },

    iterate() {
      const queue: T[] = [];
      queues.add(queue);
      const finish = (): boolean => queues.delete(queue);
      const end: IteratorResult<T> = { value: undefined, done: true };
      return {
        async next() {
          while (queue.length === 0) {
            if (isEnded && finish() && fault) throw fault;
            if (!queues.has(queue)) return end;
            await new Promise<void>((resume) => {
              sleepers.push(resume);
            });
          }
          return { value: queue.shift()!, done: false };
        },
        async return() {
          finish();
          queue.length = 0;
          wake();
          return end;
        },
      };
    },
  };
}
