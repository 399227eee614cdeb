import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { createHub, type Hub } from 'encke';
import type { Page } from 'playwright-core';
import { bye, entry, ready } from '../support/fake-browser.ts';
import { describeInChromium } from './chromium.ts';
import { openPage } from './page-client.ts';

/** A script that posts records to the page. */
function push(...records: object[]): string {
  return `<script>parent.postMessage(${JSON.stringify(records)}, location.origin)</script>\n`;
}

async function* octets(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const text of texts) yield Buffer.from(text);
}

describeInChromium('foreverFrame', (browser) => {
  let hub: Hub;
  let page: Page;
  let asked: string[] = [];
  let body: (count: number) => AsyncIterable<string>;

  before(async () => {
    hub = createHub();
    hub.http('/', () => ({ headers: { 'Content-Type': 'text/html' }, body: '<!doctype html>' }));
    hub.http('/live', ({ url }) => {
      asked.push(new URL(url, 'http://localhost').search);
      return { headers: { 'Content-Type': 'text/html' }, body: octets(body(asked.length)) };
    });
    page = await openPage(browser(), (await hub.listen()).url);
  });
  after(async () => {
    await page.close();
    await hub.close();
  });

  async function read(count: number): Promise<unknown> {
    asked = [];
    return page.evaluate(
      (enough) =>
        new Promise((resolve) => {
          const told: unknown[] = [];
          const connection = encke.connect('/live', {
            transports: [encke.fallbacks.foreverFrame],
            backoff: () => 10,
            onentry: ({ data }) => {
              told.push(data);
              if (told.length === enough) {
                connection.close();
                resolve([told, document.querySelectorAll('iframe').length]);
              }
            },
          });
        }),
      count,
    );
  }

  it('hears each script while the document goes on, and is recycled at the end of a round', async () => {
    body = async function* (count) {
      yield push(ready({ session: '' }), entry(2 * count));
      await new Promise((resolve) => setTimeout(resolve, 50));
      yield push(entry(2 * count + 1));
      yield push(bye());
    };
    assert.deepEqual(await read(5), [[2, 3, 4, 5, 6], 0]);
    assert.equal(asked[1], '?transport=forever-frame&cursor=e.3-0&session=');
  });

  it('comes back when the document ends without a bye', async () => {
    body = async function* (count) {
      yield push(ready({ session: '' }), entry(count));
    };
    assert.deepEqual(await read(3), [[1, 2, 3], 0]);
  });

  it('hears nobody but its own frame', async () => {
    body = async function* () {
      yield push(ready({ session: '' }));
      await new Promise((resolve) => setTimeout(resolve, 200));
      yield push(entry(1));
    };
    const reading = read(1);
    await page.evaluate((record) => {
      const other = document.createElement('iframe');
      document.body.append(other);
      const script = other.contentDocument!.createElement('script');
      script.textContent = `parent.postMessage([${JSON.stringify(record)}], '*')`;
      other.contentDocument!.body.append(script);
      postMessage([record], '*');
      return new Promise((resolve) => {
        setTimeout(() => resolve(other.remove()), 50);
      });
    }, entry(9));
    assert.deepEqual(await reading, [[1], 0]);
  });
});
