import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A request that a client of a live route makes, as a server of `node:http` sees it. */
export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  /** How many octets the request line and the fields took. */
  readonly headLength: number;
  /** Which connection it came over: the first is 1. */
  readonly connection: number;
  /** How many requests were unanswered when it came, itself included. */
  readonly outstanding: number;
  readonly at: number;
  /** The content, once it has come. */
  readonly content: () => Promise<string>;
  readonly response: ServerResponse;
}

/** A server whose every answer is the test's. */
export class ScriptedLive {
  readonly asked: Asked[] = [];
  url = '';
  readonly #answer: (asked: Asked, count: number) => unknown;
  #connections = 0;
  #outstanding = 0;
  readonly #numbers = new WeakMap<Socket, number>();
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((request, response) => this.#take(request, response));

  constructor(answer: (asked: Asked, count: number) => unknown) {
    this.#answer = answer;
  }

  async listen(): Promise<this> {
    this.#server.on('connection', (socket) => {
      this.#numbers.set(socket, ++this.#connections);
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/live`;
    return this;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers, rawHeaders, socket } = request;
    const fields = rawHeaders.reduce((length, part) => length + part.length + 2, 2);
    this.#outstanding++;
    response.on('close', () => this.#outstanding--);
    const asked: Asked = {
      method,
      url: new URL(url, this.url),
      headers,
      headLength: `${method} ${url} HTTP/1.1\r\n`.length + fields,
      connection: this.#numbers.get(socket)!,
      outstanding: this.#outstanding,
      at: performance.now(),
      content: async () => {
        let content = '';
        for await (const part of request) content += part;
        return content;
      },
      response,
    };
    this.asked.push(asked);
    this.#answer(asked, this.asked.length);
  }
}
