/**
 * Clients for Node.
 *
 * @packageDocumentation
 */
export type { EventHandler } from './node/event-handlers.ts';
export { EventSource, type EventSourceInit } from './node/event-source.ts';
export { CloseEvent, ErrorEvent, type Handler, WebSocket } from './node/websocket.ts';
