/** The broadcast that the README of npm's `ws` shows. */
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { serveAt } from './contender.ts';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
server.on('connection', (socket) => socket.on('error', () => socket.terminate()));
server.on('listening', () => {
  serveAt((server.address() as AddressInfo).port, (message) => {
    const text = JSON.stringify(message);
    for (const client of server.clients) {
      if (client.readyState === WebSocket.OPEN) client.send(text);
    }
  });
});
