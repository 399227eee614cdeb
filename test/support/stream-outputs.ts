import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';

import { SlabPool } from '../../src/node/slab.ts';
import { StreamOutput } from '../../src/node/stream-output.ts';
import type { OutputOwner } from '../../src/node/stream-writer.ts';

/** An output on a real socket, and everything that arrives at its other end. */
export async function outputOnSocket(given: Partial<OutputOwner> = {}) {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [peer] = (await once(server, 'connection')) as [Socket];
  server.close();
  const pieces: Buffer[] = [];
  peer.on('data', (octets) => pieces.push(octets));
  const received = once(peer, 'end').then(() => Buffer.concat(pieces));
  const output = new StreamOutput(socket, new SlabPool(), owner(given));
  return { output, socket, peer, received };
}

/** Who does nothing, but for what is given. */
export function owner(given: Partial<OutputOwner> = {}): OutputOwner {
  const nothing = (): void => {};
  return {
    flushSoon: nothing,
    fellBehind: nothing,
    drained: nothing,
    endRequested: nothing,
    destroyRequested: nothing,
    resetRequested: nothing,
    broken: assert.ifError,
    ...given,
  };
}

/** Writes what an endpoint would write. */
export function put(output: StreamOutput, content: string | Buffer): void {
  const octets = Buffer.from(content);
  const start = output.reserve(octets.length);
  output.octets.set(octets, start);
}

/** All was sent that was written. */
export async function sent(output: StreamOutput): Promise<void> {
  while (output.bufferedAmount > 0) {
    output.flush();
    await turn();
  }
}

/** All that waits in a stream. */
export function readAll(stream: PassThrough): Buffer {
  const pieces: Buffer[] = [];
  for (let piece = stream.read(); piece !== null; piece = stream.read()) pieces.push(piece);
  return Buffer.concat(pieces);
}
