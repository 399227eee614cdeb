/** The echo that the README of npm's `ws` shows. */
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { serveAt } from './contender.ts';

/** With `compression`, of messages of any length. */
const perMessageDeflate = process.argv.includes('compression') && { threshold: 0 };
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate });
server.on('connection', (socket) => {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  socket.on('error', () => socket.terminate());
});
server.on('listening', () => serveAt((server.address() as AddressInfo).port));
