/**
 * The WebSocket servers of npm, each as an echo that is like the subject: WebSocket on `/` and `/ws`, the
 * subprotocols `chat` and `superchat`, messages up to 64 MiB, everything else by default.
 *
 * @module
 */

import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

import FayeWebSocket from 'faye-websocket';
import websocket from 'websocket';
import { type WebSocket, WebSocketServer } from 'ws';

import {
  askedOf,
  LISTED_ORIGIN,
  obey,
  REFLECTOR_LIMIT,
} from '../../examples/reflectors/websocket.ts';

/** A server that listens. */
export interface Peer {
  readonly port: number;
  close(): void;
}

/** Where the reflector is, on the peers that have one. */
export const REFLECTOR = '/reflect';

const PROTOCOLS: readonly string[] = ['superchat', 'chat'];
const MAX_MESSAGE = 64 * 2 ** 20;

/** The name of one of the libraries. */
export type Library = 'ws' | 'websocket' | 'faye-websocket';

/** Joins one of the libraries to a server. */
export const JOIN: Readonly<Record<Library, (server: Server) => void>> = {
  ws: joinWs,
  websocket: joinWebsocket,
  'faye-websocket': joinFaye,
};

/** Starts one of the libraries on a server that has no page. */
export const PEERS: Readonly<Record<Library, () => Promise<Peer>>> = {
  ws: () => start(joinWs),
  websocket: () => start(joinWebsocket),
  'faye-websocket': () => start(joinFaye),
};

/** `ws`, with its extension, and with a reflector. */
function joinWs(httpServer: Server): void {
  const echo = wsServer(MAX_MESSAGE, (socket) => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  const reflector = wsServer(REFLECTOR_LIMIT, (socket, request) => {
    const { greeting } = askedOf(request.url!);
    if (greeting !== undefined) socket.send(greeting);
    socket.on('message', (data, isBinary) =>
      reflect(socket, isBinary ? new Uint8Array() : `${data}`),
    );
  });
  takeUpgrades(httpServer, (request, socket, head) => {
    const isReflected = request.url!.startsWith(REFLECTOR);
    const refusal = isReflected ? refusalOf(request) : undefined;
    if (refusal !== undefined) return refuse(socket, refusal);
    const server = isReflected ? reflector : echo;
    server.handleUpgrade(request, socket, head, (opened) =>
      server.emit('connection', opened, request),
    );
  });
}

function wsServer(
  maxPayload: number,
  open: (socket: WebSocket, request: IncomingMessage) => void,
): WebSocketServer {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload,
    perMessageDeflate: true,
    handleProtocols: (asked) => PROTOCOLS.find((protocol) => asked.has(protocol)) ?? false,
  });
  server.on('connection', (socket, request) => {
    socket.on('error', () => {});
    open(socket, request);
  });
  return server;
}

/** `ws` leaves what an application throws to whoever emitted the message. */
function reflect(socket: WebSocket, message: string | Uint8Array): void {
  try {
    obey(
      {
        isOpen: () => socket.readyState === socket.OPEN,
        send: (text) => socket.send(text, () => {}),
        ping: (payload) => socket.ping(payload),
        close: (code, reason) => socket.close(code, reason),
        terminate: () => socket.terminate(),
      },
      message,
    );
  } catch {
    socket.close(1011);
  }
}

/** The head of the refusal that the request asks for, or that its origin calls for. */
function refusalOf({ url, headers }: IncomingMessage): string | undefined {
  const { refusal } = askedOf(url!);
  if (refusal !== undefined) return `${refusal.status} Told\r\n${refusal.name}: ${refusal.value}`;
  const isForeign = headers.origin !== undefined && headers.origin !== LISTED_ORIGIN;
  return isForeign ? '403 Forbidden' : undefined;
}

/** `websocket`. */
function joinWebsocket(httpServer: Server): void {
  const server = new websocket.server({
    httpServer,
    maxReceivedFrameSize: MAX_MESSAGE,
    maxReceivedMessageSize: MAX_MESSAGE,
  });
  server.on('request', (request) => {
    if (!isKnown(request.resource)) return request.reject(404);
    const protocol = PROTOCOLS.find((known) => request.requestedProtocols.includes(known));
    const connection = request.accept(protocol ?? null, null);
    connection.on('message', ({ type, utf8Data, binaryData }) =>
      connection.send(type === 'utf8' ? utf8Data : binaryData),
    );
    connection.on('error', () => {});
  });
}

/** `faye-websocket`. */
function joinFaye(httpServer: Server): void {
  takeUpgrades(httpServer, (request, socket, head) => {
    if (!FayeWebSocket.isWebSocket(request)) return refuse(socket, '400 Bad Request');
    const opened = new FayeWebSocket(request, socket, head, PROTOCOLS);
    opened.on('message', ({ data }) => opened.send(data));
  });
}

/** Hands over the upgrades of the paths that the subject has. */
function takeUpgrades(
  server: Server,
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void,
): void {
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => {});
    if (isKnown(request.url!)) upgrade(request, socket, head);
    else refuse(socket, '404 Not Found');
  });
}

async function start(join: (server: Server) => void): Promise<Peer> {
  const server = createServer(notFound);
  join(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function isKnown(target: string): boolean {
  const { pathname } = new URL(target, 'http://peer');
  return ['/', '/ws', REFLECTOR].includes(pathname);
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function notFound(_: IncomingMessage, response: { writeHead(status: number): { end(): void } }) {
  response.writeHead(404).end();
}
