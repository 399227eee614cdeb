/**
 * What makes a wrong server of a right one: it stands before it on the network and changes, in one
 * way, what either of them is told.
 *
 * @module
 */

import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** How a server differs from the right one behind it. Each character of a string is an octet. */
export interface Meddling {
  /** What the server hears in place of these octets of a client. */
  readonly hears?: ((octets: string) => string) | undefined;
  /**
   * What it says in place of these octets.
   *
   * @param heard - all that this client has sent.
   */
  readonly says?: ((octets: string, heard: string) => string) | undefined;
  /** What it says by itself to these octets, which the server behind it never sees. */
  readonly answers?: ((octets: string, heard: string) => string | undefined) | undefined;
  /** What comes when it ends a connection, in place of the end: nothing, or a reset. */
  readonly ends?: 'never' | 'reset' | undefined;
  /** Whether it lets go of a client that has closed its side. */
  readonly isHasty?: true;
  /** Whether it does not notice that a client has left. */
  readonly isUnaware?: true;
  /** How many milliseconds later it says what it says. */
  readonly delay?: number;
  /**
   * What it does besides once it has said something: it ends the connection, or resets it as soon as
   * more comes.
   */
  readonly leaves?: 'end' | 'reset' | undefined;
}

/** Listens before the server at `port`. */
export async function meddle(
  port: number,
  meddling: Meddling,
): Promise<{ port: number; close(): void }> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
    }
    carry(client, upstream, meddling);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** Carries octets both ways, changed as the meddling has it. */
function carry(client: Socket, upstream: Socket, meddling: Meddling): void {
  const { hears, says, answers, ends, isHasty, isUnaware, delay, leaves } = meddling;
  let heard = '';
  const say = (octets: string) => {
    if (octets === '') return;
    if (client.writable) client.write(octets, 'latin1');
    if (leaves === 'end') client.end();
    if (leaves === 'reset') client.once('data', () => client.resetAndDestroy());
  };
  client.on('data', (chunk: Buffer) => {
    const octets = chunk.toString('latin1');
    heard += octets;
    const answer = answers?.(octets, heard);
    if (answer !== undefined) say(answer);
    else if (upstream.writable) upstream.write(hears?.(octets) ?? octets, 'latin1');
  });
  client.on('end', () => {
    if (isHasty) client.destroy();
    else if (!isUnaware) upstream.end();
  });
  client.on('error', () => isUnaware || upstream.resetAndDestroy());
  client.on('close', () => isUnaware || upstream.destroy());
  const later = (act: () => void) => (delay === undefined ? act() : setTimeout(act, delay));
  upstream.on('data', (chunk: Buffer) => {
    const octets = chunk.toString('latin1');
    later(() => say(says?.(octets, heard) ?? octets));
  });
  upstream.on('end', () => {
    if (ends === undefined) later(() => client.end());
    if (ends === 'reset') client.resetAndDestroy();
  });
  upstream.on('error', () => ends === 'never' || client.resetAndDestroy());
}
