/** Bun's own server, run by Bun: an echo on every upgrade, `ok` to every other request. */
import { serveAt } from './contender.ts';

interface BunServer {
  readonly port: number;
  upgrade(request: Request): boolean;
}

interface BunSocket {
  send(data: string | Uint8Array): void;
}

interface Bun {
  serve(options: {
    readonly port: number;
    readonly hostname: string;
    fetch(request: Request, server: BunServer): Response | undefined;
    readonly websocket: { message(socket: BunSocket, data: string | Uint8Array): void };
  }): BunServer;
}

const { Bun } = globalThis as unknown as { readonly Bun: Bun };

const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: (request, self) => {
    const taken = request.headers.has('upgrade') && self.upgrade(request);
    return taken ? undefined : new Response('ok');
  },
  websocket: { message: (socket, data) => socket.send(data) },
});

serveAt(server.port);
