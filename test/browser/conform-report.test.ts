import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';

import {
  conform,
  countsOf,
  formatReports,
  isFault,
  type Report,
  type ReportedResult,
  VERDICTS,
} from '../../spec/conformance.ts';
import { startEncke } from '../conformance/encke.ts';
import { startNodeHttp } from '../conformance/node-http.ts';
import { describeInChromium } from './chromium.ts';
import { faintTexts } from './faint-texts.ts';

/** Enough probes for each verdict and several standards, and little enough to be quick. */
const ONLY: readonly string[] = ['9112-3', '9112-6', '9110-7', '9110-8', '8297', '6585-5'];

describeInChromium('the page of a report', (browser) => {
  const folder = mkdtempSync(join(tmpdir(), 'encke-report-'));
  let good: Report;
  let bad: Report;
  let unseen: Report;

  before(async () => {
    const [encke, nodeHttp] = await Promise.all([startEncke(), startNodeHttp()]);
    [good, bad, unseen] = await Promise.all([
      judge(encke.port, 'encke', 10_000),
      judge(nodeHttp.port, 'node:http'),
      judge(1, 'nobody'),
    ]);
    await Promise.all([encke.close(), nodeHttp.close()]);
  });
  after(() => rmSync(folder, { recursive: true }));

  /** Opens the page of reports as a file, and tries it; nothing may be asked for or complained of. */
  async function open(
    reports: readonly Report[],
    body: (page: Page) => Promise<void>,
    options: { colorScheme?: 'dark' | 'light'; width?: number } = {},
  ): Promise<void> {
    const { colorScheme = 'light', width = 1_280 } = options;
    const file = join(folder, `${Math.random()}.html`);
    writeFileSync(file, formatReports(reports, 'html'));
    const page = await browser().newPage({ colorScheme, viewport: { width, height: 900 } });
    const heard: string[] = [];
    page.on('console', (message) => heard.push(message.text()));
    page.on('pageerror', (error) => heard.push(String(error)));
    page.on('request', (request) => heard.push(request.url()));
    const address = pathToFileURL(file).href;
    await page.goto(address);
    await body(page);
    await page.close();
    assert.deepEqual(heard, [address]);
  }

  for (const [what, report] of [
    ['a good', () => good],
    ['a bad', () => bad],
    ['an unseen', () => unseen],
  ] as const) {
    it(`shows of ${what} subject what its JSON has, and filters it`, async () => {
      const [json] = [JSON.parse(formatReports([report()], 'json')) as Report];
      await open([report()], async (page) => {
        const all = await shownOf(page);
        assert.deepEqual(countsOf(all), countsOf(json!.results));
        for (const verdict of VERDICTS) {
          await showOnly(page, 'v', slugOf(verdict));
          const expected = json!.results.filter((result) => result.verdict === verdict);
          assert.deepEqual(probesOf(await shownOf(page)), probesOf(expected), verdict);
        }
        await showOnly(page, 'v', ...VERDICTS.map(slugOf));
        await showOnly(page, 'l', 'should');
        await showOnly(page, 's', 'rfc9112');
        const expected = json!.results.filter(
          ({ level, standard }) => level.startsWith('SHOULD') && standard === 'rfc9112',
        );
        assert.ok(expected.length > 0);
        assert.deepEqual(probesOf(await shownOf(page)), probesOf(expected));
      });
    });
  }

  it('counts what it shows', async () => {
    const counted = (page: Page) => page.locator('.count').screenshot();
    await open([bad], async (page) => {
      const before = await counted(page);
      await showOnly(page, 'v', 'fail');
      assert.notDeepEqual(await counted(page), before);
    });
  });

  it('shows faults first, and folds out what came and the octets, by key too', async () => {
    await open([bad], async (page) => {
      const first = page.locator('details.result').first();
      assert.equal(await first.locator('.verdict').textContent(), 'fail');
      const fault = bad.results.find(({ probe }) => probe === '9112-3.2-8')!;
      const row = page.locator('details.result', {
        has: page.getByText('9112-3.2-8', { exact: true }),
      });
      assert.equal(await row.locator('dl').isVisible(), false);
      await row.locator('summary').focus();
      await page.keyboard.press('Enter');
      assert.equal(await row.locator('dl').isVisible(), true);
      const text = (await row.textContent())!;
      assert.ok(text.includes(fault.requirement) && text.includes(fault.expected));
      const lines = await row.locator('.octets li.sent').allTextContents();
      assert.match(lines[0]!, /request line"GET \/ HTTP\/1\.1\\r\\n"47 45 54 20 2f/);
      assert.ok((await row.locator('.octets li.received').count()) > 0);
    });
  });

  it('filters by key', async () => {
    await open([bad], async (page) => {
      await page.locator('#v-pass').focus();
      await page.keyboard.press('Space');
      assert.ok(!(await shownOf(page)).some(({ verdict }) => verdict === 'pass'));
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate(() => document.activeElement!.id), 'v-offered');
    });
  });

  it('says why nobody was judged', async () => {
    await open([unseen], async (page) => {
      assert.match((await page.locator('.obstacle').textContent())!, /Not judged:.*ECONNREFUSED/);
    });
  });

  it('shows several subjects side by side, each verdict leading to its result', async () => {
    await open([good, bad], async (page) => {
      await page.locator('.matrix summary').click();
      const rows = await page.locator('.matrix tbody tr').count();
      assert.equal(rows, bad.results.filter(isFault).length);
      const cell = page.locator('.matrix tr', { hasText: '9112-3.2-8' }).getByRole('link');
      assert.deepEqual(await cell.allTextContents(), ['pass', 'fail']);
      await cell.last().click();
      assert.equal(await page.locator('[id="r1-9112-3.2-8"] dl').isVisible(), true);
    });
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`can be read when it is ${colorScheme}, and on a phone`, async () => {
      const look = async (page: Page) => {
        for (const row of (await page.locator('details.result summary').all()).slice(0, 3)) {
          await row.click();
        }
        assert.deepEqual(await page.evaluate(faintTexts), []);
        const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement);
        assert.equal(scrollWidth, clientWidth);
      };
      await open([bad], look, { colorScheme });
      await open([bad], look, { colorScheme, width: 390 });
    });
  }
});

