/**
 * Clients for Node.
 *
 * @packageDocumentation
 */
export type * from './browser/index.ts';
export type { OutgoingFields } from './http1/outgoing-fields.ts';
export type { ClientLimits } from './node/client-terms.ts';
export { connect } from './node/connect.ts';
export type { TlsOptions, TransportOptions } from './node/dial.ts';
export type { EventHandler } from './node/event-handlers.ts';
export { EventSource, type EventSourceInit } from './node/event-source.ts';
export {
  CloseEvent,
  ErrorEvent,
  type Handler,
  WebSocket,
  type WebSocketInit,
} from './node/websocket.ts';
export type { CompressionOptions } from './websocket/permessage-deflate.ts';
