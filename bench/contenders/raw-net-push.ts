/** The same octets to all who wrote something, unparsed: the ceiling for JavaScript on `node:net`. */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { serveAt } from './contender.ts';

const HEAD =
  'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n';

const sockets = new Set<Socket>();

const server = createServer({ noDelay: true }, (socket) => {
  sockets.add(socket);
  socket.once('data', () => socket.write(HEAD));
  socket.on('error', () => socket.destroy());
  socket.on('close', () => sockets.delete(socket));
});

server.listen(0, '127.0.0.1', () => {
  serveAt((server.address() as AddressInfo).port, (message) => {
    const event = `data: ${message}\n\n`;
    const chunk = Buffer.from(`${event.length.toString(16)}\r\n${event}\r\n`);
    for (const socket of sockets) socket.write(chunk);
  });
});