// Helpers

/** Who answers every probe is not waited for, and may have longer: on a busy machine it needs it. */
function judge(port: number, name: string, timeout = 1_000): Promise<Report> {
  const options = { only: ONLY, timeout, seed: 1 };
  return conform({ http: `http://127.0.0.1:${port}/`, name }, options);
}

/** Checks the checkboxes with these names, and no other of the kind. */
async function showOnly(page: Page, kind: 'v' | 'l' | 's', ...names: readonly string[]) {
  await page.locator(`input[id^="${kind}-"]`).evaluateAll(
    (boxes, ids) => {
      for (const box of boxes as HTMLInputElement[]) {
        if (box.checked !== ids.includes(box.id)) box.click();
      }
    },
    names.map((name) => `${kind}-${name}`),
  );
}

/** What a person sees. */
function shownOf(page: Page): Promise<Pick<ReportedResult, 'probe' | 'verdict'>[]> {
  return page.locator('details.result').evaluateAll((rows) =>
    rows
      .filter((row) => row.checkVisibility())
      .map((row) => ({
        probe: row.querySelector('code')!.textContent!,
        verdict: row.querySelector('.verdict')!.textContent as ReportedResult['verdict'],
      })),
  );
}

function probesOf(results: readonly Pick<ReportedResult, 'probe'>[]): string[] {
  return results.map(({ probe }) => probe).sort();
}

function slugOf(verdict: string): string {
  return verdict.replaceAll(' ', '-');
}
