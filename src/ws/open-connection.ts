import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { WebSocketError } from '../errors.ts';
import { Hold, type Tenant } from '../hub/carrier.ts';
import { Connection } from '../node/connection.ts';
import { MaskingKeys } from '../node/masking-keys.ts';
import { CloseCode } from '../websocket/close-code.ts';
import { writeFragment, writeFrame, writeTextFrame } from '../websocket/encode-frame.ts';
import { WebSocketEndpoint, type WebSocketListener } from '../websocket/endpoint.ts';
import type { Role } from '../websocket/frame-header.ts';
import type { MessageCompression } from '../websocket/message-compression.ts';
import { Opcode } from '../websocket/opcode.ts';
import { errorOf } from './faults.ts';
import { groundOf, throwLater } from './ground.ts';
import type { SocketTerms } from './options.ts';
import { type BinaryType, binaryOf, bufferOf, type RawData } from './payload.ts';

/** Who the events of a connection come from. */
export interface Emitter {
  readonly binaryType: BinaryType;
  emit(event: 'message', data: RawData | Blob, isBinary: boolean): boolean;
  emit(event: 'ping' | 'pong', payload: Buffer): boolean;
  emit(event: 'error', error: Error): boolean;
  emit(event: 'close', code: number, reason: Buffer): boolean;
  listenerCount(event: 'error'): number;
}

/** What a message is sent as. */
export interface SendTerms {
  readonly isText: boolean;
  readonly compress: boolean;
  /** Whether it is the last fragment of its message. */
  readonly fin: boolean;
}

/** Called when what was sent has left, or with the reason why it never will. */
export type Sent = (error?: Error) => void;

/** The same for a ping or a pong. The types of `ws` promise an error, which is there only if it was lost. */
export type ControlSent = (error: Error) => void;

/** How often a connection is asked that waits for nothing. */
const SELDOM = 20_000;

/** Why nothing is taken from the peer. */
const Wait = { Application: 1, Turn: 2 } as const;

const nextMaskingKey = new MaskingKeys((size) => randomBytes(size)).next;

/** An established connection: `ws` in what it does, encke in how. */
export class OpenConnection implements WebSocketListener, Tenant {
  readonly #emitter: Emitter;
  readonly #role: Role;
  readonly #terms: SocketTerms;
  readonly #connection: Connection;
  readonly #endpoint: WebSocketEndpoint;
  readonly #compression: MessageCompression | undefined;
  #code: number = CloseCode.Abnormal;
  #reason = '';
  #closingSince = 0;
  #waits = 0;
  #isPaused = false;
  #isGivenUp = false;
  #isGone = false;
  #isFragmenting = false;
  #pendingPongs = 0;
  /** Callbacks of what has not left. */
  #unsent: Sent[] = [];

  /** @param head - What came behind the handshake already. */
  constructor(
    emitter: Emitter,
    role: Role,
    stream: Duplex,
    head: Uint8Array,
    terms: SocketTerms,
    compression: MessageCompression | undefined,
  ) {
    this.#emitter = emitter;
    this.#role = role;
    this.#terms = terms;
    this.#compression = compression;
    const socket: Duplex & Partial<Pick<Socket, 'setNoDelay' | 'setTimeout'>> = stream;
    socket.setTimeout?.(0);
    socket.setNoDelay?.(true);
    this.#connection = new Connection(stream, groundOf(role));
    this.#endpoint = new WebSocketEndpoint(
      this,
      this.#connection.output,
      {
        role,
        limits: terms,
        maskingKey: role === 'client' ? nextMaskingKey : undefined,
        answersPings: false,
        hearsOut: true,
        echoesReason: true,
      },
      compression,
    );
    this.#connection.carry(this.#endpoint, this);
    // Nothing is told before the application could say what it listens to.
    this.#wait(Wait.Turn);
    this.#connection.feed(head);
    process.nextTick(() => this.#goOn(Wait.Turn));
  }

