/**
 * The `text/event-stream` format, as text: no connection, no clock.
 *
 * ```ts
 * const decode = eventStreamDecoder({
 *   event: (type, data, lastEventId) => console.log(type, data, lastEventId),
 * });
 * decode(encodeEvent({ id: '1', data: 'Comet sighted' }));
 * ```
 *
 * @see {@link https://html.spec.whatwg.org/multipage/server-sent-events.html | HTML §9.2}
 * @module
 */

export {
  type DeflateFaultCode,
  EVENT_STREAM_FAULTS,
  EventStreamError,
  type EventStreamFault,
  type EventStreamFaultCode,
  type HttpFaultCode,
  ProtocolError,
  type WebSocketFaultCode,
} from '../errors.ts';
export { encodeComment, encodeEvent, type ServerSentEvent } from './encode-event.ts';
export {
  type EventStreamDecoderOptions,
  type EventStreamListener,
  eventStreamDecoder,
} from './event-stream-decoder.ts';
