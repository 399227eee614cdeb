import { randomBytes } from 'node:crypto';
import { textLength } from '../bytes/text.ts';
import { WebSocketError } from '../errors.ts';
import { Hold, type Tenant } from '../hub/carrier.ts';
import { MessageQueue } from '../hub/message-queue.ts';
import { type Pieces, SlowSends } from '../hub/slow-sends.ts';
import type { Message } from '../hub/socket.ts';
import { SocketDeadlines } from '../hub/socket-deadlines.ts';
import { assertCloseArguments, CloseCode } from '../websocket/close-code.ts';
import { WebSocketEndpoint, type WebSocketListener } from '../websocket/endpoint.ts';
import { MessageCompression } from '../websocket/message-compression.ts';
import type { Connection } from './connection.ts';
import { MaskingKeys } from './masking-keys.ts';
import { Opening, type RedirectableTerms } from './opening.ts';
import type { Opened } from './opening-attempt.ts';
import { UnsentOctets } from './unsent-octets.ts';

/** Who is told how a client's connection goes on. */
export interface ClientSessionListener {
  /** The server has accepted the handshake. */
  opened(protocol: string, extensions: string): void;
  message(data: Message): void;
  /** The server has begun the closing handshake. */
  closing(): void;
  /** Once, at the end. `error` says what went wrong, if something did. */
  closed(code: number, reason: string, error: Error | undefined): void;
}

/** On what terms a client connects. */
export interface ClientSessionTerms extends RedirectableTerms {
  /** Milliseconds of silence after which a Ping is sent, and after as many again the peer is dead. 0: never. */
  readonly heartbeat: number;
}

/** What there is once the connection is open. */
interface OpenParts {
  readonly connection: Connection;
  readonly endpoint: WebSocketEndpoint;
  readonly deadlines: SocketDeadlines;
  readonly slow: SlowSends;
  readonly unsent: UnsentOctets;
}

/** A client's WebSocket connection, from dialling to its end. */
export class ClientSession implements WebSocketListener, Tenant {
  readonly #listener: ClientSessionListener;
  readonly #terms: ClientSessionTerms;
  #messages: MessageQueue | undefined;
  /** Whether whoever iterates over the messages has not asked for the next. */
  #isHeld = false;
  readonly #opening: Opening;
  #open: OpenParts | undefined;
  #isClosing = false;
  /** Whether it is being looked what is due, on a connection that nobody has begun to close. */
  #isChecking = false;
  #isClosed = false;
  /** What had not left when the connection was closed, and never will. */
  #lost = 0;

