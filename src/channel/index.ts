/**
 * A log of entries on channels, and readers with a place in it: no socket, no timer, no clock.
 *
 * A {@link Channel} is a bounded log, every entry of which has an id. A {@link Reader} is a cursor,
 * the id up to which its client has seen everything, over a set of channels. While it keeps up, it is
 * told of each entry in the turn in which it was published; when it comes back after a while, it
 * takes what it has missed from the log; and when the log no longer holds that, it is told of a
 * {@link Gap}. Nothing is queued for anybody.
 *
 * ```ts
 * const log = new Log({
 *   epoch: 'k3x9',
 *   limits: DEFAULT_LOG_LIMITS,
 *   wallClock: Date.now,
 *   clock: () => performance.now(),
 *   schedule: setImmediate,
 *   report: console.error,
 * });
 * const reader = log.read(['news'], log.cursor, {
 *   readable() {
 *     for (let next = reader.take(); next !== undefined; next = reader.take()) {
 *       if (next.kind === 'gap') console.log('missed some of', next.channels);
 *       else for (const { record } of next.entries) console.log(String(record));
 *     }
 *   },
 * });
 * log.channel('news').publish({ headline: 'Comet sighted' });
 * ```
 *
 * @module
 */

export { type Backplane, type Feed, InProcessBackplane } from './backplane.ts';
export { Batch, type EntryFormat, type Gap } from './batch.ts';
export { Channel, type ChannelHistory, type PublishOptions } from './channel.ts';
export type { Outlet } from './cohort.ts';
export { type Cursor, formatCursor, type Id, type Position, parseCursor } from './cursor.ts';
export { encodeRecord } from './encode-record.ts';
export type { Entry } from './entry.ts';
export { DEFAULT_HISTORY, type HistoryBounds, type HistoryOptions } from './history-options.ts';
export { Inbox } from './inbox.ts';
export { ChannelLimitError, DEFAULT_LOG_LIMITS, type LogLimits } from './limits.ts';
export { Log, type LogOptions } from './log.ts';
export { Reader, type ReaderListener, type Recovery } from './reader.ts';
