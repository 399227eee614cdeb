/**
 * What encke says to a peer that echoes, on a connection that compresses, and how much of it travels.
 *
 * @module
 */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type CompressionOptions, createHub, type Message } from 'encke';
import { WebSocket } from 'encke/client';

import { parseExtensions } from '../../src/websocket/handshake-fields.ts';
import type { DeflateParameters } from '../../src/websocket/permessage-deflate.ts';
import { type AnyWebSocket, Conversation } from './conversation.ts';

/** The four parameters of RFC 7692 §7.1, as they are agreed on. */
export type Agreement = DeflateParameters;

/** Encke's end of a connection whose other end echoes. */
export interface End {
  exchange(data: string | Buffer): Promise<string | Buffer>;
  /** Counts what has travelled. */
  readonly wire: Socket;
}

/**
 * Opens a server of encke on those terms, has a client connect to it, and talks to that one.
 *
 * @returns What the client says was agreed on.
 */
export async function talkToClient(
  terms: CompressionOptions,
  connectTo: (url: string) => Promise<string>,
  talk: (end: End) => Promise<void>,
): Promise<string> {
  const hub = createHub();
  let wire: Socket;
  let take: (message: Message) => void;
  let talked: Promise<void> | undefined;
  hub.websocket('/', {
    compression: { ...terms, threshold: 0 },
    open(socket) {
      const exchange = async (data: string | Buffer) => {
        socket.send(data);
        const message = await new Promise<Message>((resolve) => {
          take = resolve;
        });
        return typeof message === 'string' ? message : Buffer.from(message);
      };
      talked = talk({ wire, exchange }).finally(() => socket.close(1000));
      talked.catch(() => {}); // it is awaited once the connection has ended
    },
    message: (_socket, message) => take(message),
  });
  const server = createServer((socket) => {
    wire = socket;
    hub.accept(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const extensions = await connectTo(`ws://127.0.0.1:${port}/`);
  await talked;
  server.close();
  await hub.close();
  return extensions;
}

/**
 * Connects a client of encke that offers those terms, and talks to the server there.
 *
 * @returns What the server says was agreed on.
 */
export async function talkToServer(
  url: string,
  terms: CompressionOptions,
  talk: (end: End) => Promise<void>,
): Promise<string> {
  let wire: Socket;
  const dial = ({ port, hostname }: URL) => {
    wire = connect(Number(port), hostname);
    return wire;
  };
  const socket = new WebSocket(url, [], { compression: { ...terms, threshold: 0 }, dial });
  socket.binaryType = 'arraybuffer';
  const conversation = await Conversation.open(socket as unknown as AnyWebSocket);
  await talk({ wire: wire!, exchange: (data) => conversation.exchange(data) });
  await conversation.close();
  return socket.extensions;
}

/** The sizes around which the length of a frame takes another form, and a large one. */
const SIZES: readonly number[] = [0, 1, 125, 126, 70_000];

const TEXT = '{"id":2,"name":"2P/Encke","period":3.3,"near":true},'.repeat(1_500);
const OCTETS = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i + (i >> 9)) % 251));

/** Sends messages of all sizes, text and binary: each comes back as it was. */
export async function exchangeSizes({ exchange }: End): Promise<void> {
  for (const size of SIZES) {
    const text = TEXT.slice(0, size);
    assert.ok((await exchange(text)) === text, `text of ${size} octets`);
    const octets = OCTETS.subarray(0, size);
    const echo = await exchange(octets);
    assert.ok(Buffer.isBuffer(echo) && echo.equals(octets), `binary of ${size} octets`);
  }
}

/** How many octets a message takes that was sent just before, each way: digits that say nothing twice. */
export async function lengthsOfRepeated(
  { exchange, wire }: End,
  size: number,
): Promise<{ received: number; sent: number }> {
  const digits = randomBytes(size / 2).toString('hex');
  assert.equal(await exchange(digits), digits);
  const { bytesRead, bytesWritten } = wire;
  assert.equal(await exchange(digits), digits);
  return { received: wire.bytesRead - bytesRead, sent: wire.bytesWritten - bytesWritten };
}

/** What an answer says, with what it leaves away. */
export function agreementOf(extensions: string): Agreement {
  const [extension, ...others] = parseExtensions(extensions) ?? [];
  assert.deepEqual([extension?.token, others], ['permessage-deflate', []], extensions);
  const parameters = new Map(extension!.parameters);
  return {
    serverNoContextTakeover: parameters.has('server_no_context_takeover'),
    clientNoContextTakeover: parameters.has('client_no_context_takeover'),
    serverMaxWindowBits: Number(parameters.get('server_max_window_bits') ?? 15),
    clientMaxWindowBits: Number(parameters.get('client_max_window_bits') ?? 15),
  };
}
