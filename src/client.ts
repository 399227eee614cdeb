/**
 * Clients for Node.
 *
 * @packageDocumentation
 */
export { CloseEvent, ErrorEvent, type Handler, WebSocket } from './node/websocket.ts';
