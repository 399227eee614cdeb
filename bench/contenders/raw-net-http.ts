/**
 * Counts octets and answers once per so many, unparsed: the ceiling for HTTP on `node:net`.
 * The length of a request comes as the argument.
 */
import { type AddressInfo, createServer } from 'node:net';
import { serveAt } from './contender.ts';

const requestLength = Number(process.argv[2]);
const ANSWER =
  'HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 2026 01:00:00 GMT\r\nContent-Length: 2\r\n\r\nok';

const server = createServer((socket) => {
  let received = 0;
  socket.on('data', (octets) => {
    received += octets.length;
    const requests = Math.floor(received / requestLength);
    received -= requests * requestLength;
    if (requests > 0) socket.write(ANSWER.repeat(requests), 'latin1');
  });
  socket.on('error', () => socket.destroy());
});

server.listen(0, '127.0.0.1', () => serveAt((server.address() as AddressInfo).port));
