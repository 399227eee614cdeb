import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, it } from 'node:test';
import type { Page } from 'playwright-core';
import {
  bufferingProxy,
  type CuttingProxy,
  cuttingProxy,
  type RunningProxy,
} from '../support/proxies.ts';
import { describeInChromium } from './chromium.ts';
import { type LiveHub, liveHub, numbers } from './live-hub.ts';
import { openPage } from './page-client.ts';

const TRANSPORTS = [
  'websocket',
  'event-stream',
  'stream',
  'long-poll',
  'jsonp',
  'forever-frame',
] as const;

const COUNT = 1_000;

describeInChromium('connect, at a live route', (browser) => {
  let live: LiveHub;
  let proxy: CuttingProxy;
  let buffering: RunningProxy;
  let page: Page;
  let complaints: string[] = [];

  before(async () => {
    live = await liveHub();
    proxy = await cuttingProxy(live.port);
    buffering = await bufferingProxy(live.port);
  });
  after(async () => {
    await proxy.close();
    await buffering.close();
    await live.hub.close();
  });

  beforeEach(async () => {
    await open(proxy.url);
  });
  afterEach(async () => {
    await page.close();
    assert.deepEqual(complaints, []);
  });

  async function open(url: string): Promise<void> {
    await page?.close();
    page = await openPage(browser(), url);
    complaints = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
  }

  /** Connects, and waits until that is open; what is told is kept in the page. */
  async function begin(transports: readonly string[], options: object = {}): Promise<void> {
    await page.evaluate(
      ([names, given]) =>
        new Promise<void>((resolve, reject) => {
          const { jsonp, foreverFrame } = encke.fallbacks;
          const others: Record<string, typeof jsonp> = { jsonp, 'forever-frame': foreverFrame };
          globalThis.told = [];
          globalThis.connection = encke.connect('/live', {
            transports: names.map((name) => others[name] ?? (name as 'stream')),
            backoff: () => 20,
            onentry: ({ data }) => void told.push(data),
            ongap: ({ channels }) => void told.push(`gap of ${channels}`),
            onstate: (state) => state === 'open' && resolve(),
            onclose: (error) => reject(error),
            ...given,
          });
        }),
      [transports, options] as const,
    );
  }

  async function heard(count: number): Promise<unknown[]> {
    await page.waitForFunction((enough) => globalThis.told.length >= enough, count, {
      timeout: 20_000,
    });
    return page.evaluate(() => globalThis.told);
  }

  const state = (): Promise<unknown[]> =>
    page.evaluate(() => [connection.state, connection.transport]);

  for (const transport of TRANSPORTS) {
    it(`delivers ${COUNT} messages each way over ${transport}, in order, each once`, async () => {
      await begin([transport]);
      const session = await page.evaluate(() => connection.session!);
      const sending = page.evaluate(async (count) => {
        const sent: Promise<number>[] = [];
        for (let i = 0; i < count; i++) {
          sent.push(connection.send(i));
          if (i % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
        }
        return Promise.all(sent);
      }, COUNT);
      await live.publish(COUNT);
      assert.deepEqual(await heard(COUNT), numbers(COUNT));
      assert.deepEqual(
        await sending,
        numbers(COUNT).map((number) => number + 1),
      );
      assert.deepEqual(live.received.get(session), numbers(COUNT));
      assert.deepEqual(await state(), ['open', transport]);
    });

    it(`loses nothing and repeats nothing over ${transport} when it is cut again and again`, async () => {
      await begin([transport]);
      const session = await page.evaluate(() => connection.session!);
      const sending = page.evaluate(async (count) => {
        const sent: Promise<number>[] = [];
        for (let i = 0; i < count; i++) {
          sent.push(connection.send(i));
          if (i % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
        }
        await Promise.all(sent);
      }, COUNT);
      for (let i = 0; i < 10; i++) {
        await live.publish(COUNT / 10, (i * COUNT) / 10);
        await new Promise((resolve) => setTimeout(resolve, 30 * (i % 4)));
        proxy.cut();
      }
      assert.deepEqual(await heard(COUNT), numbers(COUNT));
      await sending;
      assert.deepEqual(live.received.get(session), numbers(COUNT));
      assert.equal(await page.evaluate(() => connection.session), session);
    });

    it(`notices that ${transport} has died silently, and goes on`, async () => {
      // Beside the WebSocket two more, since the last one tried is given ten seconds.
      const others = transport === 'websocket' ? ['event-stream', 'stream'] : [];
      await begin([transport, ...others]);
      proxy.stall();
      await live.publish(3);
      // A held poll is silent: it is given up when it should long have been answered.
      if (transport === 'long-poll' || transport === 'jsonp') proxy.cut();
      assert.deepEqual(await heard(3), numbers(3));
    });

    it(`reads on over ${transport} with what was read over another`, async () => {
      await begin(['stream']);
      await live.publish(5);
      await heard(5);
      const cursor = await page.evaluate(() => {
        connection.close();
        return connection.cursor!;
      });
      await live.publish(5, 5);
      await begin([transport], { cursor });
      assert.deepEqual(await heard(5), [5, 6, 7, 8, 9]);
    });
  }

  it('falls back through a proxy that strips Upgrade and buffers, within five seconds', async () => {
    await open(buffering.url);
    const began = Date.now();
    await begin(['websocket', 'event-stream', 'stream', 'long-poll']);
    assert.ok(Date.now() - began < 5_000, `${Date.now() - began} ms`);
    assert.deepEqual(await state(), ['open', 'long-poll']);
    await live.publish(COUNT);
    assert.deepEqual(await heard(COUNT), numbers(COUNT));
  });

  it('remembers on the next page what worked', async () => {
    const timed = async (): Promise<number> => {
      const began = Date.now();
      await begin(['websocket', 'event-stream', 'stream', 'long-poll']);
      return Date.now() - began;
    };
    await open(buffering.url);
    const first = await timed();
    await page.reload();
    for (const script of ['encke', 'encke-fallbacks']) {
      await page.addScriptTag({ path: `dist/browser/${script}.js` });
    }
    const again = await timed();
    assert.ok(again < first / 2, `${again} ms after ${first} ms`);
    assert.deepEqual(await state(), ['open', 'long-poll']);
  });

  it('works as a module', async () => {
    const content = `
      import { connect } from '/index.js';
      for await (const { data } of connect('/live')) told.push(data);`;
    await page.evaluate(() => {
      globalThis.told = [];
    });
    await page.addScriptTag({ type: 'module', content });
    await live.publishUntil(heard(1));
    assert.equal((await heard(1))[0], 'tick');
  });

  it('works in a worker', async () => {
    const read = page.evaluate(
      () =>
        new Promise((resolve) => {
          const worker = new Worker('/worker.js');
          worker.onmessage = ({ data }) => resolve(data);
        }),
    );
    await live.publishUntil(read);
    assert.deepEqual(await read, ['tick', 'websocket']);
  });

  it('is told by the words of the server that it is refused, first by a WebSocket', async () => {
    const refused = page.evaluate(
      () =>
        new Promise((resolve) => {
          encke.connect('/live?wrong', {
            onclose: (error) => resolve([error!.status, error!.message]),
          });
        }),
    );
    const [status, message] = (await refused) as [number, string];
    assert.deepEqual([status, message.trim()], [403, 'Not you.']);
  });

  it('takes nobody for dead because the page stood still, timers and all', async () => {
    await begin(['websocket']);
    const before = proxy.connections;
    const standing = page.evaluate(() => {
      const end = performance.now() + 4_500;
      while (performance.now() < end);
    });
    await live.publish(3);
    await standing;
    await page.waitForTimeout(1_200);
    assert.deepEqual(await heard(3), numbers(3));
    assert.equal(proxy.connections, before, 'the connection is the same');
  });

  it('sends although six polls take all connections that the browser has', async () => {
    const acknowledged = await page.evaluate(async () => {
      const connections = Array.from({ length: 6 }, () =>
        encke.connect('/live', { transports: ['long-poll'] }),
      );
      const all = (isReady: (connection: (typeof connections)[0]) => boolean) =>
        new Promise<void>((resolve) => {
          const timer = setInterval(() => {
            if (!connections.every(isReady)) return;
            clearInterval(timer);
            resolve();
          }, 20);
        });
      await all(({ state }) => state === 'open');
      await new Promise((resolve) => setTimeout(resolve, 200));
      const began = performance.now();
      await connections[3]!.send('through');
      const took = performance.now() - began;
      for (const connection of connections) connection.close();
      return took;
    });
    assert.ok(acknowledged < 3_000, `${acknowledged} ms`);
  });
});
