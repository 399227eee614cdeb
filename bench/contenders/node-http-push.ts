/** Event streams and held polls of `node:http`, written by hand. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveAt } from './contender.ts';

const responses = new Set<ServerResponse>();

const server = createServer((request, response) => {
  responses.add(response);
  response.on('close', () => responses.delete(response));
  // A held poll is answered when there is something to say.
  if (request.headers.accept !== 'text/event-stream') return;
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.flushHeaders();
});

server.listen(0, '127.0.0.1', () => {
  serveAt((server.address() as AddressInfo).port, (message) => {
    const event = `data: ${JSON.stringify(message)}\n\n`;
    for (const response of responses) response.write(event);
  });
});
