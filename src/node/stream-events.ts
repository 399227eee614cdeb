/**
 * What a byte stream tells, heard by functions that all streams share: a listener of its own for each
 * would cost an idle connection more than all else that it holds.
 *
 * @module
 */
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { shareReceiveBuffer } from './receive-buffer.ts';

/** Who is told what happens to a stream. */
export interface StreamOwner {
  /** Whether octets are wanted. Asked behind each call of {@link received}. */
  readonly reading: boolean;
  /** The first `length` of `octets` have come. They are lent for the time of the call. */
  received(octets: Uint8Array, length?: number): void;
  /** The peer has ended its side. */
  receivedEnd(): void;
  /** The stream takes octets again. */
  drained(): void;
  /** The stream is closed. */
  closed(): void;
}

const OWNER = Symbol('owner');

type Owned = Duplex & { [OWNER]: StreamOwner };

/** Tells `owner` from now on what happens to the stream. */
export function hearStream(stream: Duplex, owner: StreamOwner): void {
  const owned = stream as Owned;
  owned[OWNER] = owner;
  owned.on('end', onEnd).on('drain', onDrain).on('error', onError).on('close', onClose);
  if (stream instanceof Socket) takePushed(stream as Owned & Socket);
  else owned.on('data', onData);
}

/** Has the stream read on, or stop. */
export function setReading(stream: Duplex, wanted: boolean): void {
  // A socket is paused by what `pushed` returns, and takes no notice of `pause()`.
  if (stream instanceof Socket) {
    if (wanted) stream._read(0);
  } else if (wanted) stream.resume();
  else stream.pause();
}

function onData(this: Owned, octets: Buffer): void {
  this[OWNER].received(octets);
}

/**
 * Takes what a socket reads as it is pushed, where the stream's machinery would make an event of
 * it: that is a tenth of what a small message costs (npm run bench -- --only 'one in flight').
 */
function takePushed(socket: Owned & Socket): void {
  shareReceiveBuffer(socket, readShared);
  socket.push = pushed;
  process.nextTick(takeBuffered, socket);
}

/** What came before the socket was ours. */
function takeBuffered(socket: Owned & Socket): void {
  for (let octets = socket.read(); octets !== null; octets = socket.read()) {
    socket[OWNER].received(octets);
  }
}

/** @returns whether to read on. */
function pushed(this: Owned & Socket, octets: Buffer | null): boolean {
  if (octets === null) return Socket.prototype.push.call(this, null);
  const owner = this[OWNER];
  owner.received(octets);
  return owner.reading;
}

/** @returns whether to read on. */
function readShared(this: Socket, count: number, octets: Uint8Array): boolean {
  const owner = (this as Owned & Socket)[OWNER];
  owner.received(octets, count);
  return owner.reading;
}

function onEnd(this: Owned): void {
  this[OWNER].receivedEnd();
}

function onDrain(this: Owned): void {
  this[OWNER].drained();
}

/** A reset is news only because 'close' follows. */
function onError(): void {}

function onClose(this: Owned): void {
  this[OWNER].closed();
}
