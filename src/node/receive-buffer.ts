/**
 * Lets sockets read into one buffer that all of them share.
 *
 * By itself Node allocates 64 KiB for each read, and gives back what was not filled: for a small
 * message that is the largest part of what receiving it costs. `net.connect` has an option against it,
 * `onread`; `net.createServer` has none. What the option does is done here to accepted sockets.
 *
 * None of this is documented, so nothing relies on it: where a socket does not look exactly like one
 * that `onread` was given for, it is left alone, and read from in the ordinary way.
 *
 * @module
 */
import { Socket } from 'node:net';

/** Takes what was read: the first `count` octets, valid during the call. Returns whether to read on. */
export type Receiver = (this: Socket, count: number, octets: Uint8Array) => boolean;

/** What is not public of a socket, if it is as we know it. */
interface Handle {
  useUserBuffer(octets: Uint8Array): void;
}

const SIZE = 65_536;

/** Never given out: what is received is copied, or becomes strings, before the next socket reads. */
let shared: Buffer | undefined;

/** The names of a socket's own properties for `onread`, if it has those that we know. */
const NAMES = namesOf(new Socket());

/** Makes `socket` read into the shared buffer. Returns whether that could be done. */
export function shareReceiveBuffer(socket: Socket, receiver: Receiver): boolean {
  const { _handle: handle } = socket as unknown as { readonly _handle?: Handle | null };
  if (NAMES === undefined || socket.constructor !== Socket) return false;
  if (typeof handle?.useUserBuffer !== 'function') return false;
  if (Reflect.get(socket, NAMES.buffer) !== null) return false;
  shared ??= Buffer.allocUnsafeSlow(SIZE);
  Reflect.set(socket, NAMES.buffer, shared);
  Reflect.set(socket, NAMES.callback, receiver);
  handle.useUserBuffer(shared);
  return true;
}

interface Names {
  readonly buffer: symbol;
  readonly callback: symbol;
}

function namesOf(socket: Socket): Names | undefined {
  const symbols = Object.getOwnPropertySymbols(socket);
  const named = (name: string): symbol | undefined =>
    symbols.find((symbol) => symbol.description === name && Reflect.get(socket, symbol) === null);
  const buffer = named('kBuffer');
  const callback = named('kBufferCb');
  const isKnown =
    buffer !== undefined && callback !== undefined && named('kBufferGen') !== undefined;
  return isKnown ? { buffer, callback } : undefined;
}
