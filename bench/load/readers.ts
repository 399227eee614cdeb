import type { Socket } from 'node:net';
import { MARK } from '../contenders/contender.ts';
import { connectTo, readUntil } from './connection.ts';

/** How a reader asks for what is published, and how the answer begins. */
export interface Subscription {
  readonly request: Buffer;
  readonly status: number;
  /** What is sent once the connection is open, and answered. */
  readonly message?: Buffer | undefined;
  /** Is told what a server has said to the request, and how many octets its answer to the message has. */
  readonly noted?: ((head: string, answer: number) => void) | undefined;
}

/** How many connections are being opened at a time. */
const OPENED_TOGETHER = 50;

/** Connections that take what a server publishes, and count the messages that have come. */
export class Readers {
  readonly #sockets: readonly Socket[];
  #received = 0;
  #expected = 0;
  #complete: () => void = () => {};
  #fail: (error: Error) => void = () => {};
  #lost = 0;

  private constructor(sockets: readonly Socket[]) {
    this.#sockets = sockets;
    for (const socket of sockets) {
      socket.on('data', (octets) => this.#count(octets));
      socket.on('close', () => this.#loses());
    }
  }

  static async open(port: number, subscription: Subscription, count: number): Promise<Readers> {
    const sockets: Socket[] = [];
    while (sockets.length < count) {
      const together = Math.min(OPENED_TOGETHER, count - sockets.length);
      const opening = Array.from({ length: together }, () => openOne(port, subscription));
      sockets.push(...(await Promise.all(opening)));
    }
    return new Readers(sockets);
  }

  /** Has bursts published for so many milliseconds, each when all have got the one before. */
  async run(time: number, burst: number, publish: () => void): Promise<number> {
    let deliveries = 0;
    for (const end = performance.now() + time; performance.now() < end; ) {
      deliveries += await this.deliver(burst, publish);
    }
    return deliveries;
  }

  /** Has one burst published, and waits until all have got it. */
  async deliver(burst: number, publish: () => void): Promise<number> {
    this.#received = 0;
    this.#expected = burst * this.#sockets.length;
    const complete = new Promise<void>((resolve, reject) => {
      this.#complete = resolve;
      this.#fail = reject;
    });
    if (this.#lost === 0) publish();
    else this.#loses();
    await complete;
    return this.#expected;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** What is published does not reach all any more: who waited for that would wait for ever. */
  #loses(): void {
    this.#lost++;
    this.#fail(new Error('a server has closed connections of readers'));
  }

  #count(octets: Buffer): void {
    for (let at = octets.indexOf(MARK); at !== -1; at = octets.indexOf(MARK, at + 1)) {
      this.#received++;
    }
    if (this.#received > this.#expected) throw new Error('more came than was published');
    if (this.#received === this.#expected) this.#complete();
  }
}

async function openOne(port: number, subscription: Subscription): Promise<Socket> {
  const { request, status, message, noted } = subscription;
  const socket = await connectTo(port);
  socket.write(request);
  if (status === 0) return socket;
  const head = await readUntil(socket, (octets) => octets.includes('\r\n\r\n'));
  if (!head.toString('latin1').startsWith(`HTTP/1.1 ${status} `)) {
    throw new Error(`refused: ${head.toString('latin1')}`);
  }
  if (message !== undefined) {
    socket.write(message);
    const answer = await readUntil(socket, (octets) => octets.length > 0);
    noted?.(head.toString('latin1'), answer.length);
  }
  return socket;
}
