import { once } from 'node:events';
import type { WebSocket as Client } from 'ws';
import { addressOf, type Library } from './ws-libraries.ts';

/** Two ends of one connection. */
export interface Pair {
  readonly client: Client;
  readonly server: Client;
  /** Ends both, and the server that one of them came from. */
  end(): Promise<void>;
}

/** A connection of a library with itself; `server` and `client` are options of either end. */
export async function connected(
  { WebSocket, WebSocketServer }: Library,
  { server = {}, client = {} }: { server?: object; client?: object } = {},
): Promise<Pair> {
  const listening = new WebSocketServer({ port: 0, host: 'localhost', ...server });
  await once(listening, 'listening');
  const accepted = once(listening, 'connection');
  const socket = new WebSocket(addressOf(listening), client);
  const [[other]] = await Promise.all([accepted, once(socket, 'open')]);
  return {
    client: socket,
    server: other,
    end: async () => {
      for (const each of [socket, other]) {
        if (each.readyState === WebSocket.CLOSED) continue;
        const end = endOf(each);
        each.terminate();
        await end;
      }
      listening.close();
      await once(listening, 'close');
    },
  };
}

/** The code and the reason of the end of a socket, whatever went wrong before. */
export function endOf(socket: Client): Promise<[code: number, reason: string]> {
  return new Promise((resolve) => {
    socket.once('close', (code, reason) => resolve([code, String(reason)]));
  });
}
