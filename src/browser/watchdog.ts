import type { Platform } from './types.ts';

/** Judges a connection that is silent for too long. */
export interface Watchdog {
  /** Something was heard: the time begins anew, and is as long from here on. */
  heard(milliseconds?: number): void;
  stop(): void;
}

/**
 * How much later than asked for a timer must fire for the page to have been frozen, or the computer
 * asleep. Pages in the background have timers a second late, without having missed a record.
 */
export const FROZEN = 2_000;

/**
 * Calls `judge` once nothing was heard for the time allowed.
 *
 * A page that was frozen has heard nothing either, however alive the connection is: what has come
 * meanwhile is delivered after the timer. So a timer that fires late judges nobody, and the time
 * begins anew.
 */
export function watch(platform: Platform, milliseconds: number, judge: () => void): Watchdog {
  let allowed = milliseconds;
  let since = platform.now();
  let timer: unknown;

  const arm = (delay: number): void => {
    const due = platform.now() + delay;
    timer = platform.setTimeout(() => {
      const now = platform.now();
      if (now - due > FROZEN) since = now;
      const remaining = since + allowed - now;
      if (remaining > 0) arm(remaining);
      else judge();
    }, delay);
  };

  const stop = (): void => platform.clearTimeout(timer as never);

  arm(allowed);
  return {
    heard(next = allowed) {
      since = platform.now();
      const isShorter = next < allowed;
      allowed = next;
      if (!isShorter) return;
      stop();
      arm(next);
    },
    stop,
  };
}
