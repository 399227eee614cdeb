/**
 * A server that says what a probe of a client tells it to, octet by octet.
 *
 * @module
 */

import { type AddressInfo, createServer, type Server } from 'node:net';
import { FairTimer } from './fair-timer.ts';
import { Wire } from './wire.ts';

/** The first request on a connection of the client under test, to be answered with `Connection: close`. */
export interface Visit {
  readonly wire: Wire;
  /** The head of the request, each character an octet. */
  readonly head: string;
  /** When it had come, in milliseconds. */
  readonly at: number;
}

/** How long what a client sent before it was gone may take to come, in milliseconds. */
const LAST_WAY = 250;

/** Listens on loopback, for one client under test. */
export class ScriptedServer {
  /** All connections that were made, in order. */
  readonly wires: Wire[] = [];
  /** Where the server is: `http://127.0.0.1:…`, without a slash. */
  readonly origin: string;
  readonly #server: Server;
  readonly #timeout: number;
  /** The requests that nobody has asked for yet. */
  readonly #waiting: Visit[] = [];
  #wake: () => void = () => {};
  #hurry: () => void = () => {};
  #isDeserted = false;

  private constructor(server: Server, timeout: number) {
    this.#server = server;
    this.#timeout = timeout;
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', (socket) => {
      const wire = Wire.over(socket, timeout);
      this.wires.push(wire);
      void this.#receive(wire);
    });
  }

  /** @param timeout - How long to wait for what has to come, in milliseconds. */
  static async start(timeout: number): Promise<ScriptedServer> {
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ScriptedServer(server, timeout);
  }

  /** The next request; nothing when none comes, in `milliseconds` if told so. */
  async next(milliseconds: number = this.#timeout): Promise<Visit | undefined> {
    if (this.#waiting.length === 0) {
      await new Promise<void>((resolve) => {
        let timer = new FairTimer(resolve, this.#isDeserted ? LAST_WAY : milliseconds);
        this.#wake = () => {
          timer.stop();
          resolve();
        };
        this.#hurry = () => {
          timer.stop();
          timer = new FairTimer(resolve, LAST_WAY);
        };
      });
      this.#hurry = () => {};
    }
    return this.#waiting.shift();
  }

  /** Whether nobody will come any more, as all clients are gone: what is waited for then is on its way, or never comes. */
  set isDeserted(isDeserted: boolean) {
    this.#isDeserted = isDeserted;
    if (isDeserted) this.#hurry();
  }

  /** Lets go of all connections and stops listening. */
  close(): void {
    this.#server.close();
    for (const wire of this.wires) wire.close();
  }

  /** A connection without a request is no visit: some clients make one for later. */
  async #receive(wire: Wire): Promise<void> {
    const head = (await wire.readHead()).toString('latin1');
    if (!head.endsWith('\r\n\r\n')) return;
    this.#waiting.push({ wire, head, at: Date.now() });
    this.#wake();
  }
}

/** The value of a field of a request's head; nothing when it is not there. */
export function fieldOf(visit: Visit, name: string): string | undefined {
  return fieldValuesOf(visit, name)[0];
}

/** The values of all lines of a field of a request's head. */
export function fieldValuesOf({ head }: Visit, name: string): string[] {
  const lines = head.split('\r\n').slice(1);
  const prefix = `${name.toLowerCase()}:`;
  return lines
    .filter((line) => line.toLowerCase().startsWith(prefix))
    .map((line) => line.slice(prefix.length).trim());
}
