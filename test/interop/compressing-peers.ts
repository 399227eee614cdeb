/**
 * Clients and a server that echo, with the parameters of RFC 7692 §7.1 that they are told to have.
 *
 * @module
 */

import { WebSocket as UndiciWebSocket } from 'undici';
import { WebSocket, WebSocketServer } from 'ws';

import type { Agreement } from './compressed-conversation.ts';
import type { EchoServer } from './conversation.ts';
import { serveUpgrades } from './upgrading-server.ts';

/** What a client of a peer is asked to offer; `true` is a parameter without a value. */
export type Offer = Partial<Omit<Agreement, 'clientMaxWindowBits'>> & {
  readonly clientMaxWindowBits: number | boolean;
};

/** A client of ws that echoes, until it is closed. */
export function connectWs(url: string, offer: Offer): Promise<string> {
  const perMessageDeflate = { ...offer, threshold: 0 } as never; // its types know no `false`
  const socket = new WebSocket(url, { perMessageDeflate });
  socket.on('message', (data, binary) => socket.send(data, { binary }));
  return new Promise((resolve, reject) => {
    let extensions = '';
    socket.on('upgrade', ({ headers }) => {
      extensions = headers['sec-websocket-extensions'] ?? '';
    });
    socket.on('error', reject).on('close', () => resolve(extensions));
  });
}

/** The same of undici, whose offer is always the same. */
export function connectUndici(url: string): Promise<string> {
  const socket = new UndiciWebSocket(url);
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('message', ({ data }) => socket.send(data));
  return new Promise((resolve) => {
    socket.addEventListener('close', () => resolve(socket.extensions));
  });
}

/** A server of ws that echoes. */
export function serveWs(parameters: Partial<Agreement>): Promise<EchoServer> {
  const perMessageDeflate = { ...parameters, threshold: 0 };
  const server = new WebSocketServer({ noServer: true, perMessageDeflate });
  server.on('connection', (socket) => {
    socket.on('message', (data, binary) => socket.send(data, { binary }));
  });
  return serveUpgrades((request, socket, head) =>
    server.handleUpgrade(request, socket, head, (opened) => server.emit('connection', opened)),
  );
}

/** As Python's websockets calls them; a window that is not to be limited has none. */
export function parametersOf(options: Partial<Offer>): object {
  return {
    server_no_context_takeover: options.serverNoContextTakeover === true,
    client_no_context_takeover: options.clientNoContextTakeover === true,
    server_max_window_bits: options.serverMaxWindowBits ?? null,
    client_max_window_bits: options.clientMaxWindowBits || null,
  };
}
