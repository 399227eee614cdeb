import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Output } from '../bytes/output.ts';
import { type Carrier, type Endpoint, Hold, type Tenant } from '../hub/carrier.ts';
import type { Ground } from './ground.ts';
import { hearStream, type StreamOwner, setReading } from './stream-events.ts';
import { StreamOutput } from './stream-output.ts';
import type { OutputOwner } from './stream-writer.ts';
import type { Timed } from './timer-wheel.ts';

/** A paused endpoint is fed up to this many octets, so that a FIN behind them is seen. */
const MAX_WAITING = 65_536;

/**
 * Connects an endpoint to a byte stream: octets in, octets out, backpressure, deadlines, and the
 * close in stages of RFC 9112 §9.6.
 */
export class Connection implements Carrier, OutputOwner, StreamOwner, Timed {
  slot: Set<Timed> | undefined = undefined;
  receivedAt: number;
  receivedOctets = 0;

  readonly #stream: Duplex;
  readonly #ground: Ground;
  readonly #output: StreamOutput;
  #localAddress: string | undefined;
  #endpoint: Endpoint = NOBODY;
  #tenant: Tenant = NOBODY;
  /** `ending`: our side ends once its output has left. `lingering`: it has ended. */
  #phase: 'open' | 'ending' | 'lingering' | 'gone' = 'open';
  #driving = false;
  #unflushed = false;
  /** The reasons of {@link Hold} for which the endpoint is paused, a bit each. */
  #holds = 0;
  #reading = true;
  #isBehind = false;
  #endReceived = false;

  /** How much had left the stream when last looked at, and since when no more has. */
  #left = 0;
  #progressAt: number;
  #lingeringSince = 0;
  #discarded = 0;
  #due = 0;

  /** @param localAddress - The address that it came in on, where the stream need not be asked. */
  constructor(stream: Duplex, ground: Ground, localAddress?: string) {
    this.#stream = stream;
    this.#ground = ground;
    this.#localAddress = localAddress;
    this.#output = new StreamOutput(stream, ground.slabs, this);
    ground.connections.add(this);
    // Answers are given to a peer that has ended its side: whoever made the stream need not know.
    stream.allowHalfOpen = true;
    hearStream(stream, this);
    this.#schedule(ground.limits.headTime);
    this.receivedAt = this.#progressAt = ground.wheel.now;
    // A stream that was handed over too late tells nothing any more.
    if (stream.closed) queueMicrotask(() => this.closed());
  }

  get output(): Output {
    return this.#output;
  }

