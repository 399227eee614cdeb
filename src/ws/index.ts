/**
 * The API of the package `ws` on top of encke: `docs/ws.md` says what differs.
 *
 * @packageDocumentation
 */
import { WebSocket } from './websocket.ts';
import { WebSocketServer } from './websocket-server.ts';
import { createWebSocketStream } from './websocket-stream.ts';

Object.assign(WebSocket, {
  WebSocket,
  WebSocketServer,
  Server: WebSocketServer,
  createWebSocketStream,
});

export type { AnyListener, Emitter, EmitterOf, ListenerOf } from './emitter.ts';
export type { WebSocketEvents, WebSocketEventTarget } from './event-target.ts';
export type {
  CloseEvent,
  ErrorEvent,
  Event,
  EventListenerOptions,
  Listener,
  ListeningObject,
  MessageEvent,
  WebSocketEventMap,
} from './events.ts';
export type { ControlSent, Sent } from './open-connection.ts';
export type {
  ClientInfo,
  ClientOptions,
  FinishRequestCallback,
  PerMessageDeflateOptions,
  SendOptions,
  ServerOptions,
  SocketOptions,
  VerifyClientCallback,
  VerifyClientCallbackAsync,
  VerifyClientCallbackSync,
} from './options.ts';
export type {
  BinaryType,
  BufferLike,
  CertMeta,
  Data,
  PrimitiveLike,
  RawData,
  Valued,
} from './payload.ts';

export type { ServerEvents, UpgradeCallback } from './websocket-server.ts';
// What `require('encke/ws')` returns, as `require('ws')` does.
export {
  createWebSocketStream,
  WebSocket,
  WebSocket as default,
  WebSocket as 'module.exports',
  WebSocketServer,
};
