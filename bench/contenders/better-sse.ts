/** The broadcast that the README of better-sse shows. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createChannel, createSession } from 'better-sse';
import { serveAt } from './contender.ts';

const channel = createChannel();
const server = createServer(async (request, response) => {
  channel.register(await createSession(request, response));
});

server.listen(0, '127.0.0.1', () => {
  serveAt((server.address() as AddressInfo).port, (message) => channel.broadcast(message));
});
