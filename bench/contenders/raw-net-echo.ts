/** Sends back every chunk as it is, unparsed: the ceiling for JavaScript on `node:net`. */
import { type AddressInfo, createServer } from 'node:net';
import { serveAt } from './contender.ts';

const server = createServer((socket) => {
  socket.on('data', (octets) => socket.write(octets));
  socket.on('error', () => socket.destroy());
});

server.listen(0, '127.0.0.1', () => serveAt((server.address() as AddressInfo).port));
