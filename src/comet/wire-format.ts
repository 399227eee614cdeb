import type { EntryFormat } from '../channel/batch.ts';
import type { OutgoingFields } from '../http1/outgoing-fields.ts';

/** A format of server push over HTTP, as far as it makes no difference whether its answer is held open. */
interface CometFormat {
  /** The field lines that an answer in this format needs: `content-type`, and what keeps pages safe. */
  readonly fields: OutgoingFields & Readonly<Record<string, string>>;
  /** Encodes entries. One object for all answers, so that a batch can keep what it made. */
  readonly entries: EntryFormat;
}

/** A format whose answer is held open: what is written is read at once. */
export interface StreamingFormat extends CometFormat {
  /** What stands before all else. */
  readonly prologue: Uint8Array;
  /** What stands before the octets of a batch that {@link entries} made; mostly nothing. */
  readonly opening: Uint8Array;
  /** What stands behind them. */
  readonly closing: Uint8Array;
  /**
   * Encodes a record that is no entry.
   *
   * @param json - The record.
   * @param cursor - The cursor in it, if it has one.
   * @param retry - In how many milliseconds the peer shall come back, if the record says so.
   */
  record(json: string, cursor?: string, retry?: number): Uint8Array;
}

/** A format whose answer is sent whole. */
export interface WholeFormat extends CometFormat {
  /** Makes the answer of its parts: batches that {@link entries} made, and the JSON of other records. */
  answer(parts: readonly (Uint8Array | string)[]): Uint8Array;
}
