import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { createHub, type Hub } from 'encke';
import type { Page } from 'playwright-core';
import { bye, entry, ready } from '../support/fake-browser.ts';
import { describeInChromium } from './chromium.ts';
import { openPage } from './page-client.ts';

describeInChromium('jsonp', (browser) => {
  let hub: Hub;
  let page: Page;
  /** What was asked for, without the callback's name. */
  let asked: string[] = [];
  let answer: (count: number) => object[] | Promise<object[]>;

  before(async () => {
    hub = createHub();
    hub.http('/', () => ({ headers: { 'Content-Type': 'text/html' }, body: '<!doctype html>' }));
    hub.http('/live', async ({ url }) => {
      const { searchParams } = new URL(url, 'http://localhost');
      const callback = searchParams.get('callback');
      searchParams.delete('callback');
      asked.push(String(searchParams));
      const records = await answer(asked.length);
      return {
        headers: { 'Content-Type': 'application/javascript' },
        body: `/**/${callback}(${JSON.stringify(records)});`,
      };
    });
    page = await openPage(browser(), (await hub.listen()).url);
  });
  after(async () => {
    await page.close();
    await hub.close();
  });

  /** Connects, and reads until there are so many entries. */
  async function read(count: number): Promise<unknown> {
    asked = [];
    return page.evaluate(
      (enough) =>
        new Promise((resolve) => {
          const told: unknown[] = [];
          const connection = encke.connect('/live', {
            // What is no JSON for the second is a script for the first: it is left at once.
            transports: [encke.fallbacks.jsonp, 'long-poll'],
            patience: 1_000,
            backoff: () => 10,
            onentry: ({ data }) => {
              told.push(data);
              if (told.length === enough) {
                resolve([told, connection.transport]);
                connection.close();
              }
            },
            onclose: (error) => resolve(error?.message),
          });
        }),
      count,
    );
  }

  it('polls round after round, and leaves nothing behind', async () => {
    answer = (count) => [ready({ session: '' }), entry(count), bye()];
    assert.deepEqual(await read(3), [[1, 2, 3], 'jsonp']);
    assert.deepEqual(asked, [
      'transport=jsonp&wait=0',
      'transport=jsonp&cursor=e.1-0&session=&wait=25',
      'transport=jsonp&cursor=e.2-0&session=&wait=25',
    ]);
    const left = await page.evaluate(() => [
      Object.keys(globalThis).filter((name) => name.startsWith('encke_')).length,
      document.querySelectorAll('script[src*="callback"]').length,
    ]);
    assert.deepEqual(left, [0, 0]);
  });

  it('does not hear what comes too late, and goes on', async () => {
    const late: (() => void)[] = [];
    answer = (count) => {
      const records = [ready({ session: '' }), entry(count), bye()];
      if (count > 1) return records;
      return new Promise((resolve) => late.push(() => resolve(records)));
    };
    const complaints: string[] = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    const reading = read(2);
    assert.deepEqual(await reading, [[3, 4], 'jsonp']);
    late[0]!();
    await page.waitForTimeout(100);
    assert.deepEqual(complaints, []);
  });

  it('is told of a refusal by its bye', async () => {
    answer = () => [bye('refused', 0, { status: 403 })];
    assert.equal(await read(1), 'status 403');
  });
});
