import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { readHead, readUntil } from './connection.ts';
import type { Exchange, Traffic } from './traffic.ts';
import { OPENING_HANDSHAKE } from './websocket-client.ts';

/** What browsers offer. */
const OFFER = 'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits';

/** An opening handshake with that offer. */
export const COMPRESSED_HANDSHAKE: string = OPENING_HANDSHAKE.replace(
  '\r\n\r\n',
  `\r\n${OFFER}\r\n\r\n`,
);

/** How many different messages there are. */
const MESSAGES = 64;

/** Different messages of records in JSON, each of so many octets in all. */
export function jsonMessages(size: number, count: number = MESSAGES): Buffer[] {
  return Array.from({ length: count }, (_, i) => recordsOf(size, i));
}

/** How many octets different messages have together: when the first comes again, no window has it. */
const BEYOND_WINDOWS = 131_072;

/** Echoes of such messages: what a client sends compressed, and gets back so. */
export function compressedEchoTraffic(size: number): Traffic {
  const frames = jsonMessages(size, Math.ceil(BEYOND_WINDOWS / size)).map(compressedFrame);
  let agreed = '';
  return {
    open: async (socket) => {
      socket.write(COMPRESSED_HANDSHAKE);
      const head = await readHead(socket);
      agreed = agreedIn(head);
    },
    requests: frames[0]!,
    requestLength: frames[0]!.length,
    // The first on its connection, so it refers to nothing; the last is only counted.
    verify: async (socket) => {
      socket.write(frames[0]!);
      const answer = await readUntil(socket, (octets) => sizeOfFrame(octets, 0) <= octets.length);
      if ((answer[0]! & 0x40) === 0) throw new Error('the echo is not compressed');
      return answer.length;
    },
    exchange: () => new CompressedExchange(frames),
    agreed: () => agreed,
  };
}

/** The parameters that the head of a server's answer names. */
export function agreedIn(head: string): string {
  const agreed = /extensions: (permessage-deflate.*)\r/i.exec(head)?.[1];
  if (agreed === undefined) throw new Error(`no compression: ${head}`);
  return agreed;
}

/** What is printed beside the cost of messages that are compressed. */
export function noteOf(octets: number, agreed: string): string {
  return `${octets.toFixed(0)} octets a message; ${agreed}`;
}

/** Sends one frame after the other, and counts those that come. */
class CompressedExchange implements Exchange {
  readonly #frames: readonly Buffer[];
  #next = 0;
  #rest: Buffer = Buffer.alloc(0);

  constructor(frames: readonly Buffer[]) {
    this.#frames = frames;
  }

  request(): Buffer {
    return this.#frames[this.#next++ % this.#frames.length]!;
  }

  take(octets: Buffer): number {
    const all = this.#rest.length === 0 ? octets : Buffer.concat([this.#rest, octets]);
    let answers = 0;
    let start = 0;
    for (let end = sizeOfFrame(all, 0); end <= all.length; end = start + sizeOfFrame(all, start)) {
      start = end;
      answers++;
    }
    this.#rest = Buffer.from(all.subarray(start));
    return answers;
  }
}

/** How many octets the server's frame has that begins at `start`; infinitely many when that is not known yet. */
function sizeOfFrame(octets: Buffer, start: number): number {
  if (octets.length - start < 4) return Number.POSITIVE_INFINITY;
  const length = octets[start + 1]!;
  return length < 126 ? 2 + length : 4 + octets.readUInt16BE(start + 2);
}

/** The message as a client sends it, masked with zeros. It refers to nothing before it. */
function compressedFrame(message: Buffer): Buffer {
  const stream = deflateRawSync(message, { finishFlush: constants.Z_SYNC_FLUSH, windowBits: 9 });
  if (!inflateRawSync(stream, { finishFlush: constants.Z_SYNC_FLUSH }).equals(message)) {
    throw new Error('the message was not compressed as it is');
  }
  const payload = stream.subarray(0, -4);
  const { length } = payload;
  const header = length < 126 ? [0xc1, 0x80 | length] : [0xc1, 0xfe, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([...header, 0, 0, 0, 0]), payload]);
}

const WORDS =
  'comet period orbit dust tail ion sun perihelion observed faint bright near sky night'.split(' ');

/** Records that have their field names in common, and little else. */
function recordsOf(size: number, seed: number): Buffer {
  let state = seed + 1;
  const random = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
  const record = () => ({
    id: random(10 ** 7),
    name: `${WORDS[random(WORDS.length)]}-${random(1_000)}`,
    at: 1_700_000_000_000 + random(2 ** 24),
    magnitude: random(1_000) / 10,
    text: Array.from({ length: 8 }, () => WORDS[random(WORDS.length)]).join(' '),
  });
  let text = '';
  while (text.length < size) text += `${text === '' ? '[' : ','}${JSON.stringify(record())}`;
  return Buffer.from(`${text.slice(0, size - 3)}"}]`);
}
