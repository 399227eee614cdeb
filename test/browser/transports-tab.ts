import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type Fault, WAYS, type Way } from '../../examples/transports/records.ts';
import type { Size } from './chat-tab.ts';

/** What the browser's console says of a connection that is broken on purpose. */
const BROKEN =
  /^Failed to load resource: (?:net::ERR_|.* status of 404)|^WebSocket connection to .* failed/;

/** A tab with the page of the transports in it. */
export class TransportsTab {
  readonly page: Page;
  /** What the tab complained of: errors, warnings, violations of the security policy. */
  readonly complaints: string[] = [];
  /** Whether connections break, so that the console may say so. */
  mayBreak = false;

  private constructor(page: Page) {
    this.page = page;
    page.on('pageerror', ({ message }) => this.complaints.push(message));
    page.on('console', (message) => {
      if (message.type() !== 'error' && message.type() !== 'warning') return;
      if (!this.mayBreak || !BROKEN.test(message.text())) this.complaints.push(message.text());
    });
  }

  /** Opens the page in a new tab, which polls as often as it says unless `poll` does. */
  static async open(
    browser: Browser | BrowserContext,
    url: string,
    size: Size,
    poll?: number,
  ): Promise<TransportsTab> {
    const tab = new TransportsTab(await browser.newPage());
    await tab.page.setViewportSize(size);
    const path = `/transports/${poll === undefined ? '' : `?poll=${poll}`}`;
    await tab.page.goto(new URL(path, url).href);
    return tab;
  }

  /** Chooses how often something is published. */
  async pace(pace: 'talk' | 'steady' | 'silent'): Promise<void> {
    await this.page.check(`#pace [value=${pace}]`);
  }

  async disturb(way: Way, fault: Fault): Promise<void> {
    await this.page.click(`[data-way=${way}] [data-fault=${fault}]`);
  }

  /** Waits for what is said of a way to match. */
  async says(way: Way, pattern: RegExp): Promise<void> {
    const state = this.page.locator(`[data-way=${way}] .state`, { hasText: pattern });
    await state.waitFor({ timeout: 40_000 });
  }

  /** Waits until every way has come to `number`, or beyond it. */
  async reach(number: number, ways: readonly Way[] = WAYS): Promise<void> {
    const all = { number, ways: [...ways] };
    await this.page.waitForFunction(
      ({ number, ways }) =>
        ways.every((way) => {
          const latest = document.querySelector(`[data-way=${way}] .latest`)!.textContent!;
          return Number(latest.slice(1)) >= number;
        }),
      all,
      { timeout: 40_000 },
    );
  }

  /** The figures of a way, by name. */
  figures(way: Way): Promise<Record<string, string>> {
    return this.page
      .locator(`[data-way=${way}] dd`)
      .evaluateAll((figures) =>
        Object.fromEntries(
          figures.map((figure) => [figure.classList.item(0)!, figure.textContent ?? '']),
        ),
      );
  }

  /** The octets of the latest message, request and answer, which come a little after the message. */
  async octets(way: Way): Promise<[request: string, response: string, message: string]> {
    await this.page.waitForFunction((way) => {
      const shown = document.querySelectorAll(`[data-way=${way}] pre`);
      return Array.from(shown).every(({ textContent }) => textContent !== '–');
    }, way);
    const shown = await this.page.locator(`[data-way=${way}] pre`).allTextContents();
    return [shown[0]!, shown[1]!, shown[2]!];
  }
}