  /** @throws RangeError when a subprotocol is no token, or is asked for twice. */
  constructor(url: URL, terms: ClientSessionTerms, listener: ClientSessionListener) {
    this.#listener = listener;
    this.#terms = terms;
    this.#opening = new Opening(url, terms, {
      opened: (opened) => this.#opened(opened),
      failed: (error) => this.#end(CloseCode.Abnormal, '', error),
    });
  }

  /** The origin of the server, which may have been redirected to. */
  get origin(): string {
    return this.#opening.origin;
  }

  /** Octets of messages that have not left yet. */
  get bufferedAmount(): number {
    if (this.#isClosed) return this.#lost;
    return this.#open === undefined ? 0 : this.#open.slow.octets + this.#open.unsent.amount;
  }

  /** How many octets have come from the server. */
  get receivedOctets(): number {
    return this.#open?.connection.receivedOctets ?? 0;
  }

  /** @returns `false` when the connection is not open: the message goes nowhere. */
  send(data: Message | Blob): boolean {
    const open = this.#open;
    if (this.#isClosing || open?.endpoint.state !== 'open') return false;
    if (this.#isFull(open)) {
      open.endpoint.fail(new WebSocketError('WS_SEND_BUFFER_LIMIT'));
      return false;
    }
    if (data instanceof Blob) open.slow.add(data.size, () => this.#sendBlob(open, data));
    else if (open.slow.isEmpty) sendNow(open, data);
    else this.#sendLater(open, typeof data === 'string' ? data : data.slice());
    return true;
  }

  /** Sends one message piece by piece, unless the connection is not open. */
  sendPieces(pieces: Pieces): Promise<boolean> {
    const open = this.#open;
    if (this.#isClosing || open === undefined) return Promise.resolve(false);
    return open.slow.pieces(pieces);
  }

  /** Until the server takes more, or never will. */
  room(): Promise<void> {
    return this.#open?.slow.room() ?? Promise.resolve();
  }

  /** Where the connection is between its beginning and its end. */
  get state(): 'connecting' | 'open' | 'closing' | 'closed' {
    if (this.#isClosed) return 'closed';
    if (this.#isClosing) return 'closing';
    return this.#open === undefined ? 'connecting' : this.#open.endpoint.state;
  }

  /** The messages from now on, which the listener is not told any more. */
  messages(): AsyncIterator<Message> {
    if (this.#messages !== undefined)
      throw new TypeError('the messages are being iterated already');
    this.#messages = new MessageQueue({
      hold: (reason) => {
        this.#isHeld = true;
        this.#open?.connection.hold(reason);
      },
      release: (reason) => {
        this.#isHeld = false;
        this.#open?.connection.release(reason);
      },
    });
    if (this.#isClosed) this.#messages.close();
    return this.#messages;
  }

  /** Begins the closing handshake behind what was sent, or gives up connecting. */
  closeWith(code?: number | undefined, reason = ''): void {
    const open = this.#open;
    if (open === undefined) {
      this.#opening.abort();
      return;
    }
    assertCloseArguments({ code: code ?? CloseCode.Normal, reason });
    this.#isClosing = true;
    open.deadlines.closing();
    const close = () => {
      open.endpoint.close(code, reason);
      this.#messages?.closing();
    };
    if (open.slow.isEmpty) close();
    else open.slow.add(0, close);
  }

  #isFull({ connection, slow }: OpenParts): boolean {
    // An empty buffer takes a message of any size.
    const isBehind = connection.behind || !slow.isEmpty;
    const waiting = connection.bufferedAmount + slow.octets;
    return isBehind && waiting > this.#terms.limits.sendBuffer;
  }

  #sendLater(open: OpenParts, data: Message): void {
    open.slow.add(lengthOf(data), () => sendNow(open, data));
  }

  async #sendBlob(open: OpenParts, blob: Blob): Promise<void> {
    try {
      sendNow(open, new Uint8Array(await blob.arrayBuffer()));
    } catch {
      open.endpoint.fail(new WebSocketError('WS_UNSENT'));
    }
  }

  #opened({ connection, choice, rest }: Opened): void {
    const { compression: terms, heartbeat, limits } = this.#terms;
    const { protocol, extensions, deflate } = choice;
    const compression = deflate && new MessageCompression('client', deflate, terms!.threshold);
    const options = { role: 'client', limits, maskingKey: nextMaskingKey } as const;
    const endpoint = new WebSocketEndpoint(this, connection.output, options, compression);
    const deadlines = new SocketDeadlines(endpoint, connection, { limits, heartbeat });
    const slow = new SlowSends(endpoint, connection, nextMaskingKey);
    const unsent = new UnsentOctets(connection);
    this.#open = { connection, endpoint, deadlines, slow, unsent };
    connection.carry(endpoint, this);
    if (this.#isHeld) connection.hold(Hold.Iterator);
    this.#listener.opened(protocol, extensions);
    connection.feed(rest);
  }

  // What the endpoint tells

  message(data: Message): void {
    if (this.#messages === undefined) this.#listener.message(data);
    else this.#messages.push(data);
  }

  ping(): void {}

  pong(): void {}

  closing(): void {
    this.#open!.deadlines.closing();
    this.#listener.closing();
  }

  close(code: number, reason: string, error: WebSocketError | undefined): void {
    const silent = this.#isChecking ? new WebSocketError('WS_SILENT') : undefined;
    this.#end(code, reason, error ?? silent);
  }

  // The connection below

  check(now: number): number {
    const { deadlines, endpoint } = this.#open!;
    this.#isChecking = endpoint.state === 'open' && !this.#isClosing;
    const delay = deadlines.check(now);
    this.#isChecking = false;
    return delay;
  }

  drained(): void {
    this.#open!.slow.wake();
  }

  ended(): void {}

  leave(): void {}

  gone(): void {
    this.#open!.endpoint.terminate();
  }

  #end(code: number, reason: string, error: Error | undefined): void {
    if (this.#isClosed) return;
    this.#lost = this.bufferedAmount;
    this.#isClosed = true;
    this.#messages?.close();
    this.#open?.slow.wake();
    this.#listener.closed(code, reason, error);
  }
}

/** What the queue has kept may come when the connection is no more: then it goes nowhere. */
function sendNow({ endpoint, unsent }: OpenParts, data: Message): void {
  unsent.add(lengthOf(data), () => {
    if (typeof data === 'string') endpoint.sendText(data);
    else endpoint.sendBinary(data);
  });
}

function lengthOf(data: Message): number {
  return typeof data === 'string' ? textLength(data) : data.length;
}

const nextMaskingKey = new MaskingKeys((size) => randomBytes(size)).next;
