import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server of node:http on a free port, closed by `close()` with all that is connected to it. */
export async function hostServer(listener?: RequestListener) {
  const server = listener === undefined ? createServer() : createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: portOf(server), close: () => closeServer(server) };
}

export function portOf(server: { address(): unknown }): number {
  return (server.address() as AddressInfo).port;
}

async function closeServer(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
