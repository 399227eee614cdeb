import type { Output } from '../bytes/output.ts';
import { shortenText } from '../bytes/text.ts';
import { WebSocketError } from '../errors.ts';
import {
  assertCloseArguments,
  CloseCode,
  type Closing,
  encodeClosing,
  isCloseCode,
  MAX_CLOSE_REASON,
  NO_CLOSING,
} from './close-code.ts';
import { writeFrame, writeTextFrame } from './encode-frame.ts';
import type { WebSocketEndpointOptions, WebSocketListener } from './endpoint-listener.ts';
import { MAX_CONTROL_PAYLOAD } from './frame-header.ts';
import type { MessageCompression } from './message-compression.ts';
import { MessageDecoder, type Taken } from './message-decoder.ts';
import { Opcode } from './opcode.ts';

export type { WebSocketEndpointOptions, WebSocketListener } from './endpoint-listener.ts';

/** `closing` from the first Close frame, sent or received, until nothing comes any more. */
export type WebSocketState = 'open' | 'closing' | 'closed';

/**
 * One end of an established WebSocket connection: octets in, messages out, and back.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-5 | RFC 6455 §5 to §7}
 */
export class WebSocketEndpoint {
  readonly #listener: WebSocketListener;
  readonly #output: Output;
  readonly #options: WebSocketEndpointOptions;
  readonly #decoder: MessageDecoder;
  /** How messages are compressed, if that was agreed on. */
  readonly compression: MessageCompression | undefined;
  #state: WebSocketState = 'open';
  #isReceiving = false;
  #isPaused = false;
  #hasEnded = false;

  /** @param compression - How messages are compressed, if that was agreed on. */
  constructor(
    listener: WebSocketListener,
    output: Output,
    options: WebSocketEndpointOptions,
    compression?: MessageCompression | undefined,
  ) {
    this.#listener = listener;
    this.#output = output;
    this.#options = options;
    this.#decoder = new MessageDecoder(options.role, options.limits.message, compression);
    this.compression = compression;
  }

  /** Where the connection is between its opening and its end. */
  get state(): WebSocketState {
    return this.#state;
  }

  /** How many octets were received and wait for the rest of their frame, or for `resume()`. */
  get waiting(): number {
    return this.#decoder.reader.available;
  }

  /** Whether a frame has begun and the rest of it has not come. */
  get receivingFrame(): boolean {
    return this.#decoder.isInPayload || (!this.#isPaused && this.waiting > 0);
  }

