import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import {
  connect,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from 'node:net';

/** Where a proxy listens, and how to be rid of it. */
export interface RunningProxy {
  readonly url: string;
  close(): Promise<void>;
}

/** A proxy that passes octets on both ways, until it is told to cut or to fall silent. */
export interface CuttingProxy extends RunningProxy {
  /** How many connections it has passed on. */
  readonly connections: number;
  /** Cuts all connections. */
  cut(): void;
  /** Passes nothing on any more over the connections that there are, nor tells anyone. */
  stall(): void;
}

/** Begins to pass octets on to a port of this machine. */
export async function cuttingProxy(port: number): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createTcpServer((client) => {
    connections++;
    const target = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [client, target],
      [target, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => {});
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  return {
    url: await listening(server),
    get connections() {
      return connections;
    },
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    stall() {
      for (const socket of sockets) socket.unpipe().pause();
    },
    close: () => closed(server, () => sockets),
  };
}

/**
 * Begins to pass requests on as a proxy does that knows nothing of push: it takes Upgrade away, and
 * answers only once it has all of an answer.
 */
export async function bufferingProxy(port: number): Promise<RunningProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((asked, answer) => {
    const { method, url: path, headers } = asked;
    const options = { port, host: '127.0.0.1', method, path, headers: withoutUpgrade(headers) };
    const passed = request(options, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const { 'transfer-encoding': _, ...fields } = response.headers;
        answer.writeHead(response.statusCode!, fields);
        answer.end(Buffer.concat(parts));
      });
    });
    passed.on('error', () => answer.destroy());
    answer.on('close', () => passed.destroy());
    asked.pipe(passed);
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  return { url: await listening(server), close: () => closed(server, () => sockets) };
}

function withoutUpgrade(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { upgrade: _, connection: __, ...others } = headers;
  return others;
}

async function listening(server: TcpServer): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
}

async function closed(server: TcpServer, sockets: () => Iterable<Socket>): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets()) socket.destroy();
  });
}
