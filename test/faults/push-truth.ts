import { parseCursor } from '../../src/channel/cursor.ts';

/** What was published: the ids of the entries of each channel, by their numbers. */
export class Truth {
  readonly #channels = new Map<string, string[]>();
  /** How many entries there are altogether. */
  published = 0;

  constructor(channels: readonly string[]) {
    for (const channel of channels) this.#channels.set(channel, []);
  }

  /** The number that the next entry of a channel has. */
  next(channel: string): number {
    return this.#channels.get(channel)!.length;
  }

  add(channel: string, id: string): void {
    this.#channels.get(channel)!.push(id);
    this.published++;
  }

  idOf(channel: string, number: number): string | undefined {
    return this.#channels.get(channel)![number];
  }

  /** How many of a channel stand at or below the cursor, or in a log that was lost before it. */
  reachedBy(channel: string, cursor: string): number {
    const ids = this.#channels.get(channel)!;
    return ids.findLastIndex((id) => !isAfter(id, cursor)) + 1;
  }
}

/** Whether an id comes after a cursor in the same log. */
function isAfter(id: string, cursor: string): boolean {
  const [a, b] = [parseCursor(id)!, parseCursor(cursor)!];
  if (a.epoch !== b.epoch) return false;
  const { position: p } = a;
  const { position: q } = b;
  return p.ms > q.ms || (p.ms === q.ms && p.seq > q.seq);
}

/** The name of the log that an id or a cursor is of. */
export function epochOf(cursor: string): string {
  return cursor.slice(0, cursor.indexOf('.'));
}
