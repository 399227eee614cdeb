/**
 * Servers of event streams that are not encke's, each with a stream at `/stream` and a way to publish
 * on its channels at `/publish`.
 *
 * @module
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createChannel, createSession, type DefaultSessionState, type Session } from 'better-sse';

import type { PushEndpoint } from '../../spec/probe.ts';

/** A server that listens. */
export interface Peer {
  readonly port: number;
  readonly endpoint: PushEndpoint;
  close(): void;
}

/** What is kept of each channel, and how it is written to a response. */
interface Channels {
  open(channel: string, request: IncomingMessage, response: ServerResponse): Promise<void>;
  publish(channel: string, text: string): void;
}

const HEARTBEAT = 200;

/** better-sse, with text as it is in place of JSON. */
export function startBetterSse(port = 0): Promise<Peer> {
  const options = { keepAlive: HEARTBEAT, serializer: String };
  const channels = new Map<string, ReturnType<typeof createChannel>>();
  const channelOf = (name: string) => {
    const channel = channels.get(name) ?? createChannel();
    channels.set(name, channel);
    return channel;
  };
  return listen(
    {
      async open(name, request, response) {
        const session: Session<DefaultSessionState> = await createSession(
          request,
          response,
          options,
        );
        channelOf(name).register(session);
      },
      publish: (name, text) => channelOf(name).broadcast(text, 'message'),
    },
    port,
  );
}

/** A stream as it is written by hand in an afternoon. */
export function startHandWritten(): Promise<Peer> {
  const readers = new Map<string, Set<ServerResponse>>();
  let id = 0;
  return listen({
    async open(name, _, response) {
      response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=latin1' });
      response.flushHeaders();
      readers.set(name, (readers.get(name) ?? new Set()).add(response));
    },
    publish(name, text) {
      id++;
      for (const response of readers.get(name) ?? []) {
        response.write(`id: ${id}-${name}\ndata:${text.split('\n').join('\ndata:')}\n\n`);
      }
    },
  });
}

async function listen(channels: Channels, port = 0): Promise<Peer> {
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
    const channel = searchParams.get('channel') ?? '';
    if (pathname === '/stream') {
      await channels.open(channel, request, response);
      return;
    }
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    channels.publish(channel, Buffer.concat(pieces).toString());
    response.end('published\n');
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    endpoint: { path: '/stream', publish: '/publish', heartbeat: HEARTBEAT },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
