import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** What all connections read into, one after the other. */
const READ_BUFFER = Buffer.allocUnsafeSlow(65_536);

/**
 * Connects to a server on this machine. What its `'data'` events bring stands in a buffer that the
 * next one is read into. A buffer for each would make the generator dearer than the servers, which
 * then wait for it, and are woken for one request where they could have answered several.
 */
export async function connectTo(port: number): Promise<Socket> {
  const callback = (length: number): boolean =>
    socket.emit('data', READ_BUFFER.subarray(0, length));
  const onread = { buffer: READ_BUFFER, callback };
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, onread });
  await once(socket, 'connect');
  return socket;
}

/** Reads until what came `suffices`. What came with it is part of the result. */
export function readUntil(socket: Socket, suffices: (octets: Buffer) => boolean): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let octets: Buffer = Buffer.alloc(0);
    const settle = (error?: Error) => {
      socket.off('data', take).off('close', fail).off('error', settle);
      if (error) reject(error);
      else resolve(octets);
    };
    const take = (chunk: Buffer) => {
      octets = Buffer.concat([octets, chunk]);
      if (suffices(octets)) settle();
    };
    const fail = () => settle(new Error(`closed after ${octets.toString('latin1')}`));
    socket.on('data', take).on('close', fail).on('error', settle);
  });
}

/** Reads the head of a response that has no content. */
export async function readHead(socket: Socket): Promise<string> {
  const octets = await readUntil(socket, (received) => received.includes('\r\n\r\n'));
  return octets.toString('latin1');
}
