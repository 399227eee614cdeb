/**
 * The records that are no entries: the same on every transport, one JSON object each.
 *
 * @module
 */

import { encodeRecord } from '../channel/encode-record.ts';
import type { Recovery } from '../channel/reader.ts';

/** Why a connection or a round ends. */
export type ByeReason =
  | 'round'
  | 'superseded'
  | 'closed'
  | 'deleted'
  | 'idle'
  | 'expired'
  | 'draining'
  | 'full'
  | 'slow'
  | 'refused'
  | 'out-of-order'
  | 'bad-message';

/** What the first record of a connection or a round tells. */
export interface Ready {
  readonly session: string;
  /** The position that is read from. */
  readonly cursor: string;
  readonly recovery: Recovery;
  /** The channels of which entries are missing; `''` is the session's inbox. */
  readonly gaps: readonly string[];
  /** After how many milliseconds at most a record comes, even with nothing to tell. */
  readonly heartbeat: number;
}

/** What the last record tells besides its reason. */
export interface ByeDetails {
  /** The status that a refusal would have had: with `refused`. */
  readonly status?: number | undefined;
  /** The number that was expected: with `out-of-order`. */
  readonly expected?: number | undefined;
}

/** `{"ready":{…}}`: the first record. */
export function readyRecord({ session, cursor, recovery, gaps, heartbeat }: Ready): string {
  return encodeRecord({ ready: { session, cursor, recovery, gaps, heartbeat } });
}

/** `{"gap":[channels],"cursor":…}`: entries of these channels are gone, what follows is still held. */
export function gapRecord(channels: readonly string[], cursor: string): string {
  return encodeRecord({ gap: channels, cursor });
}

/** `{"cursor":…}`: all is told up to here. */
export function cursorRecord(cursor: string): string {
  return encodeRecord({ cursor });
}

/** `{"ack":n}`: what the client sent is taken, up to this number. */
export function ackRecord(number: number): string {
  return encodeRecord({ ack: number });
}

/**
 * `{"bye":{…}}`: the last record.
 *
 * @param retry - In how many milliseconds the client shall come back.
 */
export function byeRecord(
  reason: ByeReason,
  retry: number,
  { status, expected }: ByeDetails = {},
): string {
  return encodeRecord({ bye: { reason, status, expected, retry } });
}
