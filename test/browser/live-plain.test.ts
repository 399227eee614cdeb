import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, it } from 'node:test';
import type { Page } from 'playwright-core';
import { type CuttingProxy, cuttingProxy } from '../support/proxies.ts';
import { describeInChromium } from './chromium.ts';
import { type LiveHub, liveHub, numbers } from './live-hub.ts';

const COUNT = 1_000;

/** What a page without the client has understood: each record, in order. */
interface Understood {
  readonly id?: string;
  readonly data?: unknown;
  readonly ready?: { readonly session: string };
  readonly ack?: number;
  readonly bye?: unknown;
}

declare global {
  var records: Understood[];
}

describeInChromium('a live route, for a page without the client', (browser) => {
  let live: LiveHub;
  let proxy: CuttingProxy;
  let page: Page;

  before(async () => {
    live = await liveHub();
    proxy = await cuttingProxy(live.port);
  });
  after(async () => {
    await proxy.close();
    await live.hub.close();
  });
  beforeEach(async () => {
    page = await browser().newPage();
    await page.goto(proxy.url);
    await page.evaluate(() => {
      globalThis.records = [];
    });
  });
  afterEach(() => page.close());

  /** Waits until a record has come that tells so. */
  async function ready(): Promise<void> {
    await page.waitForFunction(() => records.some((record) => record.ready));
  }

  /** Waits until so many entries have come; gives their data. */
  async function entries(count: number): Promise<unknown[]> {
    await page.waitForFunction((n) => records.filter(({ id }) => id).length >= n, count);
    return page.evaluate(() => records.filter(({ id }) => id).map(({ data }) => data));
  }

  async function publishes(): Promise<void> {
    await live.publish(COUNT);
    assert.deepEqual(await entries(COUNT), numbers(COUNT));
  }

  it('is heard by an EventSource, which gets nothing but entries, and resumes by itself', async () => {
    await page.evaluate(
      () =>
        new Promise((resolve) => {
          const source = new EventSource('/live');
          source.onmessage = ({ data }) => records.push(JSON.parse(data));
          source.onopen = resolve;
        }),
    );
    await publishes();
    proxy.cut();
    await live.publish(10, COUNT);
    assert.deepEqual(await entries(COUNT + 10), numbers(COUNT + 10));
  });

  it('lets an EventSource resume that was cut before its first entry', async () => {
    await page.evaluate(
      () =>
        new Promise((resolve) => {
          const source = new EventSource('/live');
          source.addEventListener('encke', resolve);
          source.onmessage = ({ data }) => records.push(JSON.parse(data));
        }),
    );
    proxy.cut();
    await live.publish(10);
    assert.deepEqual(await entries(10), numbers(10));
  });

  it('is heard and spoken to by a WebSocket', async () => {
    await page.evaluate(() => {
      const socket = new WebSocket(`ws://${location.host}/live`);
      socket.onmessage = ({ data }) => {
        records.push(JSON.parse(data));
        if (records.length > 1) return;
        for (let n = 1; n <= 1_000; n++) socket.send(JSON.stringify({ n, data: n - 1 }));
      };
    });
    await ready();
    await publishes();
    await page.waitForFunction(() => records.some(({ ack }) => ack === 1_000));
    const session = await page.evaluate(() => records[0]!.ready!.session);
    assert.deepEqual(live.received.get(session), numbers(COUNT));
  });

  it('is heard by a reader of fetch, and spoken to by POST', async () => {
    await page.evaluate(async () => {
      const response = await fetch('/live?transport=stream');
      const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
      void (async () => {
        let rest = '';
        for (;;) {
          const { done, value } = await reader.read();
          if (done) return;
          const lines = (rest + value).split('\n');
          rest = lines.pop()!;
          for (const line of lines) records.push(JSON.parse(line));
        }
      })();
    });
    await ready();
    await publishes();
    const [status, text] = await page.evaluate(async (count) => {
      const messages = Array.from({ length: count }, (_, i) => ({ n: i + 1, data: i }));
      const response = await fetch(`/live?session=${records[0]!.ready!.session}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(messages),
      });
      return [response.status, await response.text()];
    }, COUNT);
    assert.deepEqual([status, text], [200, `{"ack":${COUNT}}`]);
    const session = await page.evaluate(() => records[0]!.ready!.session);
    assert.deepEqual(live.received.get(session), numbers(COUNT));
  });

  it('is heard by an XMLHttpRequest at onprogress, as it comes', async () => {
    await page.evaluate(() => {
      const request = new XMLHttpRequest();
      let read = 0;
      request.open('GET', '/live?transport=stream');
      request.onprogress = () => {
        const end = request.responseText.lastIndexOf('\n') + 1;
        const lines = request.responseText.slice(read, end).split('\n').slice(0, -1);
        read = end;
        for (const line of lines) records.push(JSON.parse(line));
      };
      request.send();
    });
    await ready();
    await publishes();
  });

  it('is heard by an XMLHttpRequest that polls', async () => {
    await page.evaluate(() => {
      const poll = (query: string): void => {
        const request = new XMLHttpRequest();
        request.open('GET', `/live?transport=long-poll${query}`);
        request.onload = () => {
          records.push(...JSON.parse(request.responseText));
          const { cursor } = records.findLast((record) => 'cursor' in record) as { cursor: string };
          poll(`&cursor=${cursor}`);
        };
        request.send();
      };
      poll('');
    });
    await ready();
    await publishes();
  });

  it('is heard in a hidden iframe', async () => {
    await page.evaluate(() => {
      addEventListener('message', ({ data }) => records.push(...data));
      const frame = document.createElement('iframe');
      frame.hidden = true;
      frame.src = '/live?transport=forever-frame';
      document.body.append(frame);
    });
    await ready();
    await publishes();
    const left = await page.evaluate(
      () => document.querySelector('iframe')!.contentDocument!.scripts.length,
    );
    assert.ok(left <= 1, `${left} scripts are left in the frame`);
  });

  it('is heard by script elements that poll', async () => {
    await page.evaluate(() => {
      const scope = globalThis as unknown as { heard: (batch: Understood[]) => void };
      const poll = (query: string): void => {
        const script = document.createElement('script');
        script.src = `/live?transport=jsonp&callback=heard${query}`;
        script.onload = () => script.remove();
        document.head.append(script);
      };
      scope.heard = (batch) => {
        records.push(...batch);
        const { cursor } = batch.findLast((record) => 'cursor' in record) as { cursor: string };
        poll(`&cursor=${cursor}`);
      };
      poll('');
    });
    await ready();
    await publishes();
  });
});
