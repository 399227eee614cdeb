/**
 * The scripted server's script: each thing that it does is a line here, and right. A fault is another
 * script with one line changed.
 *
 * @module
 */

import { isUtf8 } from 'node:buffer';

import type { FaultName } from '../../../spec/models/frame-decoder.ts';
import { masked } from '../../../spec/models/masking.ts';
import { faultsOfOffer, type Parameters } from '../../../spec/models/permessage-deflate.ts';
import type { Connection, Message } from './connection.ts';
import { deflated, inflated, isPossible } from './deflate.ts';
import { closePayload, type Header, type OutgoingFrame } from './frames.ts';
import type { Answer, Offer, Request } from './handshake.ts';

/** What a server does, line by line. */
export interface Script {
  /** What it takes a request for. */
  readonly reads: (request: Request) => Request;
  /** Whether it refuses a request that is right. */
  readonly minds: (request: Request) => boolean;
  /** What it answers in place of the right answer. */
  readonly answers: (answer: Answer, request: Request) => Answer;
  /** Whether its reflector lets this origin in. */
  readonly admits: (origin: string | undefined) => boolean;
  /** The offered extensions, in the order in which it looks at them. */
  readonly chooses: (offers: readonly Offer[]) => readonly Offer[];
  /** Whether an offer of permessage-deflate can be accepted. */
  readonly isAcceptable: (offer: Parameters) => boolean;
  /** The parameters of the answer to an offer. */
  readonly agrees: (offer: Parameters) => Parameters;
  /** What it reads of the octets that came with the handshake. */
  readonly early: (octets: Buffer) => Buffer;

  /** How it reads a header. */
  readonly sees: (header: Header) => Header;
  /** Whether it overlooks that a frame breaks a rule. */
  readonly overlooks: (fault: FaultName, header: Header) => boolean;
  /** Whether it fails on a frame that is right. */
  readonly mindsFrame: (header: Header, connection: Connection) => boolean;
  readonly unmasks: (payload: Buffer, maskingKey: Uint8Array) => Uint8Array;
  readonly isText: (octets: Uint8Array, message: Message) => boolean;
  readonly assembles: (fragments: readonly Uint8Array[]) => Uint8Array;
  /** How many octets a message to this path may have. */
  readonly limit: (path: string) => number;
  /** Whether a Close frame may have this code. */
  readonly isCloseCode: (code: number) => boolean;

  /** Whether it goes on to the next frame of what it has read. */
  readonly readsOn: (connection: Connection) => boolean;
  /** A frame has not come whole. */
  readonly waits: (connection: Connection) => void;
  readonly ping: (payload: Uint8Array, connection: Connection) => void;
  readonly pong: (payload: Uint8Array, connection: Connection) => void;
  /** A message is complete. */
  readonly message: (opcode: number, content: Uint8Array, connection: Connection) => void;
  readonly close: (payload: Uint8Array, connection: Connection) => void;
  readonly fails: (code: number, connection: Connection) => void;
  /** The end of the TCP connection, once there is nothing left to do. */
  readonly ends: (connection: Connection) => void;

  /** The frames that go out in place of one. */
  readonly sends: (frame: OutgoingFrame, connection: Connection) => readonly OutgoingFrame[];
  /** Whether its application can send no more. */
  readonly isMute: (connection: Connection) => boolean;
  /** Whether its application may close with this code. */
  readonly maySendCode: (code: number) => boolean;
  /** How many octets a Ping of its application may have. */
  readonly maxPing: number;
  /** Its application gives the connection up. */
  readonly terminates: (connection: Connection) => void;

  /** The blocks of a message, with their end. */
  readonly deflates: (message: Uint8Array, connection: Connection) => Buffer;
  readonly inflates: (payload: Uint8Array, connection: Connection) => Uint8Array;
  /** The payloads of the fragments of a compressed message. */
  readonly fragments: (blocks: Buffer) => readonly Uint8Array[];
}

/** How many octets of a compressed message go into a frame. */
const FRAGMENT = 64;

/** A server that is right. */
export const RIGHT: Script = {
  reads: (request) => request,
  minds: () => false,
  answers: (answer) => answer,
  admits: (origin) => origin === undefined || origin === 'http://app.example',
  chooses: (offers) => offers,
  isAcceptable: (offer) => faultsOfOffer(offer).length === 0 && isPossible(offer),
  agrees: (offer) => offer.filter(([name]) => name.startsWith('server_')),
  early: (octets) => octets,

  sees: (header) => header,
  overlooks: () => false,
  mindsFrame: () => false,
  unmasks: masked,
  isText: isUtf8,
  assembles: (fragments) => Buffer.concat(fragments),
  limit: (path) => (path === '/reflect' ? 1_024 : 2 ** 26),
  isCloseCode: (code) =>
    (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) ||
    (code >= 3000 && code <= 4999),

  readsOn: () => true,
  waits: () => {},
  ping: (payload, connection) => connection.send(10, payload),
  pong: () => {},
  message: (opcode, content, connection) => connection.application(opcode, content),
  close: (payload, connection) => {
    connection.isOver = true;
    if (!connection.isClosing) connection.send(8, payload.subarray(0, 2));
    connection.script.ends(connection);
  },
  fails: (code, connection) => {
    connection.isOver = true;
    connection.isClosing = true;
    connection.send(8, closePayload(code));
    connection.script.ends(connection);
  },
  ends: ({ socket }) => socket.end(),

  sends: (frame) => [frame],
  isMute: ({ isClosing }) => isClosing,
  maySendCode: (code) => RIGHT.isCloseCode(code),
  maxPing: 125,
  terminates: ({ socket }) => socket.destroy(),

  deflates: (message, { outgoing }) => deflated(message, outgoing!),
  inflates: (payload, { incoming }) => inflated(payload, incoming!),
  fragments: (blocks) => {
    const payload = blocks.subarray(0, -4);
    const count = Math.max(1, Math.ceil(payload.length / FRAGMENT));
    return Array.from({ length: count }, (_, i) =>
      payload.subarray(i * FRAGMENT, (i + 1) * FRAGMENT),
    );
  },
};