  get remoteAddress(): string | undefined {
    return (this.#stream as Partial<Socket>).remoteAddress;
  }

  get localAddress(): string | undefined {
    // Every request asks for it, and a socket takes its time to tell (bench, http pipelined: 3 %), and
    // keeps what it told.
    this.#localAddress ??= (this.#stream as Partial<Socket>).localAddress;
    return this.#localAddress;
  }

  get secure(): boolean {
    return (this.#stream as { encrypted?: boolean }).encrypted === true;
  }

  get now(): number {
    return this.#ground.wheel.now;
  }

  get bufferedAmount(): number {
    return this.#output.bufferedAmount;
  }

  /** How many octets have been sent altogether. */
  get sentOctets(): number {
    return this.#output.sent;
  }

  get behind(): boolean {
    return this.#output.behind;
  }

  get reading(): boolean {
    return this.#reading;
  }

  carry(endpoint: Endpoint, tenant: Tenant): void {
    this.#endpoint = endpoint;
    this.#tenant = tenant;
    if (this.#holds !== 0) endpoint.pause();
    if (this.#phase === 'open') this.#schedule(tenant.check(this.now));
  }

  feed(octets: Uint8Array): void {
    if (octets.length === 0 && !this.#endReceived) return;
    this.#drive(() => {
      if (octets.length > 0) this.#endpoint.receive(octets);
      if (this.#endReceived) this.#endpoint.receiveEnd();
    });
  }

  hold(reason: Hold): void {
    if (this.#holds === 0) this.#endpoint.pause();
    this.#holds |= reason;
  }

  release(reason: Hold): void {
    if ((this.#holds & reason) === 0) return;
    this.#holds &= ~reason;
    if (this.#holds === 0) this.#drive(() => this.#endpoint.resume());
  }

  /** Lets what is under way end; nothing new begins. */
  leave(): void {
    if (this.#phase === 'open') this.#drive(() => this.#tenant.leave());
  }

  /** Gives the connection up. */
  destroy(): void {
    this.#output.destroy();
  }

  checkIn(delay: number): void {
    if (this.#phase !== 'gone' && this.now + delay < this.#due) this.#schedule(delay);
  }

  // What the output asks for

  flushSoon(): void {
    if (this.#unflushed) return;
    this.#unflushed = true;
    const { unflushed } = this.#ground;
    if (unflushed.push(this) > 1) return;
    queueMicrotask(() => {
      for (const connection of unflushed.splice(0)) connection.#settleOfMany();
    });
  }

  fellBehind(): void {
    const wasBehind = this.#isBehind;
    this.#isBehind = true;
    this.#weigh();
    this.#output.awaitDrain();
    // That more is written is no progress.
    if (wasBehind) return;
    this.#left = this.#output.sent;
    this.#progressAt = this.now;
    this.checkIn(this.#ground.limits.stall);
  }

  endRequested(): void {
    if (this.#phase !== 'open') return;
    this.#phase = 'ending';
    if (!this.#driving) this.flushSoon();
    this.checkIn(this.#ground.limits.linger);
  }

  destroyRequested(): void {
    this.cut();
  }

  resetRequested(): void {
    // Inside TLS the missing close_notify says it; what was written shall arrive in front of it.
    const stream = this.#stream;
    if (stream instanceof Socket && stream.constructor === Socket) stream.resetAndDestroy();
    else stream.destroy();
  }

  /** @internal A fault of ours, not of the peer: the connection can't be trusted any more. */
  broken(error: unknown): void {
    this.#ground.report(error);
    this.cut();
  }

  // What the stream tells

  /** @internal Octets have come. */
  received(octets: Uint8Array, length: number = octets.length): void {
    this.receivedAt = this.now;
    this.receivedOctets += length;
    if (this.#phase !== 'open') {
      this.#discarded += length;
      if (this.#discarded > this.#ground.limits.lingerOctets) this.cut();
      return;
    }
    // Only a socket gives its memory away; what another stream hands out is not ours to unmask.
    const owned = this.#stream instanceof Socket ? octets : Buffer.from(octets);
    this.#beginTurn();
    try {
      this.#endpoint.receive(owned, length);
    } catch (error) {
      this.broken(error);
    }
    this.#endTurn();
  }

  /** @internal The peer has ended its side. */
  receivedEnd(): void {
    if (this.#endReceived) return;
    this.#endReceived = true;
    if (this.#phase !== 'open') return;
    this.#drive(() => {
      this.#endpoint.receiveEnd();
      this.#tenant.ended();
    });
  }

  /** @internal The stream takes octets again. */
  drained(): void {
    if (this.#phase === 'gone' || !this.#isBehind) return;
    this.#settle();
    if (!this.behind && this.#phase === 'open') this.#drive(() => this.#tenant.drained());
  }

  /** @internal The stream is closed. */
  closed(): void {
    if (this.#phase === 'gone') return;
    this.#phase = 'gone';
    this.#ground.wheel.cancel(this);
    this.#ground.connections.delete(this);
    this.#drive(() => {
      // Who goes may want to know what is lost. The end of the turn would hand it to the closed stream.
      this.#tenant.gone();
      this.#output.discard();
    });
    this.#endpoint = this.#tenant = NOBODY;
    if (this.#ground.connections.size === 0) this.#ground.emptied();
  }

  /** @internal The wheel asks what is due. */
  expire(now: number): number {
    const { limits } = this.#ground;
    const waiting = this.#output.bufferedAmount;
    const left = this.#output.sent;
    if (waiting === 0 || left !== this.#left) {
      this.#left = left;
      this.#progressAt = now;
    }
    const stalled = now - this.#progressAt;
    const lingered = this.#phase === 'lingering' && waiting === 0 ? now - this.#lingeringSince : 0;
    if (stalled >= limits.stall || lingered >= limits.linger) {
      this.cut();
      return limits.linger;
    }
    if (waiting > 0) this.#lingeringSince = now;
    const next = this.#phase === 'open' ? this.#tenant.check(now) : limits.linger;
    const delay = waiting === 0 ? next : Math.min(next, limits.stall - stalled);
    this.#due = now + delay;
    return delay;
  }

  // Turns

  /** Lets the endpoint do something, then hands on what it wrote. */
  #drive(turn: () => void): void {
    if (this.#driving) {
      turn();
      return;
    }
    this.#beginTurn();
    try {
      turn();
    } catch (error) {
      this.broken(error);
    }
    this.#endTurn();
  }

  #beginTurn(): void {
    this.#driving = true;
    this.#output.beginTurn();
  }

  #endTurn(): void {
    this.#driving = false;
    this.#output.endTurn();
    this.#settle();
  }

  /** Hands on what waits, ends what has ended, and sees whether to read and to go on. */
  #settle(): void {
    this.#unflushed = false;
    if (this.#phase === 'gone') return;
    this.#output.flush();
    if (this.#phase === 'ending' && !this.behind) this.#linger();
    if (this.behind) this.fellBehind();
    else this.#caughtUp();
    this.#read();
  }

  /** Settles while others wait for it, and where nobody else would catch a fault of ours. */
  #settleOfMany(): void {
    try {
      this.#settle();
    } catch (error) {
      this.broken(error);
    }
  }

  #caughtUp(): void {
    this.#isBehind = false;
    this.#weigh();
  }

  /** Pauses the endpoint while so much waits for a peer that is behind that no more may come of it. */
  #weigh(): void {
    const { holdAt = 0 } = this.#ground;
    if (this.#isBehind && this.bufferedAmount >= holdAt) this.hold(Hold.Output);
    else this.release(Hold.Output);
  }

  /**
   * Ends our side: what still comes is discarded, so that no reset wipes out what was sent. Inside TLS
   * a close_notify goes out with it.
   *
   * @see RFC 9112 §9.6, §9.8
   */
  #linger(): void {
    this.#phase = 'lingering';
    this.#lingeringSince = this.now;
    this.#stream.end();
    this.#schedule(this.#ground.limits.linger);
  }

  /** Reads while what comes is of use: to be parsed, to see a FIN behind it, or to be discarded. */
  #read(): void {
    const mayReceive = (this.#holds & Hold.Output) === 0 && this.#endpoint.waiting < MAX_WAITING;
    const wanted = this.#phase !== 'open' || mayReceive;
    if (wanted === this.#reading) return;
    this.#reading = wanted;
    setReading(this.#stream, wanted);
  }

  /** Closes the stream at once, whatever waits on it. */
  protected cut(): void {
    this.#stream.destroy();
  }

  #schedule(delay: number): void {
    this.#due = this.now + delay;
    this.#ground.wheel.schedule(this, delay);
  }
}

/** Who a connection works for before anybody has moved in, and after everybody has left. */
const NOBODY: Endpoint & Tenant = {
  receive() {},
  receiveEnd() {},
  pause() {},
  resume() {},
  waiting: 0,
  check: () => 60_000,
  drained() {},
  ended() {},
  leave() {},
  gone() {},
};
