/**
 * Clients for Node.
 *
 * @packageDocumentation
 */
export { CloseEvent, ErrorEvent, WebSocket } from './node/websocket.ts';
