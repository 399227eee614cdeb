import { type AddressInfo, createServer, type Socket } from 'node:net';
import { piecesOf, readAsked } from '../../examples/reflectors/asked.ts';
import { OutputList } from '../../src/bytes/output.ts';
import { DEFAULT_HEAD_LIMITS } from '../../src/http1/limits.ts';
import type { DecodedRequestHead } from '../../src/http1/request-head.ts';
import type { RequestTarget } from '../../src/http1/request-target.ts';
import { ServerEndpoint } from '../../src/http1/server-endpoint.ts';
import type { ServerListener } from '../../src/http1/server-listener.ts';

const BODY_LIMIT = 1_048_576;

/**
 * A reflector on the endpoint itself, without a hub around it: the way to early hints and trailers,
 * which a hub's handler has none to. It carries the endpoint's octets and does nothing else.
 */
export async function startEndpoint(): Promise<{ port: number; close(): void }> {
  const server = createServer({ allowHalfOpen: true }, (socket) => new Reflector(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

class Reflector implements ServerListener {
  readonly #output = new OutputList();
  readonly #endpoint: ServerEndpoint;

  constructor(socket: Socket) {
    const limits = { ...DEFAULT_HEAD_LIMITS, body: BODY_LIMIT };
    const date = () => new Date().toUTCString();
    this.#endpoint = new ServerEndpoint(this, this.#output, { limits, date });
    socket.on('data', (octets) => {
      this.#endpoint.receive(octets);
      this.#carry(socket);
    });
    socket.on('end', () => {
      this.#endpoint.receiveEnd();
      this.#carry(socket);
    });
    socket.on('error', () => socket.destroy());
  }

  request(_head: DecodedRequestHead, { path }: RequestTarget): void {
    const asked = readAsked(path);
    if (asked.early !== undefined) this.#endpoint.inform(103, { Link: asked.early });
    const names = asked.trailers.map(([name]) => name).join(', ');
    const trailer = names === '' ? [] : [['Trailer', names] as const];
    this.#endpoint.respondHead(asked.status, [['Content-Type', 'text/plain'], ...trailer]);
    for (const piece of asked.stream > 0 ? piecesOf(asked) : [asked.body]) {
      this.#endpoint.write(piece);
    }
    const trailers = asked.trailers.map(([name, value]) => ({ name, value }));
    try {
      this.#endpoint.finish(trailers);
    } catch {
      this.#endpoint.abort();
    }
  }

  content(): void {}
  contentEnd(): void {}
  fault(): void {}

  #carry(socket: Socket): void {
    socket.write(this.#output.take());
    if (this.#output.state === 'ended') socket.end();
    if (this.#output.state === 'destroyed') socket.destroy();
  }
}