  /**
   * Takes the first `length` of `octets` from the peer. They are lent for the time of this call, and
   * unmasked in place.
   *
   * @throws Error when called by the listener.
   */
  receive(octets: Uint8Array, length: number = octets.length): void {
    if (this.#isReceiving) throw new Error('receive() was called by the listener of receive()');
    if (this.#isDeaf) return;
    this.#decoder.reader.feed(octets, length);
    this.#run();
  }

  /** Learns that the peer will send no more. What came before still counts. */
  receiveEnd(): void {
    this.#hasEnded = true;
    this.#run();
  }

  /** Stops before the next frame: what has been received waits. */
  pause(): void {
    this.#isPaused = true;
  }

  /** Goes on with what waits. */
  resume(): void {
    this.#isPaused = false;
    this.#run();
  }

  /**
   * Sends a text message. Does nothing once the connection is closing.
   *
   * @throws TypeError when `text` is no string.
   * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-6.1 | RFC 6455 §6.1}
   */
  sendText(text: string): void {
    if (typeof text !== 'string') throw new TypeError('a text message must be a string');
    if (this.#state !== 'open') return;
    const { maskingKey } = this.#options;
    if (this.compression === undefined) writeTextFrame(this.#output, text, maskingKey);
    else this.compression.writeText(this.#output, text, maskingKey);
  }

  /**
   * Sends a binary message. A server does not copy a large one: the caller must not change it
   * afterwards. Does nothing once the connection is closing.
   *
   * @throws TypeError when `octets` are not in a Uint8Array.
   * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-6.1 | RFC 6455 §6.1}
   */
  sendBinary(octets: Uint8Array): void {
    assertOctets(octets);
    if (this.#state !== 'open') return;
    if (this.compression === undefined) this.#write(Opcode.Binary, octets);
    else this.compression.writeBinary(this.#output, octets, this.#options.maskingKey);
  }

  /**
   * Sends a Ping frame. Does nothing once the connection is closing.
   *
   * @param payload - At most 125 octets. Default none.
   * @throws TypeError when `payload` is not octets, RangeError when they are more than 125.
   * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-5.5.2 | RFC 6455 §5.5.2}
   */
  ping(payload: Uint8Array = NO_OCTETS): void {
    this.#sendControl(Opcode.Ping, payload);
  }

  /** Sends a Pong frame that no ping asked for. Throws like {@link WebSocketEndpoint.ping}. */
  pong(payload: Uint8Array = NO_OCTETS): void {
    this.#sendControl(Opcode.Pong, payload);
  }

  /**
   * Begins the closing handshake: no message is told after it. Does nothing once it has begun.
   *
   * @param code - 1000 to 1003, 1007 to 1014, or 3000 to 4999. Default 1000 where there is a reason, and
   * else none.
   * @param reason - At most 123 octets of UTF-8. Default none.
   * @throws RangeError or TypeError for a code or a reason that a Close frame can't hold.
   * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-7.1.2 | RFC 6455 §7.1.2}
   */
  close(code?: number, reason = ''): void {
    const isEmpty = code === undefined && reason === '';
    const closing = { code: isEmpty ? CloseCode.None : (code ?? CloseCode.Normal), reason };
    if (!isEmpty) assertCloseArguments(closing);
    if (this.#state === 'open') this.#sendClose(closing);
  }

  /**
   * Fails the connection: a Close frame that says why, then the end. Nothing that the peer sends
   * afterwards, or has sent before and still waits, is processed.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-7.1.7 | RFC 6455 §7.1.7}
   */
  fail(error: WebSocketError): void {
    if (this.#state === 'closed') return;
    const { closeCode: code, message } = error;
    if (this.#state === 'open' && isCloseCode(code)) {
      this.#sendClose({ code, reason: shortenText(message, MAX_CLOSE_REASON) });
    }
    this.#output.end();
    this.#finish(error);
  }

  /**
   * Gives the connection up: nothing is sent, and nothing told but that it is closed.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-7.2.2 | RFC 6455 §7.2.2}
   */
  terminate(): void {
    if (this.#state === 'closed') return;
    this.#output.destroy();
    this.#finish(undefined);
  }

  /** Whether what the peer still sends is of no interest. @see RFC 6455 §1.4 */
  get #isDeaf(): boolean {
    return this.#state === 'closed' || this.#decoder.closing !== NO_CLOSING;
  }

  /** Takes frame after frame of what waits, until there is no whole one or somebody stops it. */
  #run(): void {
    if (this.#isReceiving) return;
    this.#isReceiving = true;
    try {
      while (!this.#isPaused && !this.#isDeaf && this.#step());
    } finally {
      this.#isReceiving = false;
      this.#decoder.reader.settle();
    }
    if (this.#hasEnded && (!this.#isPaused || this.#isDeaf)) this.#end();
  }

  /** Takes one frame and tells it, or returns false when no whole one is there. */
  #step(): boolean {
    const taken = this.#take();
    switch (taken) {
      case 'message':
        this.#listener.message(this.#decoder.takeData());
        return true;
      case 'piece':
        return true;
      case 'ping':
        this.#answerPing(this.#decoder.takeData() as Uint8Array);
        return true;
      case 'pong':
        this.#listener.pong(this.#decoder.takeData() as Uint8Array);
        return true;
      case 'close':
        this.#answerClose();
        return false;
      case 'more':
        return false;
    }
  }

  /** Only here can a fault of the peer be thrown: what the listener throws is none. */
  #take(): Taken {
    try {
      return this.#decoder.next();
    } catch (error) {
      if (!(error instanceof WebSocketError)) throw error;
      this.fail(error);
      return 'more';
    }
  }

  /** With the payload of the Ping, as it came. @see RFC 6455 §5.5.2, §5.5.3 */
  #answerPing(payload: Uint8Array): void {
    if (this.#options.answersPings !== false) this.#write(Opcode.Pong, payload);
    this.#listener.ping(payload);
  }

  /**
   * Answers a Close frame, unless it is the answer. The server then ends the connection, and the
   * client waits for that.
   *
   * @see RFC 6455 §5.5.1, §7.1.1
   */
  #answerClose(): void {
    const { code, reason } = this.#decoder.closing;
    this.#decoder.release();
    if (this.#state === 'open') {
      this.#sendClose({ code, reason: this.#options.echoesReason === true ? reason : '' });
      this.#listener.closing?.();
    }
    if (this.#options.role === 'server') this.#end();
  }

  #end(): void {
    if (this.#state === 'closed') return;
    this.#output.end();
    this.#finish(undefined);
  }

  /** Tells what the first Close frame that came has said, if one came. @see RFC 6455 §7.1.6 */
  #finish(error: WebSocketError | undefined): void {
    this.#state = 'closed';
    this.#decoder.release();
    const { code, reason } = this.#decoder.closing;
    this.#listener.close(code, reason, error);
  }

  /** From here on the connection is closing. @see RFC 6455 §7.1.3 */
  #sendClose(closing: Closing): void {
    this.#write(Opcode.Close, encodeClosing(closing));
    this.#state = 'closing';
    if (this.#options.hearsOut !== true) this.#decoder.discard();
  }

  #sendControl(opcode: Opcode, payload: Uint8Array): void {
    assertOctets(payload);
    if (payload.length > MAX_CONTROL_PAYLOAD) {
      throw new RangeError(`the payload is longer than ${MAX_CONTROL_PAYLOAD} octets`);
    }
    if (this.#state === 'open') this.#write(opcode, payload);
  }

  #write(opcode: Opcode, payload: Uint8Array): void {
    writeFrame(this.#output, opcode, payload, this.#options.maskingKey);
  }
}

const NO_OCTETS = new Uint8Array(0);

/** Numbers and other arrays are refused: taken for octets, they have sent memory of the process. */
function assertOctets(payload: Uint8Array): void {
  if (!(payload instanceof Uint8Array)) throw new TypeError('the payload must be a Uint8Array');
}
