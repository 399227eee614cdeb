/**
 * Server push over HTTP as formats, without a connection: the records of a channel's entries, and
 * those that tell how reading goes, as octets of each transport.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6202 | RFC 6202}
 * @module
 */

export { eventStreamFormat } from './event-stream-format.ts';
export { foreverFrameFormat } from './forever-frame-format.ts';
export { isCallback, jsonpFormat } from './jsonp-format.ts';
export { longPollFormat } from './long-poll-format.ts';
export {
  ackRecord,
  type ByeDetails,
  type ByeReason,
  byeRecord,
  cursorRecord,
  gapRecord,
  type Ready,
  readyRecord,
} from './records.ts';
export { streamFormat } from './stream-format.ts';
export type { StreamingFormat, WholeFormat } from './wire-format.ts';
