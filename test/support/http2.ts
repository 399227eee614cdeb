import { once } from 'node:events';
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
  type OutgoingHttpHeaders,
  type SecureClientSessionOptions,
  type SecureServerOptions,
} from 'node:http2';
import { afterEach } from 'node:test';
import type { Hub } from '../../src/node/hub.ts';
import type { HubOptions } from '../../src/node/hub-options.ts';
import { CERTIFICATE, KEY } from './certificate.ts';
import { portOf } from './host-server.ts';
import { newHub } from './running-hub.ts';

const open: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

/** What an application does with what is not the hub's. */
type Application = (request: Http2ServerRequest, response: Http2ServerResponse) => void;

/** An application that says which request it was asked to answer. */
const ANSWER_ALL: Application = (request, response) => {
  response.end(`application ${request.method} ${request.url}`);
};

/** A hub inside a server of node:http2 without TLS, whose application answers everything else. */
export async function http2Hub(
  application: Application | undefined = ANSWER_ALL,
  options?: HubOptions,
) {
  const server = createServer();
  if (application !== undefined) server.on('request', application);
  return attached(server, hubWith(options), 'http');
}

/** The same with TLS, where HTTP/1.1 is spoken on the same port to those that want it. */
export async function secureHttp2Hub(
  application: Application | undefined = ANSWER_ALL,
  options?: HubOptions,
  more: SecureServerOptions = {},
) {
  const server = createSecureServer({ key: KEY, cert: CERTIFICATE, allowHTTP1: true, ...more });
  if (application !== undefined) server.on('request', application);
  return attached(server, hubWith(options), 'https');
}

/** A hub that gives up soon who does not leave. */
function hubWith(options: HubOptions = {}): Hub {
  return newHub({ ...options, limits: { closing: 300, linger: 300, ...options.limits } });
}

async function attached(server: Http2Server | Http2SecureServer, hub: Hub, scheme: string) {
  hub.attach(server);
  const origin = (await listening(server)).replace('http:', `${scheme}:`);
  return { hub, server, port: portOf(server), origin, peer: () => Http2Peer.connect(origin) };
}

/** Has a server listen until the test is over, and says where. */
export async function listening(server: Http2Server | Http2SecureServer): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = (): Promise<unknown> => new Promise((resolve) => server.close(resolve));
  open.push({ close });
  return `http://localhost:${portOf(server)}`;
}

/** What was answered on a stream. */
export interface Http2Answer {
  readonly status: number | undefined;
  readonly fields: IncomingHttpHeaders & IncomingHttpStatusHeader;
  readonly content: string;
  /** The error code that the stream was closed with. */
  readonly code: number | undefined;
}

/** The client's end of a session. */
export class Http2Peer {
  readonly session: ClientHttp2Session;

  private constructor(session: ClientHttp2Session) {
    this.session = session;
  }

  /** Connects, and waits for the settings of the server. */
  static async connect(origin: string, options?: SecureClientSessionOptions): Promise<Http2Peer> {
    const trusting = { rejectUnauthorized: false, ...options };
    const session = connect(origin.replace('localhost', '127.0.0.1'), trusting);
    session.on('error', () => {});
    open.push({ close: async () => session.destroy() });
    await once(session, 'remoteSettings');
    return new Http2Peer(session);
  }

  /** Sends a request, and waits for the whole answer. */
  async ask(path: string, fields: OutgoingHttpHeaders = {}, content?: string | Buffer) {
    const isEmpty = content === undefined && fields[':method'] !== 'CONNECT';
    const stream = this.session.request(
      { ':path': path, ':authority': 'localhost', ...fields },
      { endStream: isEmpty },
    );
    if (content !== undefined) stream.end(content);
    else if (!isEmpty) stream.on('end', () => stream.end());
    return answerOf(stream);
  }

  /** Sends a request, and waits for the head of the answer. */
  async begin(path: string, fields: OutgoingHttpHeaders = {}) {
    const stream = this.session.request(
      { ':path': path, ':authority': 'localhost', ...fields },
      { endStream: fields[':method'] === undefined },
    );
    stream.on('error', () => {});
    const [head] = (await once(stream, 'response')) as [Http2Answer['fields']];
    return { stream, head };
  }

  /** Asks for a WebSocket, and waits for the head of the answer. */
  async handshake(path: string, fields: OutgoingHttpHeaders = {}) {
    return this.begin(path, { ...HANDSHAKE, ...fields });
  }
}

/** What asks for a WebSocket. @see RFC 8441 §5.1 */
export const HANDSHAKE: OutgoingHttpHeaders = {
  ':method': 'CONNECT',
  ':protocol': 'websocket',
  'sec-websocket-version': '13',
};

/** Everything that comes on a stream until it is closed. */
export async function answerOf(stream: ClientHttp2Stream): Promise<Http2Answer> {
  let fields: Http2Answer['fields'] = {};
  const pieces: Buffer[] = [];
  stream.on('response', (head) => {
    fields = head;
  });
  stream.on('data', (octets: Buffer) => pieces.push(octets));
  stream.on('error', () => {});
  await new Promise((resolve) => stream.on('close', resolve));
  const content = Buffer.concat(pieces).toString('latin1');
  return { status: fields[':status'], fields, content, code: stream.rstCode };
}

/** Reads from a stream until what has come contains `expected`. */
export async function readStreamUntil(
  stream: ClientHttp2Stream,
  expected: string,
): Promise<string> {
  let received = '';
  return new Promise((resolve, reject) => {
    const onData = (octets: Buffer): void => {
      received += octets.toString('latin1');
      if (!received.includes(expected)) return;
      stream.off('data', onData);
      resolve(received);
    };
    stream.on('data', onData);
    stream.once('close', () => reject(new Error(`closed after ${JSON.stringify(received)}`)));
  });
}
