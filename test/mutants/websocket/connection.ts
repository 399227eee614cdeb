/**
 * A connection of the scripted server, once the opening handshake is over. What it does about a frame,
 * its script says.
 *
 * @module
 */

import type { Duplex } from 'node:stream';
import { obey } from '../../../examples/reflectors/websocket.ts';
import type { FaultName } from '../../../spec/models/frame-decoder.ts';
import { readUtf8 } from '../../../spec/models/utf8.ts';
import { incoming, outgoing, type Stream } from './deflate.ts';
import {
  closePayload,
  codeFor,
  encodeFrame,
  faultsOf,
  type Header,
  type OutgoingFrame,
  readHeader,
} from './frames.ts';
import { pathOf, queryOf } from './handshake.ts';
import type { Script } from './script.ts';

/** A message whose first fragment has come. */
export interface Message {
  readonly opcode: number;
  readonly isCompressed: boolean;
  readonly fragments: Uint8Array[];
  /** How many octets they have. */
  length: number;
}

/** A connection over which frames go. */
export class Connection {
  readonly socket: Duplex;
  readonly script: Script;
  readonly #path: string;
  /** What is sent by, and received by, where compression was agreed on. */
  readonly outgoing: Stream | undefined;
  readonly incoming: Stream | undefined;
  /** Whether a Close frame was sent. */
  isClosing = false;
  /** Whether nothing is read any more. */
  isOver = false;
  /** How many frames and messages have been read. */
  frames = 0;
  messages = 0;
  /** The message that has begun. */
  message: Message | undefined;
  #octets: Buffer = Buffer.of();

  constructor(socket: Duplex, script: Script, target: string, extension: string | undefined) {
    this.socket = socket;
    this.script = script;
    this.#path = pathOf(target);
    if (extension?.startsWith('permessage-deflate')) {
      this.outgoing = outgoing(extension);
      this.incoming = incoming();
    }
    const greeting = queryOf(target).get('greeting');
    if (greeting !== null) this.tell(1, Buffer.from(greeting));
  }

  receive(octets: Buffer): void {
    this.#octets = Buffer.concat([this.#octets, octets]);
    while (!this.isOver && this.#takeFrame() && this.script.readsOn(this));
    if (!this.isOver && this.#octets.length > 0) this.script.waits(this);
  }

  /** Sends a frame, as the script has it. */
  send(opcode: number, payload: Uint8Array, { fin = true, reserved = 0 } = {}): void {
    const frames = this.script.sends({ fin, reserved, opcode, payload }, this);
    for (const frame of frames) this.write(frame);
  }

  /** Sends a frame as it is. */
  write(frame: OutgoingFrame): void {
    if (this.socket.writable) this.socket.write(encodeFrame(frame));
  }

  /** Sends a message of the application, compressed where that was agreed on. */
  tell(opcode: number, content: Uint8Array): void {
    if (this.script.isMute(this)) return;
    if (this.outgoing === undefined || content.length < 16) this.send(opcode, content);
    else this.#tellCompressed(opcode, content);
  }

  #tellCompressed(opcode: number, content: Uint8Array): void {
    const fragments = this.script.fragments(this.script.deflates(content, this));
    for (const [index, payload] of fragments.entries()) {
      const isFirst = index === 0;
      const fin = index === fragments.length - 1;
      this.send(isFirst ? opcode : 0, payload, { fin, reserved: isFirst ? 4 : 0 });
    }
  }

  /** Returns what it gets, or does what it is told. */
  application(opcode: number, content: Uint8Array): void {
    if (this.#path === '/reflect') this.#reflect(opcode, content);
    else this.tell(opcode, content);
  }

  #reflect(opcode: number, content: Uint8Array): void {
    const message = opcode === 1 ? Buffer.from(content).toString() : content;
    try {
      obey(
        {
          isOpen: () => this.socket.writable && !this.script.isMute(this),
          send: (text) => this.tell(1, Buffer.from(text)),
          ping: (payload) => this.#ping(payload),
          close: (code = 1000, reason) => this.#close(code, reason),
          terminate: () => this.script.terminates(this),
        },
        message,
      );
    } catch {
      this.script.fails(1011, this);
    }
  }

  #ping(payload: Uint8Array): void {
    if (payload.length > this.script.maxPing) throw new RangeError('this is no Ping');
    this.send(9, payload);
  }

  #close(code: number, reason?: string): void {
    if (!this.script.maySendCode(code)) throw new RangeError('this is no close code');
    this.send(8, closePayload(code, reason));
    this.isClosing = true;
  }

  #takeFrame(): boolean {
    const read = readHeader(this.#octets);
    if (read === undefined) return false;
    const header = this.script.sees(read);
    const { size, length, maskingKey, isWhole } = header;
    const fault = faultsOf(header, this.#situation()).find((one) => !this.#overlooks(one, header));
    const isFault = fault !== undefined || this.script.mindsFrame(header, this);
    if (isFault) this.#fail(fault ?? 'reserved opcode');
    else if (!isWhole || this.#octets.length < size + length) return false;
    const payload = this.#octets.subarray(size, size + length);
    this.#octets = this.#octets.subarray(size + length);
    if (isFault) return true;
    this.frames++;
    this.#take(header, maskingKey ? this.script.unmasks(payload, maskingKey) : payload);
    return true;
  }

  #situation() {
    return {
      isBegun: this.message !== undefined,
      room: this.script.limit(this.#path) - (this.message?.length ?? 0),
      isDeflating: this.incoming !== undefined,
    };
  }

  #take(header: Header, payload: Uint8Array): void {
    if (header.opcode === 8) this.#takeClose(header, payload);
    else if (header.opcode === 9) this.script.ping(payload, this);
    else if (header.opcode === 10) this.script.pong(payload, this);
    else this.#takeFragment(header, payload);
  }

  #takeFragment(header: Header, payload: Uint8Array): void {
    const { opcode, reserved, fin } = header;
    this.message ??= { opcode, isCompressed: reserved === 4, fragments: [], length: 0 };
    this.message.fragments.push(payload);
    this.message.length += payload.length;
    if (!fin) return;
    const { message } = this;
    this.message = undefined;
    this.messages++;
    const content = this.#contentOf(message);
    if (content === undefined) {
      if (!this.#overlooks('message not DEFLATE', header)) this.#fail('message not DEFLATE');
    } else if (message.opcode === 1 && !this.script.isText(content, message)) {
      this.#fail('text not UTF-8');
    } else {
      this.script.message(message.opcode, content, this);
    }
  }

  #contentOf({ isCompressed, fragments }: Message): Uint8Array | undefined {
    const payload = this.script.assembles(fragments);
    if (!isCompressed || this.incoming === undefined) return payload;
    try {
      return this.script.inflates(payload, this);
    } catch {
      return undefined;
    }
  }

  #takeClose(header: Header, payload: Uint8Array): void {
    const fault = this.#faultOfClose(payload);
    if (fault === undefined || this.#overlooks(fault, header)) this.script.close(payload, this);
    else this.#fail(fault);
  }

  #faultOfClose(payload: Uint8Array): FaultName | undefined {
    if (payload.length === 0) return undefined;
    if (payload.length === 1) return 'half a close code';
    if (!this.script.isCloseCode(Buffer.from(payload).readUInt16BE()))
      return 'close code not to be sent';
    return readUtf8(payload.subarray(2)) === undefined ? 'text not UTF-8' : undefined;
  }

  #overlooks(fault: FaultName, header: Header): boolean {
    return this.script.overlooks(fault, header);
  }

  #fail(fault: FaultName): void {
    this.script.fails(codeFor(fault), this);
  }
}
