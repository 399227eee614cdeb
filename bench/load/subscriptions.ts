import { COMPRESSED_HANDSHAKE, compressedEchoTraffic } from './compressed-echo.ts';
import { connectTo, readUntil } from './connection.ts';
import type { Subscription } from './readers.ts';
import { requestHeads } from './request-heads.ts';
import { OPENING_HANDSHAKE } from './websocket-client.ts';

const EVENT_STREAM = 'GET / HTTP/1.1\r\nHost: localhost:80\r\nAccept: text/event-stream\r\n\r\n';

/** As a browser polls: a server that keeps the request keeps all of these fields. */
const POLL = requestHeads.browser.toString('latin1');

/** How a reader asks, by what it wants to read. */
export const SUBSCRIPTIONS = {
  'event stream': async (): Promise<Subscription> => ({
    request: Buffer.from(EVENT_STREAM),
    status: 200,
  }),
  websocket: async (): Promise<Subscription> => ({
    request: Buffer.from(OPENING_HANDSHAKE),
    status: 101,
  }),
  'compressed WebSocket': async (): Promise<Subscription> => ({
    request: Buffer.from(COMPRESSED_HANDSHAKE),
    status: 101,
    message: compressedEchoTraffic(200).requests,
  }),
  'held poll': heldPoll,
} as const;

/** What readers want. */
export type Wanted = keyof typeof SUBSCRIPTIONS;

/**
 * A poll that is held. A server that answers the first poll at once says with it where to go on from;
 * one that holds it needs nothing more.
 */
async function heldPoll(port: number): Promise<Subscription> {
  const socket = await connectTo(port);
  socket.write(POLL);
  const patience = new Promise<undefined>((resolve) => setTimeout(resolve, 500, undefined));
  const answer = await Promise.race([
    readUntil(socket, (octets) => octets.includes('"cursor"')).catch(() => undefined),
    patience,
  ]);
  socket.destroy();
  const cursor = /"cursor":"([^"]+)"/.exec(answer?.toString() ?? '')?.[1];
  const target = cursor === undefined ? '/' : `/?cursor=${cursor}`;
  return { request: Buffer.from(POLL.replace('GET /', `GET ${target}`)), status: 0 };
}
