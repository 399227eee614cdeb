/**
 * Bun's own server, run by Bun: an echo on every upgrade, `ok` to every other request. With the argument
 * `compression`, messages are compressed by its defaults.
 */
import { serveAt } from './contender.ts';

interface BunServer {
  readonly port: number;
  upgrade(request: Request): boolean;
}

interface BunSocket {
  send(data: string | Uint8Array, compress: boolean): void;
}

interface Bun {
  serve(options: {
    readonly port: number;
    readonly hostname: string;
    fetch(request: Request, server: BunServer): Response | undefined;
    readonly websocket: {
      readonly perMessageDeflate: boolean;
      message(socket: BunSocket, data: string | Uint8Array): void;
    };
  }): BunServer;
  gc(force: boolean): void;
}

const { Bun } = globalThis as unknown as { readonly Bun: Bun };

const perMessageDeflate = process.argv.includes('compression');

const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: (request, self) => {
    const taken = request.headers.has('upgrade') && self.upgrade(request);
    return taken ? undefined : new Response('ok');
  },
  websocket: {
    perMessageDeflate,
    message: (socket, data) => socket.send(data, perMessageDeflate),
  },
});

globalThis.gc = (() => Bun.gc(true)) as typeof globalThis.gc;
serveAt(server.port);
