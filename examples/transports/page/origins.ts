import { WAYS, type Way } from '../records.ts';

/** Names that lead to this machine, and so do all names below `localhost`. */
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/** Where each way asks. */
export interface Origins {
  /** Whether each has an origin of its own. */
  readonly areSpread: boolean;
  of(way: Way): string;
  /** One that no way uses. */
  readonly spare: string;
}

/**
 * An origin for each way, so that none waits for a connection that others hold: `t1.localhost` and so
 * on. Where these names do not lead here, all ask the origin of the page.
 */
export async function findOrigins(): Promise<Origins> {
  const numbered = (number: number) => `http://t${number}.localhost:${location.port}`;
  const areSpread = LOOPBACK.test(location.hostname) && (await answers(numbered(1)));
  return {
    areSpread,
    of: (way) => (areSpread ? numbered(1 + WAYS.indexOf(way)) : location.origin),
    spare: areSpread ? numbered(1 + WAYS.length) : location.origin,
  };
}

async function answers(origin: string): Promise<boolean> {
  try {
    await fetch(`${origin}/page/icon.svg`, { mode: 'no-cors' });
    return true;
  } catch {
    return false;
  }
}
