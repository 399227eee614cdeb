/**
 * Server push for Node from the TCP byte stream up.
 *
 * @packageDocumentation
 */

export type {
  Backplane,
  Channel,
  ChannelHistory,
  Feed,
  HistoryOptions,
  Id,
  PublishOptions,
  Recovery,
} from './channel/index.ts';
export {
  type DeflateFaultCode,
  type EventStreamFaultCode,
  HTTP_FAULTS,
  HttpError,
  type HttpFault,
  type HttpFaultCode,
  ProtocolError,
  WEBSOCKET_FAULTS,
  WebSocketError,
  type WebSocketFault,
  type WebSocketFaultCode,
} from './errors.ts';
export type { Fields } from './http1/fields.ts';
export type { OutgoingFields } from './http1/outgoing-fields.ts';
export type { AllowList } from './hub/admission.ts';
export type { Answer, AnswerBody, HttpHandler } from './hub/http-route.ts';
export { DEFAULT_LIMITS, type Limits, type SocketLimits } from './hub/limits.ts';
export type { LiveAdmission, LiveAuthorize, LiveHandlers, LiveOptions } from './hub/live-route.ts';
export type { Session, SessionEnd, SessionHandlers } from './hub/live-session.ts';
export type { LiveTransport } from './hub/live-transport.ts';
export type { MessageStreams } from './hub/message-streams.ts';
export type { HttpTransport } from './hub/query.ts';
export type { Request } from './hub/request.ts';
export type { RequestBody } from './hub/request-content.ts';
export type { Pieces } from './hub/slow-sends.ts';
export type { Message, Socket } from './hub/socket.ts';
export type { Trailers } from './hub/trailers.ts';
export type {
  Admission,
  Authorize,
  Refusal,
  WebSocketHandlers,
  WebSocketOptions,
} from './hub/websocket-route.ts';
export { createHub, type Hub } from './node/hub.ts';
export type {
  Address,
  CloseOptions,
  HubBackplane,
  HubOptions,
  ListenOptions,
} from './node/hub-options.ts';
export type { CompressionOptions } from './websocket/permessage-deflate.ts';
