import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { EchoServer } from './conversation.ts';

/** A server of node:http that hands its upgrades over, but for those at `/refused`. */
export async function serveUpgrades(
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void,
): Promise<EchoServer> {
  const server = createServer();
  server.on('upgrade', (request, socket, head) => {
    if (request.url === '/refused') socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n');
    else upgrade(request, socket, head);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
