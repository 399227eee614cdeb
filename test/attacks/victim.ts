/**
 * The server that the attacks are made on: a process of its own, so that what it holds and what it works
 * can be told from what the attacker does. It counts whatever would have ended another process.
 *
 * `node --expose-gc victim.js '<options as JSON>'`
 *
 * @module
 */

import { createServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

import { createHub, type HubOptions, type Request, type Socket } from '../../src/index.ts';
import { CERTIFICATE, KEY } from '../support/certificate.ts';
import { TRANSPORTS } from '../support/live-peer.ts';

/** How the victim is set up. */
export interface VictimOptions
  extends Pick<HubOptions, 'limits' | 'hosts' | 'origins' | 'heartbeat'> {
  /** Listens with a server of `node:http` that the hub is attached to. */
  readonly attached?: boolean;
  /** Compresses the messages of the plain WebSockets. */
  readonly compression?: boolean;
}

/** The ports of the victim. */
export interface Doors {
  readonly port: number;
  /** Here it speaks TLS, and what asks for a name or a protocol with `fault` in it makes it throw. */
  readonly securePort: number;
}

/** What the victim has come to. */
export interface State {
  /** Octets that it holds after a collection. */
  readonly memory: number;
  /** The most memory that its process ever had, in octets. */
  readonly highest: number;
  /** Milliseconds of processor time that it has used. */
  readonly worked: number;
  /** Sockets that are open. */
  readonly sockets: number;
  /** Sessions of the live route that are open. */
  readonly sessions: number;
  /** Sessions that were ever opened. */
  readonly opened: number;
  /** Names that every object has, beyond those of the language. */
  readonly pollution: readonly string[];
  /** Messages that came. */
  readonly messages: number;
  /** What the close handlers were told, most recent last: code and the name of the fault. */
  readonly closes: readonly string[];
  /** Exceptions and rejections that nobody caught, warnings, and what was reported to `onError`. */
  readonly faults: readonly string[];
}

const NAMES_OF_OBJECTS = Object.getOwnPropertyNames(Object.prototype);

/** What everybody may read: some are called as members of every object are. */
const CHANNELS = ['news', '__proto__', 'constructor', 'toString', 'hasOwnProperty'];

const options = JSON.parse(process.argv[2] ?? '{}') as VictimOptions;
const faults: string[] = [];
const closes: string[] = [];
let sockets = 0;
let messages = 0;
let sessions = 0;
let opened = 0;

const { attached, compression = false, ...given } = options;
const hub = createHub({ ...given, onError: (error) => faults.push(String(error)) });
const echo = {
  open: (_socket: Socket) => {
    sockets++;
  },
  message: (socket: Socket, data: string | Uint8Array) => {
    messages++;
    if (data === 'close') socket.close();
    else socket.send(data);
  },
  close: (_socket: Socket, code: number, _reason: string, error?: { readonly code: string }) => {
    sockets--;
    closes.push(`${code} ${error?.code ?? ''}`.trimEnd());
  },
};
hub.websocket('/', { ...echo, compression });
hub.live('/live', {
  transports: TRANSPORTS,
  authorize: (request: Request) => {
    const asked = new URL(request.url, 'http://victim').searchParams;
    if (asked.has('refuse')) return { status: 401, body: 'no token' };
    const expires = asked.has('expires') ? Date.now() + Number(asked.get('expires')) : undefined;
    return { channels: CHANNELS, identity: asked.get('as') ?? undefined, expires };
  },
  open: () => {
    sessions++;
    opened++;
  },
  message: (session, data) => {
    messages++;
    const { channel, to } = Object(data) as { channel?: string; to?: string };
    if (to === 'fault') throw new Error('a handler throws');
    if (to === 'inbox') session.send(data);
    else hub.channel(channel ?? 'news').publish(data);
  },
  close: () => {
    sessions--;
  },
});
hub.http('/', () => ({ body: 'ok' }));
hub.http('/echo', async (request) => ({ body: await request.body.bytes() }));

process.on('message', () => process.send!(stateNow()));
process.on('disconnect', () => process.exit());
const doors: Doors = { port: await listen(), securePort: await listenSecurely() };
// Until it listens, what goes wrong ends it: it would be waited for in vain.
for (const event of ['uncaughtException', 'unhandledRejection', 'warning'] as const) {
  process.on(event, (error: unknown) => faults.push(`${event}: ${String(error)}`));
}
process.send!(doors);

async function listen(): Promise<number> {
  if (!attached) return (await hub.listen()).port;
  const server = createServer((_, response) => response.end('application'));
  hub.attach(server);
  return portOf(server);
}

function listenSecurely(): Promise<number> {
  const callbacks = {
    SNICallback: (name: string, done: (error: Error | null) => void) => {
      throwOver(name);
      done(null);
    },
    ALPNCallback: ({ protocols }: { readonly protocols: readonly string[] }) => {
      throwOver(protocols.join());
      return 'http/1.1';
    },
  };
  return portOf(createTlsServer({ key: KEY, cert: CERTIFICATE, ...callbacks }, hub.accept));
}

function throwOver(asked: string): void {
  if (asked.includes('fault')) throw new Error(`a callback of TLS throws over ${asked}`);
}

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function stateNow(): State {
  globalThis.gc!();
  const { heapUsed, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const worked = (user + system) / 1_000;
  const pollution = Object.keys(Object.getOwnPropertyDescriptors(Object.prototype)).filter(
    (name) => !NAMES_OF_OBJECTS.includes(name),
  );
  const memory = heapUsed + external;
  const highest = 1_024 * process.resourceUsage().maxRSS;
  return {
    memory,
    highest,
    worked,
    sockets,
    sessions,
    opened,
    pollution,
    messages,
    closes,
    faults,
  };
}
