import { connect, type Socket } from 'node:net';

/** What came back on a connection that was sent `octets`, until the peer ended it. */
export async function exchange(port: number, octets: string | Uint8Array): Promise<string> {
  const socket = dial(port);
  socket.write(typeof octets === 'string' ? Buffer.from(octets, 'latin1') : octets);
  const received: Buffer[] = [];
  for await (const piece of socket) received.push(piece as Buffer);
  return Buffer.concat(received).toString('latin1');
}

/** A bare connection that does not end its side because the peer has. */
export function dial(port: number): Socket {
  return connect({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => {});
}

/** Reads from a socket until what has come contains `expected`. */
export async function readUntil(socket: Socket, expected: string): Promise<string> {
  let received = '';
  return new Promise((resolve, reject) => {
    const onData = (octets: Buffer): void => {
      received += octets.toString('latin1');
      if (!received.includes(expected)) return;
      socket.off('data', onData);
      resolve(received);
    };
    socket.on('data', onData);
    socket.once('close', () => reject(new Error(`closed after ${JSON.stringify(received)}`)));
  });
}

/** A request to open a WebSocket connection, with more fields if wanted. */
export function openingHandshake(path: string, fields = ''): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n${fields}\r\n`;
}
