/**
 * Clients for Node.
 *
 * @packageDocumentation
 */
export type * from './browser/index.ts';
export type { Fields } from './http1/fields.ts';
export type { OutgoingFields } from './http1/outgoing-fields.ts';
export type { MessageStreams } from './hub/message-streams.ts';
export type { Pieces } from './hub/slow-sends.ts';
export type { Message } from './hub/socket.ts';
export type { ClientLimits } from './node/client-terms.ts';
export { connect, type NodeConnectOptions } from './node/connect.ts';
export type { Dial, TlsOptions, TransportOptions } from './node/dial.ts';
export type { EventHandler } from './node/event-handlers.ts';
export { EventSource, type EventSourceInit, type TextMessageEvent } from './node/event-source.ts';
export { HandshakeError } from './node/handshake-error.ts';
export { type Handler, WebSocket } from './node/websocket.ts';
export { CloseEvent, type CloseEventInit, ErrorEvent } from './node/websocket-events.ts';
export type { WebSocketInit } from './node/websocket-options.ts';
export {
  type WebSocketCloseInfo,
  type WebSocketConnection,
  WebSocketStream,
  type WebSocketStreamInit,
} from './node/websocket-stream.ts';
export type { CompressionOptions } from './websocket/permessage-deflate.ts';
