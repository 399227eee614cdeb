import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Asked, Notes, piecesOf, readAsked } from '../../examples/reflectors/asked.ts';

/** A server that has been started, and how to be rid of it. */
export interface Running {
  readonly server: Server;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * A subject and a reflector on `node:http`, the way its documentation has one write them. For what
 * a peer does wrong with this server, `node:http` is to blame and not the application.
 *
 * @param prepare - joins a WebSocket library to the server.
 */
export async function startNodeHttp(
  prepare: (server: Server) => void = () => {},
  port = 0,
): Promise<Running> {
  const notes = new Notes();
  const server = createServer((request, response) => {
    answer(request, response, notes).catch(() => response.destroy());
  });
  prepare(server);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    server,
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, notes: Notes) {
  const { pathname } = targetOf(request);
  if (pathname === '/reflect') return reflect(request, response, notes);
  const content = await contentOf(request);
  const plain = { 'Content-Type': 'text/plain' };
  if (pathname === '/' && (request.method === 'GET' || request.method === 'HEAD')) {
    response.writeHead(200, { ...plain, 'Content-Length': 2 }).end('ok');
  } else if (pathname === '/') {
    response.writeHead(405, { ...plain, Allow: 'GET, HEAD' }).end('not allowed\n');
  } else if (pathname === '/echo' && request.method === 'POST') {
    response.writeHead(200, { ...plain, 'Content-Length': content.length }).end(content);
  } else {
    response.writeHead(404, plain).end('not found\n');
  }
}

/** @see ../../spec/reflector.ts */
async function reflect(request: IncomingMessage, response: ServerResponse, notes: Notes) {
  const asked = readAsked(request.url!);
  if (asked.token !== undefined) note(asked.token, response, notes);
  if (!asked.unread) await contentOf(request);
  if (asked.wait > 0) await sleep(asked.wait);
  if (asked.early !== undefined) response.writeEarlyHints({ link: asked.early });
  try {
    respond(request, response, asked, notes.answer(asked));
  } catch (error) {
    response.writeHead(500, { 'Content-Type': 'text/plain' }).end(`${error}\n`);
  }
}

function respond(
  request: IncomingMessage,
  response: ServerResponse,
  asked: Asked,
  noted: string | undefined,
): void {
  const { authorization } = request.headers;
  if (asked.private && authorization === undefined) {
    response
      .writeHead(401, { 'WWW-Authenticate': 'Basic realm="reflector"' })
      .end('who are you?\n');
  } else if (asked.view || noted !== undefined) {
    response.writeHead(200, { 'Content-Type': 'text/plain' }).end(noted ?? viewOf(request));
  } else if (asked.stream > 0) {
    writeHead(response, asked);
    for (const piece of piecesOf(asked)) response.write(piece);
    if (asked.abort) response.destroy();
    else
      response.addTrailers(asked.trailers.map(([name, value]): [string, string] => [name, value]));
    response.end();
  } else {
    writeHead(response, asked);
    response.end(asked.body);
  }
}

function writeHead(response: ServerResponse, asked: Asked): void {
  const headers: OutgoingHttpHeaders = { 'Content-Type': 'text/plain' };
  for (const [name, value] of asked.fields) {
    const before = headers[name];
    headers[name] = before === undefined ? value : ([before, value].flat() as string[]);
  }
  if (asked.length !== undefined) headers['Content-Length'] = asked.length;
  if (asked.trailers.length > 0)
    headers['Trailer'] = asked.trailers.map(([name]) => name).join(', ');
  if (asked.reason === undefined) response.writeHead(asked.status, headers);
  else response.writeHead(asked.status, asked.reason, headers);
}

function viewOf(request: IncomingMessage): Buffer {
  const fields = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
  const lines = [request.method, targetOf(request).hostname, ...fields];
  return Buffer.from(`${lines.join('\n')}\n`, 'latin1');
}

function note(token: string, response: ServerResponse, notes: Notes): void {
  notes.seen.add(token);
  response.once('close', () => {
    if (!response.writableEnded) notes.left.add(token);
  });
}

/** The target as a URI, the way a handler has to read it to know absolute targets. */
function targetOf(request: IncomingMessage): URL {
  const base = `http://${request.headers.host ?? 'localhost'}`;
  return URL.canParse(request.url!, base)
    ? new URL(request.url!, base)
    : new URL('http://invalid/-');
}

async function contentOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces);
}
