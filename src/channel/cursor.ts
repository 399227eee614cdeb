/** What names an entry, and a place in the log: `<epoch>.<ms>-<seq>`. */
export type Id = string;

/**
 * A place in the order of the whole hub.
 *
 * Positions are compared as two numbers, never as text: `9-0` is before `10-0`.
 */
export interface Position {
  /** The milliseconds of the wall clock when the id was made, as far as that clock went forward. */
  readonly ms: number;
  /** Tells apart what has the same milliseconds. */
  readonly seq: number;
}

/** A position, and the incarnation of the log that it is of. */
export interface Cursor {
  readonly epoch: string;
  readonly position: Position;
}

/** Before every entry. */
export const START: Position = { ms: 0, seq: 0 };

/** The largest number that an id can hold: 15 digits, all of them exact. */
export const MAX_NUMBER = 999_999_999_999_999;

const EPOCH = /^[0-9A-Za-z]{1,64}$/;
const CURSOR = /^([0-9A-Za-z]{1,64})\.([0-9]{1,15})-([0-9]{1,15})$/;

/** Whether `a` comes after `b`, both being of one epoch. */
export function isAfter(a: Position, b: Position): boolean {
  return a.ms > b.ms || (a.ms === b.ms && a.seq > b.seq);
}

/** The later of two positions of one epoch. */
export function later(a: Position, b: Position): Position {
  return isAfter(a, b) ? a : b;
}

/** Whether a log can be called so: 1 to 64 letters and digits of ASCII. */
export function isEpoch(text: string): boolean {
  return EPOCH.test(text);
}

/** What an id or a cursor says, or nothing when it can't be read. */
export function parseCursor(text: string): Cursor | undefined {
  const parts = CURSOR.exec(text);
  if (parts === null) return undefined;
  return { epoch: parts[1]!, position: { ms: Number(parts[2]), seq: Number(parts[3]) } };
}

/** The text of a position, which is the id of the entry there. */
export function formatCursor(epoch: string, { ms, seq }: Position): Id {
  return `${epoch}.${ms}-${seq}`;
}

/** The position after `last`, which is past it even if the wall clock was set back. */
export function positionAfter(last: Position, wallClock: number): Position {
  const ms = Math.floor(wallClock);
  const isForward = ms > last.ms && ms <= MAX_NUMBER;
  return isForward ? { ms, seq: 0 } : { ms: last.ms, seq: last.seq + 1 };
}
