import * as encke from 'encke/ws';
import * as ws from 'ws';

/** What programs import of `ws`. */
export type Library = Pick<typeof ws, 'WebSocket' | 'WebSocketServer' | 'createWebSocketStream'>;

/** The package, and what takes its place: a program that was written for one runs on both. */
export const LIBRARIES: readonly (readonly [name: string, library: Library])[] = [
  ['ws', ws],
  ['encke/ws', encke as unknown as Library],
];

/** The address of a server that listens, or will. */
export function addressOf(server: { address(): unknown }, scheme = 'ws'): string {
  return `${scheme}://localhost:${(server.address() as { port: number }).port}`;
}
