/** The broadcast that the README of better-sse shows. */
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { serveAt } from './contender.ts';

interface Channel {
  register(session: unknown): void;
  broadcast(data: unknown): void;
}

interface BetterSse {
  createSession(request: unknown, response: unknown): Promise<unknown>;
  createChannel(): Channel;
}

// It is one of the peers that only benches need, and that are installed beside them.
const { resolve } = createRequire(new URL('../../../bench/', import.meta.url));
const { createSession, createChannel } = (await import(
  pathToFileURL(resolve('better-sse')).href
)) as BetterSse;

const channel = createChannel();
const server = createServer(async (request, response) => {
  channel.register(await createSession(request, response));
});

server.listen(0, '127.0.0.1', () => {
  serveAt((server.address() as AddressInfo).port, (message) => channel.broadcast(message));
});
