import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { createHub, type Hub } from 'encke';
import type { Page } from 'playwright-core';
import { describeInChromium } from './chromium.ts';
import { openPage } from './page-client.ts';

const ALL = ['websocket', 'event-stream', 'stream', 'long-poll', 'jsonp', 'forever-frame'] as const;

/** The name of a host that Chromium is told to find on this machine. */
const REBOUND = 'rebound.example';

/** What a page that knows the address can try without the client. */
const WAYS = ['script', 'iframe', 'EventSource', 'fetch', 'WebSocket'] as const;

/** How many tests wait at once. */
const AT_ONCE = 4;

/** For how many milliseconds something is tried that has to fail, and what has to succeed at most. */
const [LONG_ENOUGH, PATIENCE] = [1_000, 20_000];

/**
 * Tries one of the ways until a record was read, or for so many milliseconds; returns all that the
 * page could read. Runs in the page.
 */
async function attempt([way, address, patience]: readonly [
  way: (typeof WAYS)[number],
  address: string,
  patience: number,
]) {
  const read: unknown[] = [];
  const texts = (): string[] =>
    read.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)));
  const url = (query: string): string => `${address}?${query}`;
  if (way === 'script') {
    (globalThis as unknown as { stolen: unknown }).stolen = (records: unknown[]) =>
      read.push(...records);
    const script = document.createElement('script');
    script.src = url('transport=jsonp&callback=stolen');
    document.head.append(script);
  }
  if (way === 'iframe') {
    addEventListener('message', ({ data }) => read.push(data));
    const frame = document.createElement('iframe');
    frame.src = url('transport=forever-frame');
    document.body.append(frame);
  }
  if (way === 'EventSource') {
    const source = new EventSource(url(''), { withCredentials: true });
    source.onmessage = ({ data }) => read.push(data);
    source.addEventListener('encke', ({ data }) => read.push(data));
  }
  if (way === 'fetch') {
    for (const mode of ['cors', 'no-cors'] as const) {
      void fetch(url('transport=long-poll&wait=0'), { mode, credentials: 'include' })
        .then((response) => response.text())
        .then((text) => text !== '' && read.push(text))
        .catch(() => {});
    }
  }
  if (way === 'WebSocket') {
    const socket = new WebSocket(address.replace('http', 'ws'));
    socket.onopen = () => read.push('open');
    socket.onmessage = ({ data }) => read.push(data);
  }
  const end = performance.now() + patience;
  while (performance.now() < end && !texts().some((text) => /secret|ready/.test(text))) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return texts();
}

describeInChromium(
  'a live route, for the page of another site',
  (browser) => {
    let hub: Hub;
    let other: Hub;
    /** That of a page of another site. */
    let home: string;
    /** Where the routes are: as `127.0.0.1`, which to a page of `localhost` is another site. */
    let address: string;
    let publishing: NodeJS.Timeout;

    before(async () => {
      const headers = { 'Content-Type': 'text/html' };
      other = createHub();
      other.http('/', () => ({ headers, body: '<!doctype html>' }));
      const { port } = await other.listen();
      hub = createHub();
      for (const path of ['/live', '/listed']) {
        hub.live(path, {
          transports: ALL,
          origins: path === '/listed' ? [`http://localhost:${port}`] : [],
          authorize: () => ({ channels: ['secrets'] }),
        });
      }
      address = (await hub.listen()).url;
      home = `http://localhost:${port}/`;
      publishing = setInterval(() => void hub.channel('secrets').publish('a secret'), 50);
    });
    after(async () => {
      clearInterval(publishing);
      await other.close();
      await hub.close();
    });

    /** Tries something in a page of the other site. */
    function itInPage(sentence: string, body: (page: Page) => Promise<void>): void {
      it(sentence, async () => {
        const page = await openPage(browser(), home);
        await body(page).finally(() => page.close());
      });
    }

    for (const way of WAYS) {
      itInPage(`gives nothing away by ${way}`, async (page) => {
        const read = await page.evaluate(attempt, [way, `${address}live`, LONG_ENOUGH] as const);
        const isRefusal = (text: string): boolean =>
          text === '{"bye":{"reason":"refused","status":403,"retry":0}}';
        assert.deepEqual(
          read.filter((text) => !isRefusal(text)),
          [],
        );
      });

      itInPage(
        `can be read by ${way} where the origin is listed, which shows that the test can fail`,
        async (page) => {
          const read = await page.evaluate(attempt, [way, `${address}listed`, PATIENCE] as const);
          assert.ok(
            read.some((text) => text.includes('secret') || text.includes('ready')),
            `${read}`,
          );
        },
      );

      it(`gives nothing away by ${way} to a name that was bound to this machine`, async () => {
        const { port } = new URL(address);
        const origin = `http://${REBOUND}:${port}`;
        const rebound = await browser().newPage();
        const body = '<!doctype html>';
        await rebound.route(`${origin}/`, (route) =>
          route.fulfill({ body, contentType: 'text/html' }),
        );
        await rebound.goto(`${origin}/`);
        const read = await rebound.evaluate(attempt, [way, `${origin}/live`, LONG_ENOUGH] as const);
        await rebound.close();
        assert.deepEqual(
          read.filter((text) => text.includes('secret') || text.includes('ready')),
          [],
        );
      });
    }

    it('says in the answer to that name which option would let it in', async () => {
      const rebound = await browser().newPage();
      const response = await rebound.goto(`http://${REBOUND}:${new URL(address).port}/live`);
      assert.equal(response!.status(), 403);
      assert.match(await response!.text(), /hosts/);
      await rebound.close();
    });

    for (const transport of ALL) {
      itInPage(
        `is read over ${transport} by the page of an origin that is listed`,
        async (page) => {
          const read = await page.evaluate(
            ([name, url]) =>
              new Promise((resolve, reject) => {
                const { jsonp, foreverFrame } = encke.fallbacks;
                const others: Record<string, typeof jsonp> = {
                  jsonp,
                  'forever-frame': foreverFrame,
                };
                const connection = encke.connect(url, {
                  transports: [others[name] ?? name],
                  onentry: async ({ data }) => {
                    const sent = await connection.send('hello');
                    resolve([connection.transport, data, sent]);
                    connection.close();
                  },
                  onclose: reject,
                });
              }),
            [transport as 'stream', `${address}listed`] as const,
          );
          assert.deepEqual(read, [transport, 'a secret', 1]);
        },
      );
    }
  },
  { concurrency: AT_ONCE },
);
