import { once } from 'node:events';
import type { WebSocket } from '../../src/node/websocket.ts';
import type { CloseEvent, ErrorEvent } from '../../src/node/websocket-events.ts';

/** What happened to a socket until it was closed. */
export async function eventsOf(socket: WebSocket): Promise<string[]> {
  const events: string[] = [];
  socket.addEventListener('open', () => events.push('open'));
  socket.addEventListener('error', (event) => events.push((event as ErrorEvent).message));
  const [{ code, wasClean }] = (await once(socket, 'close')) as [CloseEvent];
  return [...events, `close ${code} ${wasClean}`];
}
