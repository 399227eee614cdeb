import type { Transport } from './types.ts';

/** Which transport to try next, and which have been. */
export interface Ladder {
  /**
   * The one to try next.
   *
   * @param isBetween - Whether the last connection ended as it should, so that there is time to look
   *   whether a better transport works by now.
   */
  next(isBetween: boolean): Transport;
  /** Whether others are left to be tried after the one that was given last. */
  hasMore(): boolean;
  /**
   * The one that was given last does not work. When none is left, all may be tried again.
   *
   * @param isElsewhere - Whether the trouble is more likely behind the transport: no other would fare
   *   better.
   * @returns whether the next one is worth trying at once.
   */
  failed(isElsewhere: boolean): boolean;
  /** The one that was given last works. */
  worked(): void;
  /** Nothing is known any more: the network is another. */
  forget(): void;
}

/** How long what works is left alone, at first and at most, before a better one is looked for. */
export const FIRST_CLIMB = 15_000;
export const LAST_CLIMB = 600_000;

/** After how often in a row what has worked before may have stopped to. */
export const PARDONS = 5;

/**
 * Goes down from the best transport until one works, and stays there, for a while at first and longer
 * each time that nothing better is found.
 *
 * @param transports - Best first.
 * @param remembered - The name of the one that worked before.
 */
export function createLadder(
  transports: readonly Transport[],
  remembered: string | undefined | null,
  now: () => number,
): Ladder {
  const best = transports[0]!;
  const failed = new Set<Transport>();
  let favourite = transports.find(({ name }) => name === remembered);
  let current = best;
  /** How often trouble was put down to something else: only what has worked deserves that. */
  let pardons = PARDONS;
  let isClimbing = false;
  let interval = FIRST_CLIMB;
  let climb = now() + interval;

  const left = (): Transport[] => transports.filter((transport) => !failed.has(transport));

  return {
    next(isBetween) {
      if (isBetween && favourite !== best && now() >= climb) isClimbing = true;
      current = favourite && !isClimbing && !failed.has(favourite) ? favourite : left()[0]!;
      return current;
    },
    hasMore: () => left().length > 1,
    failed(isElsewhere) {
      failed.add(current);
      const isExhausted = left().length === 0;
      if (isExhausted || (isElsewhere && pardons++ < PARDONS)) failed.clear();
      return !isExhausted && !isElsewhere;
    },
    worked() {
      if (isClimbing || current !== favourite) {
        interval = current === favourite ? Math.min(2 * interval, LAST_CLIMB) : FIRST_CLIMB;
        climb = now() + interval;
      }
      favourite = current;
      isClimbing = false;
      pardons = 0;
      failed.clear();
    },
    forget() {
      favourite = undefined;
      pardons = PARDONS;
      failed.clear();
    },
  };
}
