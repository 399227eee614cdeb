import type { Socket } from 'node:net';
import { connectTo } from './connection.ts';
import type { Exchange, Traffic } from './traffic.ts';

/** How much is under way at once. */
export interface Shape {
  readonly connections: number;
  /** How many operations of each connection are in flight. */
  readonly depth: number;
}

/**
 * Connections that each keep so many operations in flight: for every answer that has come, the next
 * request leaves. The octets were made before; answers are counted by their octets, and one answer
 * of each connection is compared whole before the load and after it.
 */
export class Load {
  readonly #lanes: readonly Lane[];

  private constructor(lanes: readonly Lane[]) {
    this.#lanes = lanes;
  }

  /** How many octets came for each answer. */
  get octetsPerAnswer(): number {
    const sum = (of: (lane: Lane) => number) =>
      this.#lanes.reduce((all, lane) => all + of(lane), 0);
    return sum(({ octets }) => octets) / sum(({ answered }) => answered);
  }

  static async open(port: number, traffic: Traffic, shape: Shape): Promise<Load> {
    const lanes: Lane[] = [];
    for (let i = 0; i < shape.connections; i++) {
      const socket = await connectTo(port);
      await traffic.open(socket);
      lanes.push(new Lane(socket, traffic, await traffic.verify(socket), shape.depth));
    }
    return new Load(lanes);
  }

  /** Keeps the operations in flight for so many milliseconds, waits for the last answers, and counts. */
  async run(time: number): Promise<number> {
    const runs = this.#lanes.map((lane) => lane.run());
    setTimeout(() => this.#stop(), time);
    const answers = await Promise.all(runs);
    return answers.reduce((sum, count) => sum + count, 0);
  }

  /** Looks at one more answer of each connection, so that nothing came too much, and closes. */
  async close(): Promise<void> {
    for (const lane of this.#lanes) await lane.close();
  }

  #stop(): void {
    for (const lane of this.#lanes) lane.stop();
  }
}

/** One connection of a load. */
class Lane {
  readonly #socket: Socket;
  readonly #traffic: Traffic;
  readonly #answerLength: number;
  readonly #depth: number;
  readonly #exchange: Exchange | undefined;
  /** How many octets came, and how many answers they were. */
  octets = 0;
  answered = 0;
  #received = 0;
  #inFlight = 0;
  #running = false;
  #settle: (error?: Error) => void = () => {};

  constructor(socket: Socket, traffic: Traffic, answerLength: number, depth: number) {
    this.#socket = socket;
    this.#traffic = traffic;
    this.#answerLength = answerLength;
    this.#depth = depth;
    this.#exchange = traffic.exchange?.();
  }

  run(): Promise<number> {
    const take = (octets: Buffer) => this.#take(octets);
    const fail = () => this.#settle(new Error('closed under load'));
    this.#socket.on('data', take).on('close', fail);
    return new Promise((resolve, reject) => {
      this.#settle = (error) => {
        this.#socket.off('data', take).off('close', fail);
        if (error) reject(error);
        else resolve(this.answered);
      };
      this.#running = true;
      this.answered = 0;
      this.octets = 0;
      this.#send(this.#depth);
    });
  }

  /** Sends nothing more. The run ends with the last answer. */
  stop(): void {
    this.#running = false;
    if (this.#inFlight === 0) this.#settle();
  }

  async close(): Promise<void> {
    await this.#traffic.verify(this.#socket);
    this.#socket.destroy();
  }

  #send(count: number): void {
    const { requests, requestLength } = this.#traffic;
    this.#inFlight += count;
    if (this.#exchange === undefined) {
      this.#socket.write(requests.subarray(0, count * requestLength));
    } else {
      for (let i = 0; i < count; i++) this.#socket.write(this.#exchange.request());
    }
  }

  #take(octets: Buffer): void {
    this.octets += octets.length;
    const answers = this.#exchange?.take(octets) ?? this.#answersIn(octets.length);
    this.answered += answers;
    this.#inFlight -= answers;
    if (this.#inFlight < 0) this.#settle(new Error('more answers than requests'));
    else if (answers > 0 && this.#running) this.#send(answers);
    else if (this.#inFlight === 0) this.#settle();
  }

  /** How many answers are complete when so many octets more have come. */
  #answersIn(length: number): number {
    this.#received += length;
    const answers = Math.floor(this.#received / this.#answerLength);
    this.#received -= answers * this.#answerLength;
    return answers;
  }
}
