/**
 * The server under attack, in a process of its own: an encke hub with limits of time so short
 * that each of them is met often in a minute. It answers questions over IPC.
 *
 * @module
 */

import { setImmediate as turn } from 'node:timers/promises';
import { createHub, HttpError, WebSocketError } from '../../src/index.ts';

/** What the server tells of itself. */
export interface Report {
  readonly port?: number;
  /** Octets in use after a forced collection: heap, external and array buffers. */
  readonly memory?: number;
  /** Connections that Node still holds. */
  readonly sockets?: number;
  /** What keeps the process alive after `hub.close()`. */
  readonly resources?: readonly string[];
  /** Uncaught exceptions, unhandled rejections, warnings, and errors not of a peer's making. */
  readonly incidents?: readonly string[];
}

let isClosed = false;
const incidents: string[] = [];
process.on('uncaughtException', (error) => incidents.push(`uncaught: ${error.stack}`));
process.on('unhandledRejection', (reason) => incidents.push(`unhandled: ${reason}`));
process.on('warning', (warning) => incidents.push(`warning: ${warning.stack}`));

const hub = createHub({
  hosts: '*',
  heartbeat: 2_000,
  limits: {
    headTime: 2_000,
    bodyTime: 3_000,
    idleTime: 2_000,
    stall: 5_000,
    closing: 1_000,
    linger: 500,
  },
  onError: (error) => {
    const isPeers = error instanceof HttpError || error instanceof WebSocketError;
    if (!isPeers) incidents.push(`onError: ${error}`);
  },
});
hub.websocket('/', {
  message: (socket, data) => {
    socket.send(data);
  },
});
hub.http('/', () => ({ body: 'ok' }));
hub.http('/echo', async (request) => ({ body: await request.body.bytes() }));

process.on('message', async (question: 'state' | 'close') => {
  if (question === 'close') {
    await hub.close();
    isClosed = true;
  }
  await collect();
  tell(state());
  if (question === 'close') process.disconnect();
});

// Whoever asks is gone.
process.on('disconnect', () => {
  if (!isClosed) process.exit(1);
});

const { port } = await hub.listen({ port: 0 });
tell({ port });

function state(): Report {
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  const resources = process.getActiveResourcesInfo();
  const sockets = resources.filter((resource) => resource === 'TCPSocketWrap').length;
  return { memory: heapUsed + external + arrayBuffers, sockets, resources, incidents };
}

/** Collects twice: what the first collection frees may hold on to more. */
async function collect(): Promise<void> {
  for (let i = 0; i < 2; i++) {
    globalThis.gc?.();
    await turn();
  }
}

function tell(report: Report): void {
  process.send?.(report);
}
