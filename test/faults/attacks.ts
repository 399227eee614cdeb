/**
 * What hostile and broken peers do with a connection. Each attack acts on a connection that has
 * just been made, and schedules what it does later; it ends when the connection is closed.
 *
 * @module
 */

import type { Socket } from 'node:net';
import {
  anyConversation,
  frame,
  openingHandshake,
  requestWithContent,
  webSocket,
} from './conversations.ts';
import { mutate } from './mutations.ts';
import type { Random } from './random.ts';

/** Uses a connection as no good peer does. Everything it chooses, it chooses by `random`. */
export type Attack = (socket: Socket, random: Random) => void;

/** The attacks by what they do. */
export const ATTACKS: Readonly<Record<string, Attack>> = {
  'random octets': (socket, random) => {
    const handshake = random.oneIn(2) ? openingHandshake() : Buffer.alloc(0);
    const octets = Buffer.concat([handshake, random.octets(random.below(3_000))]);
    sendInPieces(socket, octets, random, () => leave(socket, random));
  },
  truncated: (socket, random) => {
    const octets = anyConversation(random);
    const cut = octets.subarray(0, random.below(octets.length + 1));
    sendInPieces(socket, cut, random, () => leave(socket, random));
  },
  mutated: (socket, random) => {
    const octets = mutate(anyConversation(random), random);
    sendInPieces(socket, octets, random, () => leave(socket, random));
  },
  'mutated frames': (socket, random) => {
    const handshake = openingHandshake();
    const frames = mutate(webSocket(random).subarray(handshake.length), random);
    sendInPieces(socket, Buffer.concat([handshake, frames]), random, () => leave(socket, random));
  },
  'reset in the handshake': (socket, random) => {
    const octets = webSocket(random);
    const cut = octets.subarray(0, random.below(openingHandshake().length + 40));
    if (cut.length > 0) socket.write(cut);
    after(socket, random.below(30), () => socket.resetAndDestroy());
  },
  'an octet a second': (socket, random) => {
    const octets = anyConversation(random);
    let sent = random.below(octets.length);
    if (sent > 0) socket.write(octets.subarray(0, sent));
    every(socket, 1_000, () => socket.write(octets.subarray(sent, ++sent)));
  },
  'never reads': (socket, random) => {
    socket.pause();
    const isWebSocket = random.oneIn(2);
    if (isWebSocket) socket.write(openingHandshake());
    const payload = random.octets(random.among([10_000, 60_000]));
    const message = isWebSocket ? frame(random, 0x82, payload) : requestWithContent(payload);
    writeOn(socket, repeatTo(message, 65_536));
  },
  'never closes': (socket, random) => {
    sendInPieces(socket, anyConversation(random), random, () => {});
  },
};

/** More octets than the kernel holds for a peer that does not read, if they are all sent back. */
const MOST_UNREAD = 4 * 2 ** 20;

/** Writes the same octets again and again, as fast as they are taken. */
function writeOn(socket: Socket, octets: Buffer): void {
  socket.write(octets, () => {
    if (!socket.destroyed && socket.bytesWritten < MOST_UNREAD)
      setImmediate(writeOn, socket, octets);
  });
}

/** The octets, repeated until they are so many at least. */
function repeatTo(octets: Buffer, length: number): Buffer {
  return Buffer.concat(Array(Math.ceil(length / octets.length)).fill(octets));
}

/** Sends octets in up to five pieces, which TCP may deliver apart. */
function sendInPieces(socket: Socket, octets: Buffer, random: Random, then: () => void): void {
  if (octets.length === 0) {
    then();
    return;
  }
  const length = random.oneIn(2) ? octets.length : 1 + random.below(octets.length);
  socket.write(octets.subarray(0, length));
  after(socket, random.below(50), () =>
    sendInPieces(socket, octets.subarray(length), random, then),
  );
}

/** Ends the connection in one of the ways that peers do, or leaves that to the server. */
function leave(socket: Socket, random: Random): void {
  const patience = 100 + random.below(2_000);
  const endings = [
    () => socket.end(),
    () => socket.resetAndDestroy(),
    () => socket.destroy(),
    () => {},
  ];
  after(socket, patience, random.among(endings));
}

/** Does something later, if the connection is then still there. */
function after(socket: Socket, delay: number, act: () => void): void {
  setTimeout(() => {
    if (!socket.destroyed) act();
  }, delay).unref();
}

/** Does something again and again, while the connection is there. */
function every(socket: Socket, interval: number, act: () => void): void {
  const timer = setInterval(() => {
    if (socket.destroyed) clearInterval(timer);
    else act();
  }, interval).unref();
}
