import type { Browser, BrowserContext, Page } from 'playwright-core';

/** A window size in CSS pixels. */
export type Size = { readonly width: number; readonly height: number };

export const DESKTOP: Size = { width: 1440, height: 900 };
export const PHONE: Size = { width: 360, height: 780 };

/** A tab with the demonstration in it. */
export class ChatTab {
  readonly page: Page;
  /** What the tab complained of: errors, warnings, violations of the security policy. */
  readonly complaints: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on('pageerror', ({ message }) => this.complaints.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') {
        this.complaints.push(message.text());
      }
    });
  }

  /** Opens the page in a new tab, and waits until it proposes an address. */
  static async open(browser: Browser | BrowserContext, url: string, size: Size): Promise<ChatTab> {
    const tab = new ChatTab(await browser.newPage());
    await tab.page.setViewportSize(size);
    await tab.page.goto(url);
    await tab.page.waitForFunction(
      () => (document.querySelector('#address') as HTMLInputElement).value !== '',
    );
    return tab;
  }

  async connect(): Promise<void> {
    await this.page.click('#connect');
    await this.page.waitForSelector('#status[data-state=open]');
    await this.page.waitForSelector('.steps');
  }

  async say(text: string): Promise<void> {
    await this.page.fill('#message', text);
    await this.page.press('#message', 'Enter');
  }

  /** Waits for a line of the chat that ends in `text`. */
  async hears(text: string): Promise<void> {
    await this.page.locator('#log p', { hasText: text }).first().waitFor();
  }

  /** Waits for a frame whose sentence holds `sentence`, unfolds it, and reads what is drawn. */
  async frame(sentence: string): Promise<DrawnFrame> {
    const frame = this.page.locator('.frame', { hasText: sentence }).first();
    await frame.waitFor();
    await frame.evaluate((details) => {
      (details as HTMLDetailsElement).open = true;
    });
    return frame.evaluate((details) => {
      const texts = (selector: string): string[] =>
        Array.from(details.querySelectorAll(selector), ({ textContent }) => textContent ?? '');
      return {
        direction: texts('.direction').join(),
        whole: texts('.anatomy .whole'),
        fields: texts('.anatomy .field'),
        masked: texts('.columns .masked'),
        key: texts('.columns .key'),
        payload: texts('.columns .payload'),
        reads: texts('.columns .character'),
        more: texts('.columns .more').join(),
      };
    });
  }
}

/** What a frame's drawing says, part by part. */
export interface DrawnFrame {
  readonly direction: string;
  /** The octets of the header: first, second, extended length, masking key. */
  readonly whole: readonly string[];
  /** Each field's bits, name and meaning. */
  readonly fields: readonly string[];
  readonly masked: readonly string[];
  readonly key: readonly string[];
  readonly payload: readonly string[];
  readonly reads: readonly string[];
  readonly more: string;
}