  /** 1 until a Close frame has been sent or received, or the end has come; 3 once the stream is closed. */
  get readyState(): 1 | 2 | 3 {
    if (this.#isGone) return 3;
    return this.#isGivenUp || this.#endpoint.state !== 'open' ? 2 : 1;
  }

  get bufferedAmount(): number {
    return this.#connection.bufferedAmount;
  }

  send(data: string | Uint8Array, terms: SendTerms, sent?: Sent): void {
    if (!terms.fin || this.#isFragmenting) this.#sendFragment(data, terms);
    else if (this.#compression !== undefined && terms.compress) this.#compress(data, terms.isText);
    else if (typeof data === 'string') this.#sendText(data);
    else this.#write(terms.isText ? Opcode.Text : Opcode.Binary, data);
    this.#await(sent);
  }

  sendPing(payload: Uint8Array, sent?: Sent): void {
    this.#endpoint.ping(payload);
    this.#await(sent);
  }

  sendPong(payload: Uint8Array, sent?: Sent): void {
    this.#endpoint.pong(payload);
    this.#await(sent);
  }

  closeWith(code: number | undefined, reason: string): void {
    this.#endpoint.close(code, reason);
    this.#closingSince = this.#connection.now;
    this.#connection.checkIn(this.#terms.closeTimeout);
  }

  terminate(): void {
    this.#isGivenUp = true;
    this.#connection.destroy();
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  pause(): void {
    this.#isPaused = true;
    this.#wait(Wait.Application);
  }

  /** Goes on, but not from within this call. */
  resume(): void {
    this.#isPaused = false;
    process.nextTick(() => {
      if (!this.#isPaused) this.#goOn(Wait.Application);
    });
  }

  // What the endpoint tells

  message(data: string | Uint8Array): void {
    this.#takeTurns();
    const isBinary = typeof data !== 'string';
    // Not by call(): this is the hot path, and a closure for each message would be its largest cost.
    try {
      const payload = isBinary ? binaryOf(data, this.#emitter.binaryType) : Buffer.from(data);
      this.#emitter.emit('message', payload, isBinary);
    } catch (error) {
      throwLater(error);
    }
  }

  ping(payload: Uint8Array): void {
    if (this.#terms.autoPong) this.#answer(payload);
    this.#takeTurns();
    call(() => this.#emitter.emit('ping', bufferOf(payload)));
  }

  pong(payload: Uint8Array): void {
    this.#takeTurns();
    call(() => this.#emitter.emit('pong', bufferOf(payload)));
  }

  /** What a peer does wrong ends no process that does not listen to it. */
  close(code: number, reason: string, fault: WebSocketError | undefined): void {
    this.#code = code;
    this.#reason = reason;
    if (fault === undefined || this.#emitter.listenerCount('error') === 0) return;
    call(() => this.#emitter.emit('error', errorOf(fault)));
  }

  // What the connection tells

  check(now: number): number {
    if (this.#endpoint.state !== 'closing') return SELDOM;
    if (this.#closingSince === 0) this.#closingSince = now;
    const left = this.#closingSince + this.#terms.closeTimeout - now;
    if (left <= 0) this.#endpoint.terminate();
    return left;
  }

  drained(): void {
    this.#allSent();
  }

  ended(): void {}

  leave(): void {}

  gone(): void {
    // What has come is told, though the application had it wait.
    this.#endpoint.resume();
    this.#isGone = true;
    const isLost = this.#connection.bufferedAmount > 0;
    this.#endpoint.terminate();
    const error = isLost ? new Error('the connection was closed before this was sent') : undefined;
    for (const sent of this.#unsent.splice(0)) call(() => sent(error));
    call(() => this.#emitter.emit('close', this.#code, Buffer.from(this.#reason)));
  }

  // Sending

  #sendFragment(data: string | Uint8Array, { isText, fin }: SendTerms): void {
    const opcode = isText ? Opcode.Text : Opcode.Binary;
    const octets = typeof data === 'string' ? Buffer.from(data) : data;
    const { output } = this.#connection;
    writeFragment(
      output,
      this.#isFragmenting ? Opcode.Continuation : opcode,
      fin,
      octets,
      this.#keys,
    );
    this.#isFragmenting = !fin;
  }

  #compress(data: string | Uint8Array, isText: boolean): void {
    if (!isText) this.#endpoint.sendBinary(data as Uint8Array);
    else this.#endpoint.sendText(typeof data === 'string' ? data : bufferOf(data).toString());
  }

  #sendText(text: string): void {
    writeTextFrame(this.#connection.output, text, this.#keys);
  }

  #write(opcode: Opcode, octets: Uint8Array): void {
    writeFrame(this.#connection.output, opcode, octets, this.#keys);
  }

  get #keys(): (() => number) | undefined {
    return this.#role === 'client' ? nextMaskingKey : undefined;
  }

  /** Calls back when all that waits has left; output made in one turn leaves behind it. */
  #await(sent: Sent | undefined): void {
    if (sent === undefined) return;
    this.#unsent.push(sent);
    if (this.#unsent.length > 1) return;
    queueMicrotask(() => {
      if (!this.#connection.behind) this.#allSent();
    });
  }

  #allSent(): void {
    for (const sent of this.#unsent.splice(0)) call(() => sent());
  }

  /** A peer that asks and does not read the answers is let go: they would pile up. */
  #answer(payload: Uint8Array): void {
    if (!this.#connection.behind) this.#pendingPongs = 0;
    if (++this.#pendingPongs > this.#terms.maxPendingAutoPongs) this.terminate();
    else this.#endpoint.pong(payload);
  }

  // Receiving

  /** Where each event has to have a turn of the event loop, the next waits for it. */
  #takeTurns(): void {
    if (this.#terms.allowSynchronousEvents) return;
    this.#wait(Wait.Turn);
    setImmediate(() => this.#goOn(Wait.Turn));
  }

  #wait(reason: number): void {
    this.#waits |= reason;
    this.#connection.hold(Hold.Iterator);
  }

  #goOn(reason: number): void {
    this.#waits &= ~reason;
    if (this.#waits === 0) this.#connection.release(Hold.Iterator);
  }
}

/** Calls what is the application's. */
function call(callback: () => unknown): void {
  try {
    callback();
  } catch (error) {
    throwLater(error);
  }
}
