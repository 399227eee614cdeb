/**
 * The server that the attacks are made on: a process of its own, so that what it holds and what it works
 * can be told from what the attacker does. It counts whatever would have ended another process.
 *
 * `node --expose-gc victim.js '<options as JSON>'`
 *
 * @module
 */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createHub, type HubOptions, type Socket } from '../../src/index.ts';

/** How the victim is set up. */
export interface VictimOptions
  extends Pick<HubOptions, 'limits' | 'hosts' | 'origins' | 'heartbeat'> {
  /** Listens with a server of `node:http` that the hub is attached to. */
  readonly attached?: boolean;
}

/** What the victim has come to. */
export interface State {
  /** Octets that it holds after a collection. */
  readonly memory: number;
  /** Milliseconds of processor time that it has used. */
  readonly worked: number;
  /** Sockets that are open. */
  readonly sockets: number;
  /** Messages that came. */
  readonly messages: number;
  /** What the close handlers were told, most recent last: code and the name of the fault. */
  readonly closes: readonly string[];
  /** Exceptions and rejections that nobody caught, warnings, and what was reported to `onError`. */
  readonly faults: readonly string[];
}

const options = JSON.parse(process.argv[2] ?? '{}') as VictimOptions;
const faults: string[] = [];
const closes: string[] = [];
let sockets = 0;
let messages = 0;

for (const event of ['uncaughtException', 'unhandledRejection', 'warning'] as const) {
  process.on(event, (error: unknown) => faults.push(`${event}: ${String(error)}`));
}

const hub = createHub({ ...options, onError: (error) => faults.push(String(error)) });
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
hub.websocket('/', echo);
hub.http('/', () => ({ body: 'ok' }));
hub.http('/echo', async (request) => ({ body: await request.body.bytes() }));

process.on('message', () => process.send!(stateNow()));
process.on('disconnect', () => process.exit());
process.send!(await listen());

async function listen(): Promise<number> {
  if (!options.attached) return (await hub.listen()).port;
  const server = createServer((_, response) => response.end('application'));
  hub.attach(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function stateNow(): State {
  globalThis.gc!();
  const { heapUsed, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const worked = (user + system) / 1_000;
  return { memory: heapUsed + external, worked, sockets, messages, closes, faults };
}
