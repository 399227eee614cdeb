const MiB = 1_048_576;

/** How much of a channel is kept. What is over a bound goes, oldest first. */
export interface HistoryOptions {
  /** How many entries. Default 1,000. */
  readonly entries?: number | undefined;
  /** How many octets of records. A larger entry can't be published. Default 1 MiB. */
  readonly octets?: number | undefined;
  /** For how many milliseconds. Default 5 minutes. */
  readonly age?: number | undefined;
  /** Whether an entry leaves when one with the same key is published. Default `false`. */
  readonly compact?: boolean | undefined;
}

/** The bounds of a history, none left open. */
export interface HistoryBounds {
  readonly entries: number;
  readonly octets: number;
  readonly age: number;
  readonly compact: boolean;
}

/** How much of a channel is kept unless it is told otherwise. */
export const DEFAULT_HISTORY: HistoryBounds = {
  entries: 1_000,
  octets: MiB,
  age: 300_000,
  compact: false,
};

/**
 * The default bounds with those given in their place.
 *
 * @throws RangeError when a bound is not a positive, finite number, or is not known.
 */
export function historyBounds(given: HistoryOptions): HistoryBounds {
  if (typeof given !== 'object' || given === null) {
    throw new RangeError(`history must be an object: ${given}`);
  }
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(DEFAULT_HISTORY, name)) throw new RangeError(`there is no history.${name}`);
    if (value === undefined) continue;
    if (name === 'compact' ? typeof value !== 'boolean' : !isBound(value)) {
      throw new RangeError(
        `history.${name} must be ${name === 'compact' ? 'true or false' : 'a positive, finite number'}`,
      );
    }
  }
  return {
    entries: given.entries ?? DEFAULT_HISTORY.entries,
    octets: given.octets ?? DEFAULT_HISTORY.octets,
    age: given.age ?? DEFAULT_HISTORY.age,
    compact: given.compact ?? DEFAULT_HISTORY.compact,
  };
}

/** Whether two histories are bounded alike. */
export function sameBounds(a: HistoryBounds, b: HistoryBounds): boolean {
  return (
    a.entries === b.entries && a.octets === b.octets && a.age === b.age && a.compact === b.compact
  );
}

function isBound(value: unknown): boolean {
  return typeof value === 'number' && value > 0 && Number.isFinite(value);
}
