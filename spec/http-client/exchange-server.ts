/**
 * A server that answers each request of a client under test as a probe tells it to, octet by octet, and
 * keeps what it was asked.
 *
 * @module
 */

import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { FairTimer } from '../fair-timer.ts';
import type { RequestHead } from '../models/request.ts';
import type { Fault } from '../models/response.ts';
import { streamOf } from '../tls-wire.ts';
import { Wire } from '../wire.ts';
import { ClientConnection } from './client-connection.ts';

/** A request that the client under test has made. */
export interface Asked extends RequestHead {
  readonly connection: ClientConnection;
  /** When its head had come, in milliseconds. */
  readonly at: number;
  /** The content, each character an octet; nothing while it is not all there. */
  content: string | undefined;
  faults: readonly Fault[];
}

/** What to send, a segment each; nothing when the probe sends itself, or nothing is to be said. */
export type Answer = string | readonly string[] | undefined;

/** Decides what a request is answered, the first of which has the number 1. */
export type Answering = (asked: Asked, count: number) => Answer | Promise<Answer>;

/** What a server shows of itself inside TLS. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

/** Listens on loopback, for one client under test. */
export class ExchangeServer {
  readonly connections: ClientConnection[] = [];
  /** What was asked, in the order in which it came. */
  readonly requests: Asked[] = [];
  /** Where the server is: `http://127.0.0.1:…`, without a slash. */
  readonly origin: string;
  /** What a whole request is answered. */
  answer: Answering = () => ok();
  /** What is sent as soon as the head is there, in front of the answer. */
  answerHead: Answering = () => undefined;
  readonly #server: Server;
  readonly #timeout: number;
  readonly #waiting = new Set<() => void>();

  private constructor(server: Server, timeout: number, identity: Identity | undefined) {
    this.#server = server;
    this.#timeout = timeout;
    const { port } = server.address() as AddressInfo;
    this.origin = `${identity === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
    server.on('connection', (socket) => {
      const carrier = Wire.over(socket, timeout);
      const wire = identity === undefined ? carrier : secured(carrier, identity, timeout);
      // Inside TLS the end of the connection comes after that of what it carries.
      for (const event of ['end', 'close']) socket.on(event, () => this.#changed());
      void this.#serve(wire, carrier);
    });
  }

  /** @param identity - Whom to be inside TLS; without it, there is none. */
  static async start(timeout: number, identity?: Identity): Promise<ExchangeServer> {
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ExchangeServer(server, timeout, identity);
  }

  /** The connections as they were recorded. */
  get wires(): Wire[] {
    return this.connections.map(({ carrier }) => carrier);
  }

  /** Waits until the condition holds, and returns whether it does in so many milliseconds. */
  async until(condition: () => boolean, milliseconds: number = this.#timeout): Promise<boolean> {
    if (condition()) return true;
    await new Promise<void>((resolve) => {
      const done = () => {
        timer.stop();
        this.#waiting.delete(look);
        resolve();
      };
      const look = () => condition() && done();
      const timer = new FairTimer(done, milliseconds);
      this.#waiting.add(look);
    });
    return condition();
  }

  /** Lets go of all connections and stops listening. */
  close(): void {
    this.#server.close();
    for (const { wire, carrier } of this.connections) {
      wire.close();
      carrier.close();
    }
  }

  async #serve(wire: Wire, carrier: Wire): Promise<void> {
    const number = this.connections.length + 1;
    const connection = new ClientConnection(number, wire, carrier, () => this.#changed());
    this.connections.push(connection);
    this.#changed();
    for (;;) {
      const head = await connection.readHead();
      if (head === undefined) break;
      const asked: Asked = { ...head, connection, at: Date.now(), content: undefined };
      this.requests.push(asked);
      const count = this.requests.length;
      this.#changed();
      await send(connection, await this.answerHead(asked, count));
      const content = await connection.readContent(head);
      if (content === undefined) break;
      asked.content = content.content.toString('latin1');
      asked.faults = [...asked.faults, ...content.faults];
      this.#changed();
      await send(connection, await this.answer(asked, count));
    }
    await connection.readOn();
  }

  #changed(): void {
    for (const look of this.#waiting) look();
  }
}

/** A response with a length, after which the connection goes on unless a field says otherwise. */
export function ok(content = 'ok', ...fields: readonly string[]): string {
  return response('200 OK', content, ...fields);
}

/** A response with a length. */
export function response(status: string, content: string, ...fields: readonly string[]): string {
  const lines = [`HTTP/1.1 ${status}`, `Content-Length: ${content.length}`, ...fields];
  return `${lines.join('\r\n')}\r\n\r\n${content}`;
}

async function send({ wire }: ClientConnection, answer: Answer): Promise<void> {
  if (answer !== undefined) await wire.send(...[answer].flat());
}

/** TLS 1.2 at most, where the types of the records can be seen from outside. */
function secured(carrier: Wire, { key, cert }: Identity, timeout: number): Wire {
  const socket = new TLSSocket(streamOf(carrier) as Socket, {
    isServer: true,
    key,
    cert,
    maxVersion: 'TLSv1.2',
  });
  return Wire.over(socket, timeout);
}
