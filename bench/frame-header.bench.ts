/**
 * Frames: headers beside their model; whole messages and echoes beside the receiver and the sender of ws,
 * all on a chunk of 64 KiB, in which each frame is masked.
 *
 * `node dist/bench/frame-header.bench.js`
 *
 * @module
 */

import * as ws from 'ws';

import { readHeader } from '../spec/models/frame-decoder.ts';
import type { Output } from '../src/bytes/output.ts';
import { WebSocketEndpoint } from '../src/websocket/endpoint.ts';
import { FrameHeader } from '../src/websocket/frame-header.ts';
import { begin, compare } from './micro.ts';

/** What ws exports and its types leave out. */
interface Internals {
  readonly Receiver: new (
    options: object,
  ) => {
    on(name: 'message', listener: (data: Buffer, isBinary: boolean) => void): void;
    write(octets: Buffer): void;
  };
  readonly Sender: new (
    socket: object,
  ) => {
    send(data: Buffer | string, options: object): void;
  };
}
const { Receiver, Sender } = ws as unknown as Internals;

const CHUNK = 65_536;
const LIMIT = 2 ** 24;

/** The slab of the driver, without a socket. */
class Slab implements Output {
  readonly octets: Buffer = Buffer.allocUnsafeSlow(4 * CHUNK);
  readonly behind = false;
  #length = 0;

  reserve(count: number): number {
    if (this.#length + count > this.octets.length) this.#length = 0;
    const start = this.#length;
    this.#length += count;
    return start;
  }

  append(): void {}
  share(): boolean {
    return true;
  }
  end(): void {}
  destroy(): void {}
  reset(): void {}
}

/** As many masked text frames of `length` octets as fit in a chunk. */
function framesOf(length: number): { octets: Buffer; count: number; size: number } {
  const header = length < 126 ? [0x81, 0x80 | length] : [0x81, 0xfe, length >> 8, length & 0xff];
  const key = [0x37, 0xfa, 0x21, 0x3d];
  const payload = Array.from({ length }, (_, i) => (0x61 + (i % 26)) ^ key[i % 4]!);
  const frame = Buffer.from([...header, ...key, ...payload]);
  const count = Math.floor(CHUNK / frame.length);
  const octets = Buffer.concat(Array.from({ length: count }, () => frame));
  return { octets, count, size: frame.length };
}

function compareHeaders(length: number): void {
  const { octets, count, size } = framesOf(length);
  const header = new FrameHeader();
  const context = { receiver: 'server', isBegun: false, room: BigInt(LIMIT) } as const;
  compare(
    `header of a frame of ${length} octets`,
    {
      encke: () => {
        for (let i = 0; i < octets.length; i += size) {
          header.decode(octets, i, octets.length, 'server', false, LIMIT);
        }
      },
      'bit by bit (model)': () => {
        for (let i = 0; i < octets.length; i += size)
          readHeader(octets.subarray(i, i + 14), context);
      },
    },
    count,
  );
}

function compareMessages(length: number): void {
  const { octets, count } = framesOf(length);
  const chunk = Buffer.allocUnsafeSlow(octets.length);
  const received = { last: undefined as unknown };
  const endpoint = endpointThat((data) => {
    received.last = data;
  });
  const receiver = new Receiver({ isServer: true, maxPayload: LIMIT });
  receiver.on('message', (data) => {
    received.last = data.toString();
  });
  compare(
    `message of ${length} octets, received as a string`,
    {
      encke: () => {
        octets.copy(chunk);
        endpoint.receive(chunk);
      },
      ws: () => {
        octets.copy(chunk);
        receiver.write(chunk);
      },
    },
    count,
  );
}

function compareEchoes(length: number): void {
  const { octets, count } = framesOf(length);
  const chunk = Buffer.allocUnsafeSlow(octets.length);
  const endpoint = endpointThat((data) => endpoint.sendText(data as string));
  const sender = new Sender({ cork() {}, uncork() {}, write() {} });
  const receiver = new Receiver({ isServer: true, maxPayload: LIMIT });
  receiver.on('message', (data, binary) => {
    sender.send(data, { fin: true, binary, mask: false, compress: false });
  });
  compare(
    `echo of ${length} octets, without a socket`,
    {
      encke: () => {
        octets.copy(chunk);
        endpoint.receive(chunk);
      },
      ws: () => {
        octets.copy(chunk);
        receiver.write(chunk);
      },
    },
    count,
  );
}

function endpointThat(act: (data: string | Uint8Array) => void): WebSocketEndpoint {
  const listener = { message: act, ping() {}, pong() {}, close() {} };
  return new WebSocketEndpoint(listener, new Slab(), {
    role: 'server',
    limits: { message: LIMIT },
  });
}

begin();
for (const length of [20, 125, 1_024, 16_384]) {
  compareHeaders(length);
  compareMessages(length);
  compareEchoes(length);
}
