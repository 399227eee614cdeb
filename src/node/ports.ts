import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Address, ListenOptions } from './hub-options.ts';

const SOCKETS = { allowHalfOpen: true, noDelay: true } as const;

/** What a server listens on that listens on all addresses there are. */
const ANY_ADDRESS: readonly string[] = ['0.0.0.0', '::'];

/** Who serves the connections that come in. */
export interface PortsListener {
  /** @param localAddress - Where it came in, if all do that come in by this port. */
  accept(socket: Socket, localAddress: string | undefined): void;
  /** Told of what goes wrong with a port that is open. */
  report(error: unknown): void;
}

/** The TCP ports that a hub listens on. */
export class Ports {
  readonly #listener: PortsListener;
  readonly #servers = new Set<Server>();
  #isClosed = false;

  constructor(listener: PortsListener) {
    this.#listener = listener;
  }

  /**
   * Opens one.
   *
   * @returns Where, once it is open. Rejects with Node's error when it can't be, such as `EADDRINUSE`,
   * and with an Error once {@link close} was called.
   */
  async open({ port = 0, host = '127.0.0.1' }: ListenOptions): Promise<Address> {
    let local: string | undefined;
    const server = createServer(SOCKETS, (socket) => this.#listener.accept(socket, local));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen({ port, host }, resolve);
    });
    if (this.#isClosed) {
      server.close();
      throw new Error('the hub is closed');
    }
    server.removeAllListeners('error').on('error', (error) => this.#listener.report(error));
    this.#servers.add(server);
    const { port: bound, address } = server.address() as AddressInfo;
    // All its connections come in on this address: none has to be asked, and to keep its answer.
    if (!ANY_ADDRESS.includes(address)) local = address;
    const name = address.includes(':') ? `[${address}]` : address;
    return { port: bound, host: address, url: `http://${name}:${bound}/` };
  }

  /** Closes all of them, and resolves when the last connection is gone that came in by one. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const closed = [...this.#servers].map(
      (server) => new Promise<void>((resolve) => server.close(() => resolve())),
    );
    await Promise.all(closed);
  }
}
