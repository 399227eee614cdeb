/**
 * A WebSocket server that keeps to a script: an echo on `/`, a reflector on `/reflect`, and permessage-deflate.
 *
 * @module
 */

import { type AddressInfo, createServer, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createSecureServer } from 'node:tls';

import { CERTIFICATE, KEY } from '../../support/certificate.ts';
import { Connection } from './connection.ts';
import type { Fault } from './fault.ts';
import { decide, encodeAnswer, fieldOf, readRequest } from './handshake.ts';
import { RIGHT, type Script } from './script.ts';

/** A server that listens. */
export interface ScriptedServer {
  readonly port: number;
  close(): void;
}

/** Starts a server with a fault, or with none. */
export function startServer(fault: Fault = {}): Promise<ScriptedServer> {
  const script = { ...RIGHT, ...fault };
  return listening((take) => createServer({ noDelay: true }, (socket) => take(socket, script)));
}

/** Starts one that is to be talked to inside TLS. */
export function startSecureServer(fault: Fault = {}): Promise<ScriptedServer> {
  const script = { ...RIGHT, ...fault };
  return listening((take) =>
    createSecureServer({ cert: CERTIFICATE, key: KEY, noDelay: true }, (socket) =>
      take(socket, script),
    ),
  );
}

async function listening(
  create: (take: (socket: Duplex, script: Script) => void) => Server,
): Promise<ScriptedServer> {
  const sockets = new Set<Duplex>();
  const server = create((socket, script) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    serve(socket, script);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Reads a head, answers it, and goes on with frames if that was a 101. */
function serve(socket: Duplex, script: Script): void {
  let octets = Buffer.of();
  const readHead = (piece: Buffer) => {
    octets = Buffer.concat([octets, piece]);
    const end = octets.indexOf('\r\n\r\n');
    if (end === -1) return;
    socket.off('data', readHead);
    const request = readRequest(octets.toString('latin1', 0, end));
    const answer = decide(request, script);
    socket.write(encodeAnswer(answer), 'latin1');
    if (answer.status !== 101) {
      socket.on('data', () => {});
      socket.end();
      return;
    }
    const extension = fieldOf(answer, 'Sec-WebSocket-Extensions');
    const connection = new Connection(socket, script, request.target, extension);
    socket.on('data', (piece: Buffer) => connection.receive(piece));
    connection.receive(script.early(octets.subarray(end + 4)));
  };
  socket.on('data', readHead);
}
