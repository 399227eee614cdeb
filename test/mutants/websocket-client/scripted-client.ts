/**
 * A client of WebSocket that does what its traits say, octet by octet: it sends back each message, and does
 * what a text tells it to.
 *
 * @see spec/websocket-client/subject.ts
 * @module
 */

import { connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';

import type { WebSocketClient } from '../../../spec/websocket-client/subject.ts';
import {
  type Address,
  ANSWER_RULES,
  type Answer,
  FRAME_RULES,
  type Header,
  type OutgoingFrame,
  type Place,
  type Rule,
  type Traits,
} from './traits.ts';

/** How many octets a message may have. */
const MAX_MESSAGE = 2 ** 26;

/** How long it waits for the server to close TCP, in milliseconds. */
const PATIENCE = 1_000;

const DEFLATE_TAIL = Buffer.of(0x00, 0x00, 0xff, 0xff);

/** A client that is like this. */
export function scriptedClient(traits: Traits): WebSocketClient {
  return (address, protocols) => {
    const parsed = traits.readAddress(address);
    if (parsed === undefined || !traits.takesProtocols(protocols)) return () => {};
    const application = new Application(parsed, protocols, traits);
    application.connect();
    return () => application.end();
  };
}

/** The connections of one client, of which only so many are being opened at once. */
class Application {
  readonly #connections = new Set<Connection>();
  readonly #address: Address;
  readonly #protocols: readonly string[];
  readonly #traits: Traits;
  #opening = 0;
  #waiting = 0;
  #rounds = 0;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(address: Address, protocols: readonly string[], traits: Traits) {
    this.#address = address;
    this.#protocols = protocols;
    this.#traits = traits;
  }

  connect(): void {
    if (this.#isOver) return;
    if (this.#opening >= this.#traits.atOnce) {
      this.#waiting++;
      return;
    }
    this.#opening++;
    const connection: Connection = new Connection(this.#address, this.#protocols, this.#traits, {
      connect: () => this.connect(),
      decided: () => {
        this.#opening--;
        if (this.#waiting > 0) {
          this.#waiting--;
          this.connect();
        }
      },
      lost: () => {
        const { comesBack } = this.#traits;
        if (comesBack === undefined || this.#isOver) return;
        this.#timer = setTimeout(() => this.connect(), comesBack(this.#rounds++));
      },
    });
    this.#connections.add(connection);
  }

  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    for (const connection of this.#connections) connection.destroy();
  }
}

interface Hooks {
  connect(): void;
  /** The connection is open, or will not be. */
  decided(): void;
  lost(): void;
}

class Connection {
  readonly #socket: Socket;
  readonly #traits: Traits;
  readonly #hooks: Hooks;
  readonly #protocols: readonly string[];
  readonly #key: string;
  #state: 'connecting' | 'open' | 'closing' | 'over' = 'connecting';
  #received = Buffer.alloc(0);
  #opcode = 0;
  #fragments: Buffer[] = [];
  #isCompressed = false;
  #compresses = false;
  /** What the server said of compression. */
  #agreed = '';
  #inflated: Buffer = Buffer.of(0);
  #deflated: Buffer = Buffer.alloc(0);
  #isDecided = false;
  #timers: NodeJS.Timeout[] = [];

  constructor(address: Address, protocols: readonly string[], traits: Traits, hooks: Hooks) {
    this.#traits = traits;
    this.#hooks = hooks;
    this.#protocols = protocols;
    this.#key = traits.key();
    const carrier = connect({ host: '127.0.0.1', port: address.port, allowHalfOpen: true });
    const isSecure = address.secure && traits.usesTls;
    this.#socket = isSecure
      ? connectSecurely({
          socket: carrier,
          ...(traits.namesHost ? { servername: address.host } : {}),
        })
      : carrier;
    const begin = () => {
      this.#socket.write(Buffer.from(this.#head(address) + traits.early, 'latin1'));
    };
    this.#socket.once(isSecure ? 'secureConnect' : 'connect', begin);
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (octets) => this.#receive(octets));
    this.#socket.on('end', () => this.#ended());
    for (const one of new Set([this.#socket, carrier])) one.on('error', () => {});
    this.#socket.on('close', () => {
      this.#decided();
      for (const timer of this.#timers) clearTimeout(timer);
      hooks.lost();
    });
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #head({ host, port, target }: Address): string {
    const { offer } = this.#traits;
    const lines = [
      `GET ${target} HTTP/1.1`,
      `Host: ${host}:${port}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Key: ${this.#key}`,
      'Sec-WebSocket-Version: 13',
    ];
    if (this.#protocols.length > 0) {
      lines.push(`Sec-WebSocket-Protocol: ${this.#protocols.join(', ')}`);
    }
    if (offer !== undefined) lines.push(`Sec-WebSocket-Extensions: ${offer}`);
    return `${this.#traits.lines(lines).join('\r\n')}\r\n\r\n`;
  }

  #breaks(rule: Rule, isBroken: boolean): boolean {
    return isBroken && !this.#traits.ignores.includes(rule);
  }

  #receive(octets: Buffer): void {
    if (this.#state === 'over') return;
    this.#received = Buffer.concat([this.#received, octets]);
    if (this.#state === 'connecting') this.#readAnswer();
    if (this.#state === 'open') this.#readFrames();
  }

  #readAnswer(): void {
    const end = this.#received.indexOf('\r\n\r\n');
    if (end === -1) return;
    const [statusLine = '', ...lines] = this.#received.toString('latin1', 0, end).split('\r\n');
    this.#received = this.#traits.losesRest ? Buffer.alloc(0) : this.#received.subarray(end + 4);
    const answer: Answer = { statusLine, lines, values: (name) => valuesIn(lines, name) };
    const opening = { key: this.#key, protocols: this.#protocols, offer: this.#traits.offer };
    const broken = Object.entries(ANSWER_RULES).some(([rule, breaks]) =>
      this.#breaks(rule as Rule, breaks(answer, opening)),
    );
    this.#decided();
    if (broken) {
      this.#leave();
      return;
    }
    this.#agreed = answer.values('sec-websocket-extensions').join();
    this.#compresses = this.#agreed.includes('permessage-deflate');
    this.#state = 'open';
    const { idle } = this.#traits;
    if (idle !== undefined)
      this.#timers.push(setTimeout(() => this.#close(Buffer.of(3, 232)), idle));
  }

  #decided(): void {
    if (this.#isDecided) return;
    this.#isDecided = true;
    this.#hooks.decided();
  }

  #readFrames(): void {
    while (this.#state === 'open') {
      const header = headerOf(this.#received);
      if (header === undefined) return;
      const place = { isInMessage: this.#opcode !== 0, compresses: this.#compresses };
      const broken = Object.entries(FRAME_RULES).some(([rule, breaks]) =>
        this.#breaks(rule as Rule, breaks(header, place)),
      );
      if (broken) this.#fail(1002);
      const size = this.#fragments.reduce((sum, one) => sum + one.length, 0);
      if (this.#breaks('size', BigInt(size) + header.length > BigInt(MAX_MESSAGE)))
        this.#fail(1009);
      if (this.#state !== 'open') return;
      const start = header.size + (header.masked ? 4 : 0);
      const end = start + Number(header.length);
      if (this.#received.length < end) return;
      const key = this.#received.subarray(header.size, start);
      const payload = Buffer.from(
        this.#received.subarray(start, end).map((octet, i) => octet ^ (key[i % 4] ?? 0)),
      );
      this.#received = this.#received.subarray(end);
      this.#take(header, payload, place);
    }
  }

  #take({ fin, opcode, reserved }: Header, payload: Buffer, place: Place): void {
    if (opcode === 8) this.#takeClose(payload);
    else if (opcode === 9) this.#sendPong(payload, place);
    else if (opcode === 10 && this.#traits.failsOnPong) this.#fail(1002);
    else if (opcode === 1 || opcode === 2 || opcode === 0) {
      if (opcode !== 0) {
        this.#opcode = opcode;
        this.#isCompressed = this.#compresses && reserved === 4;
        this.#fragments = [];
      }
      this.#fragments.push(payload);
      if (fin) this.#takeMessage(this.#opcode || 1, Buffer.concat(this.#fragments));
    }
  }

  #sendPong(payload: Buffer, place: Place): void {
    const pong = this.#traits.pong(payload, place);
    if (pong !== undefined) this.#sendFrame({ first: 0x8a, payload: pong });
  }

  #takeMessage(opcode: number, octets: Buffer): void {
    this.#opcode = 0;
    this.#fragments = [];
    const payload = this.#isCompressed ? this.#inflate(octets) : octets;
    if (payload === undefined) return;
    const isText = opcode === 1;
    if (this.#breaks('utf-8', isText && !isUtf8(payload))) {
      this.#fail(1007);
      return;
    }
    if (isText && this.#obeys(payload.toString())) return;
    const message = this.#traits.message(opcode, payload);
    if (message !== undefined) this.#send(...message);
  }

  #inflate(octets: Buffer): Buffer | undefined {
    try {
      const content = inflateRawSync(Buffer.concat([octets, DEFLATE_TAIL]), {
        dictionary: this.#inflated.subarray(-this.#traits.window),
        finishFlush: constants.Z_SYNC_FLUSH,
      });
      this.#inflated = Buffer.concat([this.#inflated, content]);
      return content;
    } catch {
      if (this.#breaks('deflate', true)) this.#fail(1007);
      return octets;
    }
  }

  #obeys(words: string): boolean {
    const [verb, ...rest] = words.split(' ');
    if (!/^(?:close|close-then-send|ping|flood|connect)$/.test(verb!)) return false;
    if (!this.#traits.takesOrder(words)) {
      this.#send(1, Buffer.from('refused'));
      return true;
    }
    if (verb === 'connect') this.#hooks.connect();
    else if (verb === 'flood') this.#flood(Number(rest[0]));
    else if (verb === 'ping')
      this.#sendFrame({ first: 0x89, payload: Buffer.alloc(Number(rest[0])) });
    else {
      const [code = '1000', ...reason] = rest;
      const payload = Buffer.concat([
        Buffer.of(Number(code) >> 8, Number(code) % 256),
        Buffer.from(reason.join(' ')),
      ]);
      this.#close(payload);
      if (verb === 'close-then-send') this.#send(1, Buffer.from('late'));
    }
    return true;
  }

  #flood(count: number): void {
    if (count === 0 || !this.#maySend()) return;
    this.#send(1, Buffer.from('flood'));
    setImmediate(() => this.#flood(count - 1));
  }

  #maySend(): boolean {
    const isBehind = this.#traits.sendsBehindClose && this.#socket.writable;
    return this.#state === 'open' || (isBehind && this.#state !== 'connecting');
  }

  #send(opcode: number, content: Buffer): void {
    if (!this.#maySend()) return;
    const payload = this.#compresses ? this.#deflate(content) : content;
    const first = opcode + (payload === content ? 0 : 0x40);
    const { frameSize } = this.#traits;
    const count = Math.max(1, Math.ceil(payload.length / frameSize));
    for (let i = 0; i < count; i++) {
      this.#sendFrame({
        first: (i === 0 ? first : 0) + (i === count - 1 ? 0x80 : 0),
        payload: payload.subarray(i * frameSize, (i + 1) * frameSize),
      });
    }
  }

  #deflate(content: Buffer): Buffer {
    const { deflates } = this.#traits;
    if (deflates === 'never') return content;
    const agreed = this.#traits.heeds ? this.#agreed : '';
    const bits = Number(/client_max_window_bits="?(\d+)/.exec(agreed)?.[1] ?? 15);
    const isAnew = deflates === 'anew' || agreed.includes('client_no_context_takeover');
    const dictionary = isAnew ? Buffer.alloc(0) : this.#deflated.subarray(-(2 ** 15));
    this.#deflated = Buffer.concat([this.#deflated, content]);
    const octets = deflateRawSync(content, {
      windowBits: Math.min(15, Math.max(9, bits)),
      ...(dictionary.length === 0 ? {} : { dictionary }),
      finishFlush: constants.Z_SYNC_FLUSH,
    });
    return this.#traits.keepsTail ? octets : octets.subarray(0, -4);
  }

  #sendFrame(given: OutgoingFrame): void {
    const frame = this.#traits.frame(given);
    if (frame === undefined || !this.#socket.writable) return;
    this.#socket.write(encode(frame, this.#traits.maskingKey()));
  }

  #takeClose(payload: Buffer): void {
    const code = payload.length >= 2 ? payload.readUInt16BE(0) : 1000;
    if (this.#breaks('half a code', payload.length === 1)) this.#fail(1002);
    else if (this.#breaks('close code', !isCloseCode(code))) this.#fail(1002);
    else if (this.#breaks('reason', !isUtf8(payload.subarray(2)))) this.#fail(1007);
    else if (this.#traits.closesAfter === 0) this.#answerClose(payload);
    else this.#timers.push(setTimeout(() => this.#answerClose(payload), this.#traits.closesAfter));
  }

  #answerClose(payload: Buffer): void {
    for (const answer of this.#traits.answerClose(payload))
      this.#sendFrame({ first: 0x88, payload: answer });
    if (!this.#traits.readsOn) this.#state = 'closing';
    this.#awaitEnd();
  }

  #close(payload: Buffer): void {
    if (this.#state !== 'open') return;
    this.#sendFrame({ first: 0x88, payload });
    this.#state = 'closing';
    this.#awaitEnd();
  }

  #awaitEnd(): void {
    if (this.#traits.leavesFirst) this.#leave();
    else this.#timers.push(setTimeout(() => this.#leave(), PATIENCE));
  }

  #fail(code: number): void {
    if (this.#state !== 'open') return;
    const payload = this.#traits.failure(code);
    if (payload !== undefined) this.#sendFrame({ first: 0x88, payload });
    if (this.#traits.readsOn) return;
    this.#state = 'closing';
    this.#leave();
  }

  #ended(): void {
    this.#leave();
  }

  #leave(): void {
    const { leaves } = this.#traits;
    if (leaves === 'never') return;
    this.#state = 'over';
    if (leaves === 'fin') this.#socket.end();
    else this.#socket.resetAndDestroy();
  }
}

function headerOf(octets: Buffer): (Header & { readonly size: number }) | undefined {
  if (octets.length < 2) return undefined;
  const [first, second] = [octets[0]!, octets[1]!];
  const short = second % 128;
  const lengthBits = short === 126 ? 16 : short === 127 ? 64 : 7;
  const size = 2 + (lengthBits === 7 ? 0 : lengthBits / 8);
  if (octets.length < size) return undefined;
  const length =
    lengthBits === 7
      ? BigInt(short)
      : lengthBits === 16
        ? BigInt(octets.readUInt16BE(2))
        : octets.readBigUInt64BE(2);
  return {
    fin: first >= 128,
    reserved: (first >> 4) % 8,
    opcode: first % 16,
    masked: second >= 128,
    lengthBits,
    length,
    size,
  };
}

function encode({ first, payload, masks = true, lengthBits }: OutgoingFrame, key: Buffer): Buffer {
  const { length } = payload;
  const bits = lengthBits ?? (length <= 125 ? 7 : length <= 65_535 ? 16 : 64);
  const header = Buffer.alloc(bits === 7 ? 2 : 2 + bits / 8);
  header[0] = first;
  header[1] = (masks ? 0x80 : 0) + (bits === 7 ? length : bits === 16 ? 126 : 127);
  if (bits === 16) header.writeUInt16BE(length, 2);
  if (bits === 64) header.writeBigUInt64BE(BigInt(length), 2);
  if (!masks) return Buffer.concat([header, payload]);
  return Buffer.concat([header, key, payload.map((octet, i) => octet ^ key[i % 4]!)]);
}

function valuesIn(lines: readonly string[], name: string): string[] {
  const prefix = `${name}:`;
  return lines
    .filter((line) => line.toLowerCase().startsWith(prefix))
    .map((line) => line.slice(prefix.length).trim());
}

function isCloseCode(code: number): boolean {
  const isDefined = code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code);
  return isDefined || (code >= 3000 && code <= 4999);
}

function isUtf8(octets: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(octets);
    return true;
  } catch {
    return false;
  }
}
