import { connect, type Socket } from 'node:net';
import { ATTACKS } from './attacks.ts';
import type { Random } from './random.ts';

/** The longest that a place in the swarm stays empty, so that not all connect at the same moment. */
const LONGEST_PAUSE = 1_000;

/** Hostile peers: whenever the connection of one ends, another takes its place. */
export class Swarm {
  /** How many connections each attack has made. */
  readonly counts: Map<string, number> = new Map(Object.keys(ATTACKS).map((name) => [name, 0]));

  readonly #port: number;
  readonly #random: Random;
  readonly #sockets = new Set<Socket>();
  readonly #pauses = new Set<NodeJS.Timeout>();
  #connections = 0;
  #stopped = false;

  constructor(port: number, random: Random, size: number) {
    this.#port = port;
    this.#random = random;
    for (let i = 0; i < size; i++) this.#fillPlace();
  }

  /** How many connections were made altogether. */
  get connections(): number {
    return this.#connections;
  }

  /** Gives up every connection. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const pause of this.#pauses) clearTimeout(pause);
    const closed = Array.from(this.#sockets, closeOf);
    for (const socket of this.#sockets) giveUp(socket);
    await Promise.all(closed);
  }

  #fillPlace(): void {
    const pause = setTimeout(() => {
      this.#pauses.delete(pause);
      this.#connect();
    }, this.#random.below(LONGEST_PAUSE));
    this.#pauses.add(pause);
  }

  #connect(): void {
    const random = this.#random.fork(this.#connections++);
    const name = random.among(Object.keys(ATTACKS));
    this.counts.set(name, this.counts.get(name)! + 1);
    const socket = connect({ port: this.#port, host: '127.0.0.1', allowHalfOpen: true });
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#sockets.delete(socket);
      if (!this.#stopped) this.#fillPlace();
    });
    socket.resume();
    socket.on('connect', () => ATTACKS[name]!(socket, random));
  }
}

/** Fulfilled once the connection is closed, with an error or without. */
function closeOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

/** Resets a connection; one that we have ended can't be reset, and is destroyed. */
function giveUp(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
