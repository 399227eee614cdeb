import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { portOf } from '../support/host-server.ts';
import type { Random } from './random.ts';

/** What a proxy does to one connection. Octets are counted towards the client unless said otherwise. */
interface Fault {
  readonly name: string;
  /** After how many octets the connection is cut, and after how many from the client. */
  readonly cutAfter?: number;
  readonly cutRequestAfter?: number;
  /** Whether a cut is a reset, or an end that looks like a good one. */
  readonly isReset?: boolean;
  /** After how many octets nothing is passed on for a while; what follows then comes after all. */
  readonly stallAfter?: number;
  readonly stallFor?: number;
  /** Whether nothing is passed on before the server has ended its side. */
  readonly isBuffering?: boolean;
  /** Whether the request goes on as HTTP/1.0, without Upgrade and Connection: as nginx does by default. */
  readonly isDowngrading?: boolean;
  /** Milliseconds after which whatever goes on is cut. */
  readonly lifetime?: number;
}

/** Every connection is cut after this many milliseconds at least, so that all come back often. */
const LONGEST_LIFE = 5_000;

/**
 * A proxy that does to connections what networks, proxies and deploys do to them: it cuts them at any
 * octet, stalls, holds responses back until they are whole, and takes `Upgrade` out.
 */
export class FaultProxy {
  /** How often each fault was made. */
  readonly counts: Map<string, number> = new Map();
  port = 0;

  readonly #server: Server;
  readonly #random: Random;
  readonly #target: () => number;
  readonly #links = new Set<Link>();
  #connections = 0;
  #isCalm = false;

  /** @param target - The port of the server, which may change while it is restarted. */
  constructor(random: Random, target: () => number) {
    this.#random = random;
    this.#target = target;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) =>
      this.#connect(client),
    );
  }

  async listen(): Promise<void> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    this.port = portOf(this.#server);
  }

  /** Makes no more faults; the connections that were to have some are cut. */
  calm(): void {
    this.#isCalm = true;
    for (const link of this.#links) link.destroy();
  }

  close(): void {
    this.calm();
    this.#server.close();
  }

  #connect(client: Socket): void {
    const fault = this.#isCalm
      ? { name: 'none' }
      : anyFault(this.#random.fork(this.#connections++));
    this.counts.set(fault.name, (this.counts.get(fault.name) ?? 0) + 1);
    const link = new Link(client, this.#target(), fault, () => this.#links.delete(link));
    this.#links.add(link);
  }
}

function anyFault(random: Random): Fault {
  const lifetime = 500 + random.below(LONGEST_LIFE);
  const isReset = random.oneIn(2);
  const octets = anySize(random);
  return random.among<Fault>([
    { name: 'ended by age', lifetime, isReset },
    { name: 'ended by age', lifetime, isReset },
    { name: 'cut', cutAfter: octets, lifetime, isReset },
    { name: 'cut', cutAfter: octets, lifetime, isReset },
    { name: 'cut', cutAfter: octets, lifetime, isReset },
    { name: 'cut in the request', cutRequestAfter: random.below(400), lifetime, isReset },
    { name: 'stalled', stallAfter: octets, stallFor: 100 + random.below(1_500), lifetime },
    { name: 'stalled and cut', stallAfter: octets, stallFor: 10_000, lifetime, isReset },
    { name: 'buffered', isBuffering: true, isDowngrading: random.oneIn(2), lifetime },
    { name: 'without Upgrade', isDowngrading: true, lifetime },
  ]);
}

/** Any number of octets, mostly few: within the head, the first record, a frame or a batch. */
function anySize(random: Random): number {
  return random.below(2 ** (4 + random.below(15)));
}

/** A client, a server, and what goes wrong between them. */
class Link {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #fault: Fault;
  readonly #held: Buffer[] = [];
  #request: Buffer | undefined;
  #sent = 0;
  #requested = 0;
  #hasStalled = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(client: Socket, port: number, fault: Fault, closed: () => void) {
    this.#client = client;
    this.#server = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    this.#fault = fault;
    if (fault.isDowngrading === true) this.#request = Buffer.alloc(0);
    client.on('data', (octets) => this.#up(octets)).on('end', () => this.#server.end());
    this.#server.on('data', (octets) => this.#down(octets)).on('end', () => this.#ended());
    for (const socket of [client, this.#server]) {
      socket.on('error', () => {});
      socket.on('close', () => {
        this.destroy();
        closed();
      });
    }
    if (fault.lifetime !== undefined) {
      this.#timer = setTimeout(() => this.#cut(), fault.lifetime);
    }
  }

  destroy(): void {
    clearTimeout(this.#timer);
    this.#client.destroy();
    this.#server.destroy();
  }

  #up(octets: Buffer): void {
    const { cutRequestAfter = Number.POSITIVE_INFINITY } = this.#fault;
    const rest = cutRequestAfter - this.#requested;
    this.#requested += octets.length;
    const allowed = octets.subarray(0, Math.min(octets.length, rest));
    const passed = this.#request === undefined ? allowed : this.#downgraded(allowed);
    pass(passed, this.#client, this.#server);
    if (octets.length >= rest) this.#server.end(() => this.#cut());
  }

  /** The head of the first request as HTTP/1.0, once it is whole; all that follows as it is. */
  #downgraded(octets: Buffer): Buffer {
    const request = Buffer.concat([this.#request!, octets]);
    const end = request.indexOf('\r\n\r\n');
    this.#request = end === -1 ? request : undefined;
    if (end === -1) return Buffer.alloc(0);
    const head = request
      .toString('latin1', 0, end)
      .replace(/ HTTP\/1\.1\r\n/, ' HTTP/1.0\r\n')
      .replace(/\r\n(?:upgrade|connection|sec-websocket-[a-z]+):[^\r]*/gi, '');
    return Buffer.concat([Buffer.from(head, 'latin1'), request.subarray(end)]);
  }

  #down(octets: Buffer): void {
    const { cutAfter = Number.POSITIVE_INFINITY, isBuffering = false } = this.#fault;
    if (isBuffering) {
      this.#held.push(octets);
      return;
    }
    const rest = cutAfter - this.#sent;
    this.#sent += octets.length;
    pass(octets.subarray(0, Math.min(octets.length, rest)), this.#server, this.#client);
    if (octets.length >= rest) this.#cut();
    else if (this.#sent >= (this.#fault.stallAfter ?? Number.POSITIVE_INFINITY)) this.#stall();
  }

  #stall(): void {
    if (this.#hasStalled) return;
    this.#hasStalled = true;
    this.#server.pause();
    setTimeout(() => this.#server.resume(), this.#fault.stallFor).unref();
  }

  #ended(): void {
    for (const octets of this.#held) this.#client.write(octets);
    this.#client.end();
  }

  #cut(): void {
    clearTimeout(this.#timer);
    this.#server.destroy();
    if (this.#fault.isReset === true && !this.#client.writableEnded) this.#client.resetAndDestroy();
    else this.#client.end(() => this.#client.destroy());
  }
}

/** Passes octets on, no faster than they are taken. */
function pass(octets: Buffer, from: Socket, to: Socket): void {
  if (octets.length === 0 || !to.writable || to.write(octets)) return;
  from.pause();
  to.once('drain', () => from.resume());
}
