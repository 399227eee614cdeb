import type { AddressInfo } from 'node:net';
import type { WebSocketServer } from 'ws';
import { serveAt } from './contender.ts';

/**
 * The echo that the README of npm's `ws` shows, on the class that is given; with the argument
 * `compression`, messages of any length are compressed.
 */
export function serveEchoes(Server: typeof WebSocketServer): void {
  const perMessageDeflate = process.argv.includes('compression') && { threshold: 0 };
  const server = new Server({ port: 0, host: '127.0.0.1', perMessageDeflate });
  server.on('connection', (socket) => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
    socket.on('error', () => socket.terminate());
  });
  server.on('listening', () => serveAt((server.address() as AddressInfo).port));
}
