import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { BrowserContext } from 'playwright-core';
import { type Fault, WAYS, type Way } from '../../examples/transports/records.ts';
import { type Example, startExample } from '../support/example.ts';
import { DESKTOP, PHONE, type Size } from './chat-tab.ts';
import { describeInChromium } from './chromium.ts';
import { faintTexts } from './faint-texts.ts';
import { spilling } from './spilling.ts';
import { assertAllReached } from './tab-stops.ts';
import { TransportsTab } from './transports-tab.ts';

/** All but the one that comes late by itself. */
const PUSHED = WAYS.filter((way) => way !== 'polling');

/** Opens the page in a tab that is closed when the test is over. */
type Open = (size?: Size, url?: string, poll?: number) => Promise<TransportsTab>;

/** How often a tab polls whose test waits for it, in seconds. */
const OFTEN = 2;

/** How many tests wait at once for what takes its time: polls, faults, pauses. */
const AT_ONCE = 4;

describeInChromium(
  'the page of the transports',
  (browser) => {
    let example: Example;

    before(async () => {
      example = await startExample('start');
    });
    after(() => example.stop());

    /**
     * Tries something in tabs of its own, whose consoles have to stay free of errors and violations.
     * They draw once a second, since many draw at once.
     */
    function itInTabs(sentence: string, body: (open: Open) => Promise<void>): void {
      it(sentence, async () => {
        const contexts: BrowserContext[] = [];
        const tabs: TransportsTab[] = [];
        try {
          await body(async (size = DESKTOP, url = example.url, poll?: number) => {
            const context = await browser().newContext({ reducedMotion: 'reduce' });
            contexts.push(context);
            const tab = await TransportsTab.open(context, url, size, poll);
            tabs.push(tab);
            return tab;
          });
          assert.deepEqual(
            tabs.flatMap(({ complaints }) => complaints),
            [],
          );
        } finally {
          for (const context of contexts) await context.close();
        }
      });
    }

    async function assertWhole(tab: TransportsTab, ways: readonly Way[] = WAYS): Promise<void> {
      for (const way of ways) {
        const { missing, repeated } = await tab.figures(way);
        assert.deepEqual({ missing, repeated }, { missing: '0', repeated: '0' }, way);
      }
    }

    itInTabs(
      'receives the same messages in seven ways, none missing and none twice',
      async (open) => {
        const began = Date.now();
        const tab = await open();
        await tab.pace('steady');
        await tab.reach(1, PUSHED);
        const first = Number((await tab.figures('long-poll'))['latest']!.slice(1));
        await tab.reach(first + 11);
        await assertWhole(tab);
        const requests = await Promise.all(
          WAYS.map(async (way) => (await tab.figures(way))['requests']),
        );
        const [polls, longPolls, scripts, ...streams] = requests.map(Number);
        const most = 2 + (Date.now() - began) / 10_000;
        assert.ok(polls! >= 2 && polls! <= most, `${polls} polls`);
        assert.ok(longPolls! >= 11 && scripts! >= 11, 'a request for each message');
        assert.deepEqual(streams, [1, 1, 1, 1]);

        // What a message costs on the wire, and how late it comes.
        const octets = async (way: Way) =>
          Number((await tab.figures(way))['octets']!.replaceAll(',', ''));
        const [longPoll, stream, webSocket] = [
          await octets('long-poll'),
          await octets('stream'),
          await octets('websocket'),
        ];
        assert.ok(webSocket < stream && stream < longPoll, `${webSocket}, ${stream}, ${longPoll}`);
        assert.ok(longPoll > 800, `${longPoll}`);
        assert.match((await tab.figures('polling'))['delay']!, /^\d\.\d s$/);
        for (const way of PUSHED)
          assert.match((await tab.figures(way))['delay']!, /^<? ?\d+ ms$/, way);
      },
    );

    itInTabs('tells of requests that were made in vain', async (open) => {
      const tab = await open(DESKTOP, example.url, OFTEN);
      await tab.pace('silent');
      await tab.page.waitForFunction(
        () =>
          Number.parseInt(document.querySelector('[data-way=polling] .vain')!.textContent!, 10) >=
          2,
        undefined,
        { timeout: 40_000 },
      );
      assert.equal((await tab.figures('websocket'))['vain'], '0 in vain');
    });

    itInTabs('shows the octets of each way as they were', async (open) => {
      const tab = await open();
      await tab.page.click('#publish');
      await tab.reach(1, PUSHED);
      for (const way of PUSHED) {
        const [request, response, message] = await tab.octets(way);
        const host = `t${1 + WAYS.indexOf(way)}.localhost:${new URL(example.url).port}`;
        assert.match(request, new RegExp(`^GET /live\\?[^ ]+ HTTP/1.1\\\\r\\\\n\\nHost: ${host}`));
        assert.match(response, /^HTTP\/1.1 (200 OK|101 Switching Protocols)\\r\\n\n/);
        assert.match(message, /\{"number":\d+,"at":\d+\}/, way);
      }
      const [, , frame] = await tab.octets('websocket');
      assert.match(frame, /^\\x81\\x[0-9a-f]{2}\{"id":/);
      const [, , chunk] = await tab.octets('stream');
      // Where the message was published first, one chunk tells both where the reader stands and of it.
      assert.match(chunk, /^[0-9a-f]+\\r\\n\n(?:\{"ready":.*\\n\n)?\{"id":/);
    });

    for (const [fault, begins] of [
      ['cut', /^Stream: Cut in the middle/],
      ['stall', /^Stream: Stalled/],
      ['buffer', /^Stream: Buffered/],
    ] satisfies [Fault, RegExp][]) {
      itInTabs(`comes back from a ${fault} without a gap, in all ways`, async (open) => {
        const tab = await open(DESKTOP, example.url, OFTEN);
        tab.mayBreak = true;
        await tab.reach(2, PUSHED);
        for (const way of WAYS) await tab.disturb(way, fault);
        if (fault !== 'cut') await tab.says('stream', begins);
        await Promise.all(WAYS.map((way) => tab.says(way, /nothing missing, nothing twice/)));
        await assertWhole(tab);
      });
    }

    itInTabs('asks again where a server does not know it any more', async (open) => {
      const tab = await open();
      tab.mayBreak = true;
      await tab.reach(1, PUSHED);
      const headers = { 'Access-Control-Allow-Origin': '*' };
      const answer = { status: 404, headers, body: 'No such tab.\n' };
      const refused = tab.page.waitForResponse((response) => response.status() === 404);
      await tab.page.route(/way=long-poll/, (route) => route.fulfill(answer), { times: 1 });
      await tab.page.click('#publish');
      await refused;
      await tab.page.click('#publish');
      await tab.reach(3, PUSHED);
      await assertWhole(tab);
    });

    itInTabs('takes one fault of a way at a time', async (open) => {
      const tab = await open();
      await tab.reach(1, PUSHED);
      await tab.disturb('stream', 'buffer');
      await tab.says('stream', /^Stream: Buffered/);
      const cut = tab.page.locator('[data-way=stream] [data-fault=cut]');
      assert.equal(await cut.getAttribute('aria-disabled'), 'true');
      await cut.click({ force: true });
      await tab.says('stream', /nothing missing/);
      assert.equal(await cut.getAttribute('aria-disabled'), 'false');
      assert.equal((await tab.figures('stream'))['requests'], '1');
    });

    itInTabs('works in two tabs at once, each with its own messages', async (open) => {
      const openOne = () => open(DESKTOP, example.url, OFTEN);
      const [one, other] = [await openOne(), await openOne()];
      await one.pace('steady');
      await other.pace('steady');
      await Promise.all([one.reach(11), other.reach(11)]);
      await assertWhole(one);
      await assertWhole(other);
    });

    itInTabs(
      'shares the origin of the page where names below localhost do not lead to it',
      async (open) => {
        const elsewhere = example.url.replace('127.0.0.1', 'page.localhost');
        const tab = await open(DESKTOP, elsewhere);
        await tab.page.click('#publish');
        await tab.reach(1, PUSHED);
        assert.ok(await tab.page.isVisible('#not-spread'));
        const [request] = await tab.octets('stream');
        assert.match(request, /^Host: page\.localhost:/m);
      },
    );

    itInTabs('shows that a browser opens six connections to an origin', async (open) => {
      const { page } = await open();
      await page.click('#limit-open');
      await page.locator('#limit-result', { hasText: '6 open, 2 waiting' }).waitFor();
      await page.click('#limit-close');
      await page.locator('#limit-result', { hasText: '6 open, 1 waiting' }).waitFor();
      assert.deepEqual(await page.locator('#limit-streams li:not(.open)').allTextContents(), [
        '8 waits',
      ]);
      await page.click('#limit-open');
      assert.equal(await page.locator('#limit-streams li').count(), 0);
    });

    itInTabs('can be used with the keyboard alone', async (open) => {
      const { page } = await open();
      const reached: string[] = [];
      for (let i = 0; i < 9; i++) {
        await page.keyboard.press('Tab');
        const { name, ring } = await page.evaluate(() => {
          const element = document.activeElement as HTMLInputElement;
          const { outlineStyle, outlineWidth } = getComputedStyle(element);
          return {
            name: element.ariaLabel ?? (element.value || element.textContent?.trim() || ''),
            ring: `${outlineStyle} ${outlineWidth}`,
          };
        });
        assert.equal(ring, 'solid 3px', name);
        reached.push(name);
      }
      assert.deepEqual(reached.slice(1), [
        ...['The chat', 'talk', 'Publish one'],
        ...['Cut Polling', 'Stall Polling', 'Buffer Polling', 'Octets of Polling', 'Cut Long poll'],
      ]);
      await page.focus('[data-way=stream] .unfold');
      await page.keyboard.press('Enter');
      assert.ok(await page.locator('[data-way=stream] pre').first().isVisible());
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate(() => document.activeElement!.localName), 'pre');
    });

    itInTabs('is reached as a whole with the key Tab on a phone', async (open) => {
      const { page } = await open(PHONE);
      await page.click('[data-way=stream] .unfold');
      await page.click('#limit-open');
      await page.locator('#limit-result', { hasText: '6 open' }).waitFor();
      await assertAllReached(page);
      const closing = page.locator('#limit-close');
      await closing.focus();
      while ((await page.textContent('#limit-result')) !== '') await page.keyboard.press('Enter');
      assert.equal(await page.evaluate(() => document.activeElement!.id), 'limit-close');
      assert.equal(await closing.getAttribute('aria-disabled'), 'true');
    });

    itInTabs('names its pictures, and tells of what happens without being asked', async (open) => {
      const { page } = await open();
      const pictures = page.locator('canvas');
      assert.equal(await pictures.count(), 1 + WAYS.length);
      for (const picture of await pictures.all()) {
        assert.equal(await picture.getAttribute('role'), 'img');
        assert.notEqual((await picture.getAttribute('aria-label')) ?? '', '');
      }
      assert.equal(await page.locator('.lane .state[role=status]').count(), WAYS.length);
      assert.equal(await page.getAttribute('html', 'lang'), 'en');
    });

    for (const size of [PHONE, { width: 800, height: 600 }, DESKTOP]) {
      itInTabs(`fits a window of ${size.width} pixels`, async (open) => {
        const tab = await open(size);
        await tab.page.click('#publish');
        await tab.reach(1, PUSHED);
        for (const button of await tab.page.locator('.unfold').all()) await button.click();
        await tab.page.click('#limit-open');
        const width = await tab.page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(width <= size.width, `${width} pixels wide`);
        assert.deepEqual(await tab.page.evaluate(spilling), []);
      });
    }

    for (const colorScheme of ['light', 'dark'] as const) {
      itInTabs(`can be read in ${colorScheme}`, async (open) => {
        const tab = await open();
        await tab.page.emulateMedia({ colorScheme });
        await tab.page.click('#publish');
        await tab.reach(1, PUSHED);
        for (const button of await tab.page.locator('.unfold').all()) await button.click();
        await tab.disturb('stream', 'buffer');
        await tab.disturb('websocket', 'buffer');
        await tab.page.click('#limit-open');
        await tab.page.locator('#limit-result', { hasText: '6 open' }).waitFor();
        assert.deepEqual(await tab.page.evaluate(faintTexts), []);
        await tab.says('stream', /nothing missing/);
        assert.deepEqual(await tab.page.evaluate(faintTexts), []);
      });
    }

    itInTabs('says so when the server is gone', async (open) => {
      const own = await startExample('start');
      const tab = await open(DESKTOP, own.url);
      tab.mayBreak = true;
      await tab.reach(1, PUSHED);
      await own.stop();
      await tab.page.locator('#status', { hasText: 'The server is gone' }).waitFor();
    });
  },
  { concurrency: AT_ONCE },
);
