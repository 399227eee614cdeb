/**
 * The server of the memory runs, in a process of its own: it publishes what it is asked for, and
 * says how much memory is in use after a forced collection.
 *
 * @module
 */

import { setImmediate as turn } from 'node:timers/promises';
import { createHub } from '../../src/index.ts';
import { TRANSPORTS } from '../support/live-peer.ts';

/** What the server is asked for. */
export interface MemoryQuestion {
  /** How many entries of 1 KiB to publish first. */
  readonly publish: number;
  /** Whether to say how much memory is in use. */
  readonly measure: boolean;
}

/** What the server tells. */
export interface MemoryAnswer {
  readonly port?: number;
  /** Octets of heap, external and array buffers. */
  readonly memory?: number;
  readonly readers: number;
}

/** Entries whose records have 1 KiB, more or less. */
const TEXT = 'x'.repeat(940);

process.on('disconnect', () => process.exit());

const hub = createHub({
  hosts: '*',
  origins: '*',
  limits: { stall: 3_600_000, headTime: 3_600_000, sessionIdle: 1_000 },
});
hub.live('/events', {
  transports: TRANSPORTS,
  authorize: () => ({ channels: ['news'] }),
});
const news = hub.channel('news');
let published = 0;

process.on('message', async ({ publish, measure }: MemoryQuestion) => {
  for (let i = 0; i < publish; i++) news.publish({ n: published++, text: TEXT });
  await turn();
  tell(measure ? await measured() : {});
});

const { port } = await hub.listen();
tell({ port });

/** Collects twice: what the first collection frees may hold on to more. */
async function measured() {
  for (let i = 0; i < 2; i++) {
    globalThis.gc?.();
    await turn();
  }
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return { memory: heapUsed + external + arrayBuffers };
}

function tell(answer: Omit<MemoryAnswer, 'readers'>): void {
  process.send?.({ ...answer, readers: news.readers } satisfies MemoryAnswer);
}
