import assert from 'node:assert/strict';
import { type AddressInfo, connect, createServer } from 'node:net';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import * as undici from 'undici';

import { EventSource } from '../../src/client.ts';
import { createHub, type Hub } from '../../src/index.ts';

/** How many entries are published, and how many octets of them a connection lives for. */
const COUNT = 150;
const LIFE = 7_001;

/** How long a source may take to get them all, in milliseconds: it waits two seconds after each cut. */
const PATIENCE = 30_000;

/** Sources that know nothing of encke. */
const SOURCES = {
  'encke/client': EventSource,
  undici: undici.EventSource as unknown as typeof EventSource,
} as const;

describe('a live route, to a plain EventSource', { concurrency: true, timeout: 60_000 }, () => {
  for (const [name, Source] of Object.entries(SOURCES)) {
    it(`gives ${name} every entry once, in order, however often the connection is cut`, async () => {
      const hub = liveHub();
      const { port } = await hub.listen();
      const proxy = await startCuttingProxy(port, () => LIFE);
      const source = new Source(`http://127.0.0.1:${proxy.port}/live`);
      const received = numbersOf(source);
      await waitUntil(() => source.readyState === 1);
      for (let i = 0; i < COUNT; i++) {
        await hub.channel('numbers').publish(i);
        if (i % 10 === 0) await sleep(10);
      }
      await waitUntil(() => received.length >= COUNT);
      source.close();
      proxy.close();
      await hub.close();
      assert.deepEqual(
        received,
        Array.from({ length: COUNT }, (_, i) => i),
      );
      assert.ok(proxy.connections > 2, `${proxy.connections} connections`);
    });

    it(`gives ${name} what came before its first entry, though it was cut by then`, async () => {
      const hub = liveHub();
      const { port } = await hub.listen();
      const proxy = await startCuttingProxy(port, (n) =>
        n === 1 ? 600 : Number.POSITIVE_INFINITY,
      );
      const source = new Source(`http://127.0.0.1:${proxy.port}/live`);
      const received = numbersOf(source);
      await waitUntil(() => proxy.cuts === 1);
      await hub.channel('numbers').publish(7);
      await waitUntil(() => received.length > 0);
      source.close();
      proxy.close();
      await hub.close();
      assert.deepEqual(received, [7]);
    });
  }
});

// Helpers

function liveHub(): Hub {
  const hub = createHub();
  return hub.live('/live', { authorize: () => ({ channels: ['numbers'] }), heartbeat: 100 });
}

/** The numbers that a source tells, as they come, each with the ID of its entry. */
function numbersOf(source: EventSource): unknown[] {
  const received: unknown[] = [];
  source.onmessage = ({ data, lastEventId }) => {
    const record = JSON.parse(data);
    received.push(record.id === lastEventId ? record.data : 'another ID');
  };
  return received;
}

async function waitUntil(condition: () => boolean): Promise<void> {
  for (let waited = 0; waited < PATIENCE && !condition(); waited += 10) await sleep(10);
}

/** Carries connections to `port`; the nth for so many octets of what comes back. */
async function startCuttingProxy(port: number, life: (n: number) => number) {
  const server = createServer((client) => {
    let left = life(++proxy.connections);
    const upstream = connect(port, '127.0.0.1', () => client.pipe(upstream));
    client.on('error', () => {}).on('close', () => upstream.destroy());
    upstream.on('error', () => {}).on('close', () => client.destroy());
    upstream.on('data', (octets: Buffer) => {
      client.write(octets.subarray(0, left));
      left -= octets.length;
      if (left > 0) return;
      upstream.destroy();
      client.destroySoon();
      proxy.cuts++;
    });
  });
  const proxy = { connections: 0, cuts: 0, port: 0, close: () => server.close() };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy.port = (server.address() as AddressInfo).port;
  return proxy;
}
