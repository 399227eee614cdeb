import type { EntryFormat } from '../channel/batch.ts';
import { ackRecord, type ByeReason } from '../comet/index.ts';
import { WebSocketError } from '../errors.ts';
import { WebSocketEndpoint, type WebSocketListener } from '../websocket/endpoint.ts';
import { MessageCompression } from '../websocket/message-compression.ts';
import { acceptFields, type OpeningHandshake } from '../websocket/opening-handshake.ts';
import { acceptDeflate } from '../websocket/permessage-deflate.ts';
import type { Carrier, Tenant } from './carrier.ts';
import type { Exchange } from './exchange.ts';
import { isThenable } from './http-route.ts';
import type { Limits } from './limits.ts';
import { type Beginning, LiveConnection } from './live-connection.ts';
import { messageFormat } from './message-format.ts';
import { SocketDeadlines } from './socket-deadlines.ts';
import { parseUpstreamMessage, type UpstreamMessage } from './upstream.ts';

/** The close codes that go with a leave. @see RFC 6455 §7.4.1, and 1013 in the registry of IANA */
const CLOSE_CODES: Partial<Record<ByeReason, number>> = {
  draining: 1001,
  full: 1013,
  slow: 1008,
  'out-of-order': 1008,
  'bad-message': 1007,
};

const NOTHING = new Uint8Array(0);

/** A WebSocket connection to a live route: a record a message, both ways. */
export class LiveSocket extends LiveConnection implements WebSocketListener, Tenant {
  readonly isPoll = false;
  #exchange: Exchange | undefined;
  #handshake: OpeningHandshake | undefined;
  readonly #limits: Limits;
  #carrier: Carrier | undefined;
  #endpoint: WebSocketEndpoint | undefined;
  #deadlines: SocketDeadlines | undefined;
  readonly #expiresIn: number;
  #expiresAt = Number.POSITIVE_INFINITY;
  #wroteAt = 0;
  #rest: Uint8Array = NOTHING;
  /** How the records of entries stand on the wire. */
  #format: EntryFormat = messageFormat;

  constructor(
    beginning: Beginning,
    exchange: Exchange,
    handshake: OpeningHandshake,
    limits: Limits,
  ) {
    super(beginning);
    this.#expiresIn = beginning.expiresIn;
    this.#exchange = exchange;
    this.#handshake = handshake;
    this.#limits = limits;
    exchange.listener = {
      content() {},
      contentEnd() {},
      answered() {},
      drained() {},
      ended: () => this.end('closed'),
      aborted: () => this.lost(),
    };
  }

  // What the reader leads to

  protected ready(): void {
    const { heartbeat } = this.route;
    const { extensions } = this.#handshake!;
    const { compression } = this.route;
    const deflate = compression && acceptDeflate(extensions, compression.terms);
    const fields = acceptFields(this.#handshake!, undefined, deflate?.value);
    const upgraded = this.#exchange!.upgrade(fields);
    const { carrier } = upgraded;
    this.#exchange = this.#handshake = undefined;
    const options = { role: 'server', limits: this.#limits } as const;
    let messages: MessageCompression | undefined;
    if (deflate !== undefined) {
      const { terms, formats } = compression!;
      messages = new MessageCompression('server', deflate.parameters, terms.threshold);
      this.#format = formats.of(deflate.parameters.serverMaxWindowBits);
    }
    const endpoint = new WebSocketEndpoint(this, carrier.output, options, messages);
    this.#carrier = carrier;
    this.#endpoint = endpoint;
    this.#deadlines = new SocketDeadlines(endpoint, carrier, { limits: this.#limits, heartbeat });
    this.#expiresAt = carrier.now + this.#expiresIn;
    this.#wroteAt = carrier.now;
    carrier.carry(endpoint, this);
    this.#rest = upgraded.rest;
    this.#send(this.readyRecord(this.reader.cursor));
  }

  /** What came behind the handshake is dealt with once the client has been told that all is ready. */
  protected override begun(): void {
    this.#carrier!.feed(this.#rest);
    this.#rest = NOTHING;
  }

  protected pump(): void {
    const carrier = this.#carrier!;
    while (this.isOpen && !carrier.behind) {
      const taken = this.take();
      if (taken === undefined) {
        this.reader.follow(this.#format, carrier.output);
        return;
      }
      if (taken.kind === 'gap') this.#send(this.gapRecord(taken));
      else {
        this.#wroteAt = carrier.now;
        carrier.output.share(taken.encoded(this.#format));
      }
    }
    if (this.isOpen && this.isTooSlow) this.end('slow');
  }

  protected subscribed(): void {
    this.#send(this.cursorRecord);
  }

  protected takeLeave(bye: string, reason: ByeReason): void {
    this.#endpoint!.sendText(bye);
    this.#deadlines!.closing();
    this.#endpoint!.close(CLOSE_CODES[reason] ?? 1000, reason);
  }

  protected cut(): void {
    this.#endpoint!.fail(new WebSocketError('WS_HANDLER'));
  }

  protected released(): void {}

  #send(record: string): void {
    if (!this.isOpen) return;
    this.#wroteAt = this.#carrier!.now;
    this.#endpoint!.sendText(record);
  }

  // What the endpoint tells

  message(data: string | Uint8Array): void {
    if (!this.isOpen) return;
    const message = typeof data === 'string' ? parseUpstreamMessage(data) : undefined;
    if (message === undefined) this.end('bad-message');
    else this.#deliver(message);
  }

  ping(): void {}

  pong(): void {}

  close(): void {
    this.lost();
  }

  /** Delivers what is new, and acknowledges what has been dealt with. */
  #deliver(message: UpstreamMessage): void {
    const { upstream } = this.session;
    const { n } = message;
    const verdict = n === undefined ? 'new' : upstream.take(n);
    if (verdict === 'out-of-order') {
      this.end('out-of-order', 0, { expected: upstream.expected });
      return;
    }
    const hasFailed = verdict === 'new' && this.session.deliver(message);
    if (n !== undefined && verdict === 'new') upstream.delivered(hasFailed);
    const settled = n === undefined ? undefined : upstream.settled(n);
    if (settled === undefined && !isThenable(hasFailed)) this.#delivered(n, hasFailed);
    else Promise.all([hasFailed, settled]).then(([failed]) => this.#delivered(n, failed));
  }

  #delivered(n: number | undefined, hasFailed: boolean): void {
    if (!this.isOpen) return;
    if (n !== undefined) this.#send(ackRecord(n));
    if (hasFailed) this.fail();
  }

  // What the carrier tells

  drained(): void {
    if (this.isOpen) this.pump();
  }

  ended(): void {}

  leave(): void {
    this.end('draining');
  }

  gone(): void {
    this.#endpoint?.terminate();
  }

  check(now: number): number {
    if (this.isOpen && now >= this.#expiresAt) this.end('expired');
    const next = this.#deadlines!.check(now);
    return this.isOpen ? Math.min(next, this.#beat(now), this.#expiresAt - now) : next;
  }

  /** Scripts see no Pings: a record now and then tells them that the connection is alive. */
  #beat(now: number): number {
    const { heartbeat } = this.route;
    if (heartbeat === 0) return Number.POSITIVE_INFINITY;
    if (now - this.#lastWrite >= heartbeat && !this.#carrier!.behind) {
      this.pump();
      this.subscribed();
    }
    return Math.max(1, this.#lastWrite + heartbeat - now);
  }

  get #lastWrite(): number {
    return Math.max(this.#wroteAt, this.reader.writtenAt);
  }
}
